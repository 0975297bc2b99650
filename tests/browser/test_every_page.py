"""Every page there is, and every state a page can be brought into, is open to everybody."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from answering import STRAINED, give, give_all, show_result

NewPage = Callable[..., Page]
Axe = Callable[..., list[str]]

PREFIXES = {"en": "", "ru": "ru/", "bg": "bg/"}
LOOKS = [("en", "dark"), ("ru", "dark"), ("bg", "light")]

#: One page of each kind whose text is compiled; those of `content/` are in test_shell.py.
KINDS = [
    "words/w10/",
    "words/w17/",
    "signs/",
    "signs/stalked/",
    "practice/",
    "check/",
    "documents/",
    "documents/end-plan/",
    "documents/which-way/",
]

#: A label, an accusation and a threat in each language, so that the check has much to show.
HARSH = {
    "en": "You always pay late. You are a toxic client, a liar. We will not do it.",
    "ru": "Вы всегда платите поздно. Вы лжец и токсичный клиент. Мы этого делать не будем.",
    "bg": "Винаги плащате късно. Вие сте лъжец и токсичен клиент. Няма да го направим.",
}


def settled(page: Page, place: str) -> Page:
    """Open it and wait until what acts on it is at work."""
    page.goto(place, wait_until="load")
    for tool in page.locator("partways-letter, partways-assessment").all():
        expect(tool).to_have_class(re.compile(r"\bpw-on\b"))
    return page


def breaches(page: Page, axe: Axe) -> Iterator[str]:
    """Axe's findings, and what axe does not look for: sideways scrolling and scrolling boxes."""
    yield from axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        yield f"scrolls sideways by {wide} px"
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".pw-say *")].filter((at) => {
            const over = getComputedStyle(at).overflowY;
            return at.tagName !== "TEXTAREA" && (over === "auto" || over === "scroll")
                && at.clientHeight > 0 && at.scrollHeight > at.clientHeight + 1;
        }).map((at) => at.className)"""
    )
    yield from (f"scrolls in a box of its own: {name}" for name in boxes)


@pytest.mark.parametrize("part", ["", "words", "signs", "documents"])
def test_every_page_is_open_to_everybody(
    new_page: NewPage, axe: Axe, site: Path, part: str
) -> None:
    """None is left out, whatever is added: they are those that were built."""
    pages = sorted(
        path.parent.relative_to(site).as_posix() + "/"
        for path in (site / part).glob("*/index.html")
    )
    if not part:
        pages = [name for name in pages if name not in PREFIXES.values()]
    assert len(pages) >= 5
    page = new_page(viewport={"width": 1280, "height": 900})
    broken = {}
    for name in pages:
        if found := list(breaches(settled(page, name), axe)):
            broken[name] = found

    assert broken == {}


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_every_kind_of_page_in_every_look(
    new_page: NewPage, axe: Axe, language: str, scheme: str
) -> None:
    """On a phone, where the longest words are wider than anything."""
    page = new_page(viewport={"width": 360, "height": 780}, color_scheme=scheme)
    broken = {}
    for name in KINDS:
        if found := list(breaches(settled(page, PREFIXES[language] + name), axe)):
            broken[name] = found

    assert broken == {}


@pytest.mark.page_may_complain("404", reason="the address is wrong on purpose")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_of_the_lost_is_open_to_everybody(new_page: NewPage, axe: Axe, scheme: str) -> None:
    page = new_page(viewport={"width": 360, "height": 780}, color_scheme=scheme)
    page.goto("no/such/page/")

    assert list(breaches(page, axe)) == []


def danger(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "warning-signs/")
    give_all(page, {"stalked": "yes"})
    show_result(page)
    expect(page.locator('[data-red-line="danger"]')).to_be_visible()


def half_known(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "warning-signs/")
    give_all(page, {**STRAINED, "invoices": "unknown", "silence": "unknown"})
    show_result(page)
    page.locator(".pw-exact summary").click()


def own_criteria(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "ideal-client/")
    give(page, problem="core")
    page.evaluate("for (const at of document.querySelectorAll('details')) at.open = true")


def marked_letter(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "words/w9/")
    page.locator('[name="addressee"]').fill("Anna")
    page.locator('[data-do="edit"]').click()
    page.locator(".pw-say-own textarea").fill(HARSH[language])
    expect(page.locator(".pw-letter:visible .pw-mark").first).to_be_visible()


def marked_text(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "check/")
    page.locator("textarea").fill(HARSH[language])
    expect(page.locator(".pw-letter--marked .pw-mark").first).to_be_visible()


def marked_answer(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "practice/")
    exercise = page.locator(".pw-exercise").first
    exercise.locator("input[type=radio]").first.check()
    exercise.locator("textarea").fill(HARSH[language])
    expect(exercise.locator(".pw-mark").first).to_be_visible()


def begun_plan(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "documents/end-plan/")
    page.locator("[data-row] input[type=text]").first.fill("Anna")
    expect(page.locator(".pw-row__state").first).to_be_visible()


def open_search(page: Page, language: str) -> None:
    settled(page, PREFIXES[language] + "words/")
    page.locator("button.pw-site-find").click()
    page.keyboard.insert_text({"en": "prepay", "ru": "предоплат", "bg": "авансов"}[language])
    page.keyboard.press("End")
    expect(page.locator(".md-search-result__link").first).to_be_visible()


@pytest.mark.parametrize(
    "state",
    [
        danger,
        half_known,
        own_criteria,
        marked_letter,
        marked_text,
        marked_answer,
        begun_plan,
        open_search,
    ],
)
@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        ("en", "dark", 360),
        ("ru", "light", 360),
        ("bg", "dark", 1280),
    ],
)
def test_every_state_is_open_to_everybody(
    new_page: NewPage,
    axe: Axe,
    state: Callable[[Page, str], None],
    language: str,
    scheme: str,
    width: int,
) -> None:
    """What a page shows only after something was done on it is looked at as well."""
    page = new_page(
        viewport={"width": width, "height": 780}, color_scheme=scheme, reduced_motion="reduce"
    )
    state(page, language)

    assert list(breaches(page, axe)) == []


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ru", 360)])
def test_what_is_pressed_is_big_enough(new_page: NewPage, language: str, width: int) -> None:
    """A finger needs 44 px: every button, field and choice, also those that come later."""
    page = new_page(viewport={"width": width, "height": 780}, reduced_motion="reduce")
    small = {}
    for state in (danger, own_criteria, marked_letter, marked_answer, begun_plan, open_search):
        state(page, language)
        found = page.evaluate(
            """() => [...document.querySelectorAll(
                "button, summary, select, textarea, .pw-option, .pw-tab > label, nav a, "
                + "input:not([type=radio], [type=checkbox], [type=file])"
            )].filter((at) => at.checkVisibility({visibilityProperty: true})
                && !at.closest(".pw-unseen, .md-search__form")
                && Math.round(at.getBoundingClientRect().height) < 44
            ).map((at) => `${at.tagName} ${at.className} ${at.textContent.trim().slice(0, 30)}`)"""
        )
        if found:
            small[state.__name__] = found

    assert small == {}


class TestLetterOnADesk:
    def test_its_end_is_in_sight_beside_the_last_field(self, new_page: NewPage) -> None:
        """However high it is, and without a scroll bar of its own."""
        page = new_page(viewport={"width": 1280, "height": 700}, reduced_motion="reduce")
        settled(page, "words/w17/")
        page.locator(".pw-say-form [data-do=delete]").evaluate(
            "(at) => at.scrollIntoView({block: 'center'})"
        )

        expect(page.locator("[data-do=copy]")).to_be_in_viewport(ratio=1)

    def test_key_that_chooses_the_tone_brings_its_head(self, new_page: NewPage) -> None:
        """The choice is above a letter that is higher than the window."""
        page = new_page(viewport={"width": 1280, "height": 700}, reduced_motion="reduce")
        settled(page, "words/w17/")
        page.locator(".pw-say-form [data-do=delete]").focus()
        page.keyboard.press("Tab")

        expect(page.locator(".pw-tab > input").first).to_be_focused()
        expect(page.locator(".pw-tab > label").first).to_be_in_viewport(ratio=1)
