"""The pages of words: from a result to a letter that is checked, and everything beside it."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from answering import STRAINED, give_all, ready, show_result, stored

NewPage = Callable[..., Page]

PLACES = [
    "words/",
    "words/w9/",
    "words/w17/",
    "signs/",
    "signs/invoices/",
    "practice/",
    "check/",
    "documents/",
    "documents/end-plan/",
    "sources/",
    "ru/words/w9/",
    "bg/words/w17/",
]


def at_work(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator(".pw-on").first).to_be_visible()
    return page


def letter(page: Page) -> str:
    return page.locator(".pw-letter:visible .pw-letter__body").inner_text()


def fill_all(page: Page) -> None:
    """Fill every field that the chosen text asks for."""
    for field in page.locator("[data-field]:visible").all():
        control = field.locator("input, textarea")
        if control.input_value():
            continue
        if control.get_attribute("type") == "date":
            control.fill("2027-03-01")
        else:
            example = field.locator(".pw-say-example").text_content() or "X"
            control.fill(example)


class TestFromAResult:
    def test_three_clicks_and_the_fields_make_a_checked_letter(self, new_page: NewPage) -> None:
        """The link, the tone, the copy; the letter knows what was answered."""
        page = new_page(permissions=["clipboard-read", "clipboard-write"])
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)

        page.locator('[data-words="w9"] a').click()
        expect(page.locator(".pw-say-case")).to_be_visible()
        page.locator('label[for="v-email-firm"]').click()
        fill_all(page)

        expect(page.locator(".pw-findings")).to_have_attribute("data-state", "clean")
        text = letter(page)
        assert "[" not in text
        assert page.locator('[name="delay_facts"]').input_value() in text
        page.get_by_role("button", name="Copy").click()
        expect(page.locator(".pw-status")).to_have_text("The text is copied.")
        copied = page.evaluate("() => navigator.clipboard.readText()")
        assert "".join(copied.split()) == "".join(text.split())

    def test_case_is_taken_once_and_can_be_taken_out(self, new_page: NewPage) -> None:
        """Another client has another case."""
        page = ready(new_page(), "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)
        page.locator('[data-words="w9"] a').click()
        expect(page.locator(".pw-say-case")).to_be_visible()
        assert not [key for key in stored(page) if key.endswith(":case")]
        assert page.locator('[name="delay_facts"]').input_value()

        page.get_by_role("button", name="Take it out again").click()

        assert page.locator('[name="delay_facts"]').input_value() == ""
        page.goto("words/w7/")
        expect(page.locator(".pw-say-case")).to_be_hidden()


class TestLetter:
    def test_grows_with_its_fields(self, page: Page) -> None:
        """Optional parts come when their field is filled."""
        at_work(page, "words/w9/")
        before = letter(page)
        assert "These are the dates" not in before

        page.locator('[name="addressee"]').fill("Anna Lind")
        page.locator('[name="delay_facts"]').fill("Invoice 14")

        expect(page.locator(".pw-letter:visible")).to_contain_text("Hello Anna Lind,")
        expect(page.locator(".pw-letter:visible")).to_contain_text("Invoice 14")

    def test_works_by_keyboard_alone(self, page: Page) -> None:
        """Choose, fill, and reach every button."""
        at_work(page, "words/w9/")
        page.locator('.pw-tab input[value="email-neutral"]').focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator('[data-variant="email-firm"]')).to_be_visible()

        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("() => document.activeElement.dataset.do ?? ''"))
        assert {"copy", "mail", "print", "download", "edit"} <= reached
        page.locator('[name="addressee"]').focus()
        page.keyboard.type("Anna")
        expect(page.locator(".pw-letter:visible")).to_contain_text("Hello Anna,")

    def test_nothing_typed_leaves_or_enters_a_link(self, page: Page) -> None:
        """No request after the page is there, no address that holds a word of it."""
        at_work(page, "words/w9/")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate(
            """() => {
                window.opened = [];
                HTMLAnchorElement.prototype.click = function () { window.opened.push(this.href); };
            }"""
        )
        page.locator('[name="addressee"]').fill("Wondertown & Söhne")
        expect(page.locator(".pw-letter:visible")).to_contain_text("Wondertown")
        page.get_by_role("button", name="Open in your mail program").click()
        page.get_by_role("button", name="Change the wording").click()
        page.locator(".pw-say-own textarea").fill("Wondertown again. We will not do it.")
        expect(page.locator(".pw-findings")).to_have_attribute("data-state", "found")

        assert asked == []
        assert "Wondertown" not in page.url
        links = page.locator("a[href]").evaluate_all("(all) => all.map((a) => a.href).join(' ')")
        assert "Wondertown" not in links
        (mail,) = page.evaluate("() => window.opened")
        assert mail.startswith("mailto:?")
        assert "Hello Wondertown & Söhne,\r\n\r\n" in unquote(mail)

    def test_draft_stays_until_it_is_deleted(self, page: Page) -> None:
        """On this device only, own wording included."""
        at_work(page, "words/w9/")
        page.locator('[name="sender"]').fill("Tom Berger")
        page.locator('label[for="v-call-firm"]').click()
        expect(page.locator(".pw-say-saved")).to_have_text("The draft is kept on this device.")
        page.get_by_role("button", name="Change the wording").click()
        page.locator(".pw-say-own textarea").fill("My own words.")
        expect(page.locator(".pw-letter:visible")).to_contain_text("My own words.")

        page.reload()

        expect(page.locator('[name="sender"]')).to_have_value("Tom Berger")
        expect(page.locator('[data-variant="call-firm"]')).to_contain_text("My own words.")
        page.get_by_role("button", name="Delete the draft").click()
        expect(page.locator('[name="sender"]')).to_have_value("")
        assert not [key for key in stored(page) if ":draft:" in key]
        page.reload()
        expect(page.locator('[name="sender"]')).to_have_value("")

    def test_own_wording_is_marked_with_a_reason_and_a_better_form(self, page: Page) -> None:
        """The check marks the place, says why, and never keeps from sending."""
        at_work(page, "words/w9/")
        page.get_by_role("button", name="Change the wording").click()
        page.locator(".pw-say-own textarea").fill("You are a toxic client. We will not do it.")

        mark = page.locator(".pw-letter:visible .pw-mark--label")
        expect(mark).to_contain_text("toxic")
        finding = page.locator('.pw-finding[data-rule="label"]')
        expect(finding.locator(".pw-finding__better")).to_be_visible()
        finding.get_by_role("button", name="Show in the text").click()
        chosen = page.evaluate(
            """() => {
                const field = document.querySelector(".pw-say-own textarea");
                return field.value.slice(field.selectionStart, field.selectionEnd);
            }"""
        )
        assert "toxic" in chosen
        expect(page.get_by_role("button", name="Copy")).to_be_enabled()
        page.get_by_role("button", name="Back to the pattern").click()
        expect(page.locator(".pw-letter:visible")).to_contain_text("Hello")

    def test_can_be_downloaded_as_text(self, page: Page) -> None:
        """With its subject."""
        at_work(page, "words/w9/")
        page.locator('[name="addressee"]').fill("Anna")
        expect(page.locator(".pw-letter:visible")).to_contain_text("Anna")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download as text").click()

        text = waiting.value.path().read_text(encoding="utf-8")
        assert waiting.value.suggested_filename == "w9.txt"
        assert text.startswith("Subject: ")
        assert "Hello Anna," in text

    @pytest.mark.parametrize("language", ["ru", "bg"])
    def test_capital_of_formal_address_is_a_switch(self, page: Page, language: str) -> None:
        """Only inside of sentences."""
        at_work(page, f"{language}/words/w9/")
        inside = re.compile(r"[а-я,] (?:Вы|Вам|Вас|Вие|Ви|Ваш\w*)\b")
        pages = [page.locator(".pw-tab > label").nth(n) for n in range(4)]
        texts = []
        for tab in pages:
            tab.click()
            texts.append(letter(page))
        assert any(inside.search(text) for text in texts)

        page.locator('[name="capital"]').uncheck()

        for tab in pages:
            tab.click()
            assert not inside.search(letter(page))

    @pytest.mark.parametrize("language", ["en", "ru", "bg"])
    def test_every_text_is_at_work(self, page: Page, language: str) -> None:
        """No fault in the console, a letter for each choice, whatever the situation."""
        prefix = "" if language == "en" else f"{language}/"
        for number in range(1, 26):
            at_work(page, f"{prefix}words/w{number}/")
            for tab in page.locator(".pw-tab > label").all():
                tab.click()
                assert len(letter(page)) > 40


class TestWithoutScript:
    @pytest.fixture
    def still(self, new_page: NewPage) -> Page:
        return new_page(java_script_enabled=False)

    def test_every_text_can_be_read_and_printed(self, still: Page) -> None:
        """Blanks are shown as blanks, and each tab brings its letter."""
        still.goto("words/w9/")
        expect(still.locator(".pw-letter:visible")).to_have_count(1)
        expect(still.locator(".pw-letter:visible .pw-blank").first).to_be_visible()
        expect(still.locator(".pw-say-blanks")).to_be_visible()
        for hidden in (".pw-say-form", ".pw-say-tools", ".pw-findings"):
            expect(still.locator(hidden)).to_be_hidden()

        still.locator('label[for="v-call-firm"]').click()

        expect(still.locator('[data-variant="call-firm"]')).to_be_visible()
        expect(still.locator('[data-variant="email-neutral"]')).to_be_hidden()
        still.emulate_media(media="print")
        expect(still.locator('[data-variant="call-firm"]')).to_be_visible()

    def test_exercises_show_their_reasons_and_sheets_can_be_filled(self, still: Page) -> None:
        """By style alone."""
        still.goto("practice/")
        first = still.locator(".pw-exercise").first
        expect(first.locator(".pw-attempt__why").first).to_be_hidden()
        first.locator("input[type=radio]").first.check()
        expect(first.locator(".pw-attempt__why").first).to_be_visible()

        still.goto("documents/end-plan/")
        expect(still.locator("[data-row]")).to_have_count(7)
        still.locator("[data-row] input[type=text]").first.fill("Tom")


class TestOtherPages:
    def test_pasted_text_is_checked(self, page: Page) -> None:
        """And nothing of it is kept."""
        at_work(page, "check/")
        page.locator("textarea").fill("You always pay late. You are a liar.")

        rules = page.locator(".pw-finding")
        expect(page.locator('.pw-finding[data-rule="absolute"]')).to_be_visible()
        expect(page.locator('.pw-finding[data-rule="label"]')).to_be_visible()
        expect(page.locator(".pw-letter--marked .pw-mark").first).to_be_visible()
        assert rules.count() >= 2
        assert stored(page) == {}

    def test_own_answer_of_an_exercise_is_checked(self, page: Page) -> None:
        """As it is written."""
        at_work(page, "practice/")
        own = page.locator(".pw-exercise__own").first
        expect(own.locator(".pw-findings")).to_be_hidden()
        own.locator("textarea").fill("You never pay.")
        expect(own.locator('.pw-finding[data-rule="absolute"]')).to_be_visible()

    def test_incomplete_action_is_marked(self, page: Page) -> None:
        """Owner, date and text, or it is not planned."""
        at_work(page, "documents/end-plan/")
        row = page.locator("[data-row]").first
        row.locator("input[type=text]").fill("Tom")
        expect(row).to_have_attribute("data-state", "part")
        expect(row.locator(".pw-row__state")).to_be_visible()
        row.locator("input[type=date]").fill("2027-03-01")
        row.locator("textarea").fill("We end our work on 30 April.")
        expect(row).to_have_attribute("data-state", "done")
        expect(page.locator(".pw-worksheet__sum")).to_have_text("6 rows are not complete")
        page.reload()
        expect(page.locator("[data-row]").first.locator("input[type=text]")).to_have_value("Tom")

    def test_sign_leads_to_its_question_and_words(self, page: Page) -> None:
        """And the result leads to the sign."""
        page.goto("signs/invoices/")
        expect(page.locator('a[href*="warning-signs"]').first).to_be_visible()
        page.locator('.pw-say-card a[href*="words/w9"]').click()
        expect(page).to_have_url(re.compile("/words/w9/$"))


class TestLooks:
    @pytest.mark.parametrize("place", PLACES)
    def test_phone_never_scrolls_sideways(self, new_page: NewPage, place: str) -> None:
        """360 px are enough for everything."""
        page = new_page(viewport={"width": 360, "height": 700})
        page.goto(place)
        page.wait_for_load_state("networkidle")

        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("place", PLACES)
    def test_axe_finds_nothing(
        self, new_page: NewPage, axe: Callable[..., list[str]], place: str, scheme: str
    ) -> None:
        page = new_page(color_scheme=scheme)
        page.goto(place)
        page.wait_for_load_state("networkidle")

        assert axe(page) == []

    def test_axe_finds_nothing_in_a_letter_at_work(
        self, new_page: NewPage, axe: Callable[..., list[str]]
    ) -> None:
        """With marks, findings, and one's own wording."""
        page = at_work(new_page(viewport={"width": 360, "height": 800}), "words/w9/")
        page.get_by_role("button", name="Change the wording").click()
        page.locator(".pw-say-own textarea").fill("You are a toxic client. We will not do it.")
        expect(page.locator(".pw-mark--label")).to_be_visible()

        assert axe(page) == []
