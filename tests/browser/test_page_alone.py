"""Without a script, with the wrong one, and as a file on a disk."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from answering import STRAINED, give, give_all, given, ready, show_result, stored, title
from partways import project

NewPage = Callable[..., Page]
ROOT = Path(__file__).parent.parent.parent
#: Down the page and back, a screen at a time.
SCROLL_BY = """async () => {
  const turn = () => new Promise(requestAnimationFrame);
  const frame = () => turn().then(turn);
  for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
    scrollTo(0, y);
    await frame();
  }
  scrollTo(0, 0);
  await frame();
}"""


@pytest.fixture
def still(new_page: NewPage) -> Page:
    """The warning signs in a browser that runs no script."""
    page = new_page(java_script_enabled=False)
    page.goto("warning-signs/")
    return page


def seen(page: Page, selector: str) -> str:
    """What stands on the screen at `selector`, generated content included."""
    session = page.context.new_cdp_session(page)
    document = session.send("DOM.getDocument")
    node = session.send(
        "DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": selector}
    )
    tree = session.send(
        "Accessibility.queryAXTree", {"nodeId": node["nodeId"], "role": "StaticText"}
    )
    return " ".join(n["name"]["value"] for n in tree["nodes"])


class TestWithoutScript:
    def test_whole_form_can_be_answered(self, still: Page) -> None:
        """Every question is there and takes one answer."""
        expect(still.locator(".pw-question:visible")).to_have_count(47)
        expect(still.locator(".pw-nojs")).to_be_visible()

        still.check('[name="invoices"][value="one_late"]')
        still.check('[name="invoices"][value="most_late"]')

        expect(still.locator('[name="invoices"]:checked')).to_have_value("most_late")
        for hidden in (".pw-steps", ".pw-keep__line", ".pw-clear", ".pw-result", ".pw-kicker"):
            expect(still.locator(hidden).first).to_be_hidden()

    def test_points_add_up_by_style_alone(self, still: Page) -> None:
        """A running total per area and over all, below the questions."""
        still.check('[name="invoices"][value="most_late"]')
        still.check('[name="missed_date"][value="few"]')
        still.check('[name="unpaid_work"][value="usual"]')
        still.check('[name="reminder"][value="unknown"]')

        sums = seen(still, ".pw-sums ul")
        assert re.search(r"Payment 5 Price 0 Scope and load 3 .* How heavy overall 8$", sums)

    def test_red_line_shows_its_card(self, still: Page) -> None:
        """By style alone, too."""
        card = still.locator('.pw-card[data-opener="stalked"]')
        expect(card).to_be_hidden()

        still.check('[name="stalked"][value="yes"]')

        expect(card).to_be_visible()
        still.check('[name="stalked"][value="no"]')
        expect(card).to_be_hidden()

    def test_verdict_can_be_read_by_hand(self, still: Page) -> None:
        """Points, limits, rules and verdicts are on the page."""
        paper = still.locator(".pw-paper")
        model = project.load(ROOT).questionnaires["warning-signs"].model

        expect(paper).to_be_visible()
        for verdict in model.verdicts.values():
            expect(paper).to_contain_text(verdict.title)
        expect(paper).to_contain_text("“Payment”: 50 or more")
        expect(paper).to_contain_text("the sternest step of all measures is “Probation”")

    def test_no_key_puts_answers_into_the_address(self, still: Page) -> None:
        """Enter in a form without a script would send it."""
        still.check('[name="invoices"][value="one_late"]')
        address = still.url

        still.keyboard.press("Enter")
        still.wait_for_timeout(200)

        assert still.url == address
        expect(still.locator('[name="invoices"]:checked')).to_have_value("one_late")


class TestWrongScript:
    @pytest.mark.page_may_complain(
        "404|Failed to load", reason="the script is taken away on purpose"
    )
    def test_missing_script_leaves_the_form(self, page: Page) -> None:
        """An old page whose script is gone still asks and adds up."""
        page.route("**/*.js", lambda route: route.fulfill(status=404, body="gone"))

        page.goto("warning-signs/")

        expect(page.locator(".pw-paper")).to_be_visible()
        expect(page.locator(".pw-steps")).to_be_hidden()

    @pytest.mark.page_may_complain("different releases", reason="the fault is made on purpose")
    @pytest.mark.parametrize(
        ("old", "new"),
        [('"format":1', '"format":2'), (r'"revision":"[0-9a-f]+"', '"revision":"0000000000"')],
    )
    def test_program_of_another_release_is_never_scored(
        self, page: Page, old: str, new: str
    ) -> None:
        """A page and a script that do not fit leave the form as it is without a script."""

        def mixed(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=re.sub(old, new, answer.text()))

        page.route("**/warning-signs/", mixed)
        page.goto("warning-signs/")

        expect(page.locator("partways-assessment")).to_have_class("pw-assessment")
        expect(page.locator(".pw-paper")).to_be_visible()

    @pytest.mark.page_may_complain("partways: warning-signs", reason="the fault is made on purpose")
    def test_fault_in_one_questionnaire_leaves_the_page(self, page: Page) -> None:
        """One that cannot start does not stop another one on the same page."""

        def twice(route: Route) -> None:
            answer = route.fetch()
            text = answer.text()
            block = re.search(r"<partways-assessment.*</partways-assessment>", text, re.DOTALL)
            assert block
            broken = block[0].replace("pw-phrases", "pw-lost").replace("warning-signs--", "other--")
            route.fulfill(response=answer, body=text.replace(block[0], broken + block[0]))

        page.route("**/warning-signs/", twice)
        page.goto("warning-signs/")

        expect(page.locator("partways-assessment").nth(1)).to_have_class("pw-assessment pw-on")
        expect(page.locator("partways-assessment").nth(0)).to_have_class("pw-assessment")


class TestOneFile:
    def test_does_everything_from_a_disk(self, page: Page, tmp_path: Path) -> None:
        """Downloaded from its page, opened without a network."""
        ready(page, "warning-signs/")
        page.locator(".pw-more summary").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="as one file").click()
        path = tmp_path / "warning-signs.html"
        download.value.save_as(path)
        page.context.set_offline(True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        ready(page, path.as_uri())
        give_all(page, STRAINED)
        show_result(page)

        assert title(page) == "Set conditions in writing"
        assert (
            page.evaluate("() => getComputedStyle(document.body).backgroundColor")
            == "rgb(251, 248, 243)"
        )
        assert [url for url in asked if not url.startswith("file:")] == []
        link = page.locator(".pw-share__link").input_value()
        assert link.startswith(path.as_uri() + "#p1.")
        page.reload()
        assert given(page)["invoices"] == "several_late"
        assert [key for key in stored(page) if "warning-signs" in key]
        page.goto("about:blank")
        page.goto(link)
        expect(page.locator(".pw-shared")).to_be_visible()
        with page.expect_download():
            page.get_by_role("button", name="Add to calendar").click()

    def test_works_without_a_script_too(self, new_page: NewPage, site: Path) -> None:
        """The file is the same page."""
        made = next(site.glob("single/warning-signs.html"))
        page = new_page(java_script_enabled=False)

        page.goto(made.as_uri())
        page.check('[name="stalked"][value="yes"]')

        expect(page.locator('.pw-card[data-opener="stalked"]')).to_be_visible()


class TestForEveryone:
    @pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
    @pytest.mark.parametrize("name", ["warning-signs", "ideal-client"])
    def test_axe_finds_nothing(
        self, new_page: NewPage, axe: Callable[..., list[str]], name: str, width: int, scheme: str
    ) -> None:
        """Form, opened settings and cards, result, shared result, confirmation."""
        page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        ready(page, f"{name}/")
        assert axe(page) == []
        page.evaluate(
            "() => document.querySelectorAll('details').forEach((d) => { d.open = true; })"
        )
        page.get_by_role("button", name="Delete my answers").click()
        first = "attacked" if name == "warning-signs" else "asks_wrong"
        give(page, **{first: "unsure"})
        assert axe(page) == []
        give_all(page, {first: "yes"}, 1)
        show_result(page)
        assert axe(page) == []
        give(page, **{first: "no"})
        give_all(page, {"told": "broken", "invoices": "unknown"} if name == "warning-signs" else {})
        show_result(page)
        page.goto(page.locator(".pw-share__link").input_value())
        assert axe(page) == []

    def test_axe_finds_nothing_without_a_script(
        self, still: Page, new_page: NewPage, axe: Callable[..., list[str]]
    ) -> None:
        """The form that stands there when nothing runs, with its tables."""
        html = still.content()
        page = new_page(viewport={"width": 360, "height": 800})
        page.route("**/*.js", lambda route: route.fulfill(body=""))
        page.goto("warning-signs/")
        # Until a part was on the screen its height is a guess, and what is asked for its place
        # lies over the parts behind it. A reader comes by each.
        page.evaluate(SCROLL_BY)

        assert "pw-on" not in html
        assert axe(page) == []

    @pytest.mark.parametrize("width", [360, 1280])
    @pytest.mark.parametrize("name", ["warning-signs", "ideal-client"])
    def test_every_target_is_large_enough_for_a_thumb(
        self, new_page: NewPage, name: str, width: int
    ) -> None:
        """At least 44 pixels high, or a link in running text."""
        page = ready(new_page(viewport={"width": width, "height": 800}), f"{name}/")
        small = """() => [...document.querySelectorAll(
            "partways-assessment :is(button, summary, label, select, a)")]
            .filter((e) => e.checkVisibility() && !e.closest("p:not(.pw-keep__line), .pw-words"))
            .map((e) => [e.getBoundingClientRect().height, e.textContent.trim().slice(0, 40)])
            .filter(([height]) => height < 44)"""
        opened = "() => document.querySelectorAll('details').forEach((d) => { d.open = true; })"

        page.evaluate(opened)
        give_all(page, place=1)
        assert page.evaluate(small) == []
        show_result(page)
        page.evaluate(opened)
        assert page.evaluate(small) == []
