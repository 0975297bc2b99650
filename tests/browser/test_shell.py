"""The frame around the pages: by keyboard, on a phone, in the dark, on paper, without script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

CONTENT = Path(__file__).parents[2] / "content"
LANGUAGES = {"en": "", "ru": "ru/", "bg": "bg/"}
PAGES = sorted(path.stem for path in (CONTENT / "en").glob("*.md"))

NewPage = Callable[..., Page]


def address(language: str, name: str) -> str:
    return LANGUAGES[language] + ("" if name == "index" else f"{name}/")


class TestSearch:
    @pytest.mark.parametrize(
        ("language", "typed", "found"),
        [
            ("en", "prepay", "words/w9/"),
            ("ru", "предоплат", "ru/words/w9/"),
            ("bg", "авансов", "bg/words/w9/"),
        ],
    )
    def test_whole_way_is_open_to_a_keyboard(
        self, page: Page, server: str, language: str, typed: str, found: str
    ) -> None:
        """Open by its button, type, go down to a result, close, and be where one was."""
        page.goto(address(language, "words"))
        button = page.locator("button.pw-site-find")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".pw-site-search input")).to_be_focused()
        page.keyboard.insert_text(typed)
        page.keyboard.press("End")  # Material listens for keys, and inserting sends none
        expect(page.locator(f'.md-search-result a[href="{server}{found}"]').first).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".md-search-result__link").first).to_be_focused()
        page.keyboard.press("Escape")

        expect(page.locator(".pw-site-search")).to_be_hidden()
        expect(button).to_be_focused()

    def test_first_page_leads_to_an_open_search(self, page: Page) -> None:
        """It carries no search of its own, so that it is there at once."""
        page.goto("")
        page.locator("a.pw-site-find").click()

        expect(page.locator(".pw-site-search input")).to_be_focused()

    def test_results_hold_no_result_of_a_questionnaire(self, page: Page) -> None:
        """Verdicts stand ready in the page and may not be shown to who did not answer."""
        index = page.request.get("search/search_index.json").json()
        texts = " ".join(entry["text"] for entry in index["docs"])

        assert "No profit, no contract and no other answer" not in texts
        assert "How were their invoices paid" in texts


class TestLanguages:
    @pytest.mark.parametrize("name", PAGES)
    def test_switch_keeps_the_page(self, page: Page, server: str, name: str) -> None:
        """To Russian, on to Bulgarian and back."""
        page.goto(address("en", name))
        for language in ("ru", "bg", "en"):
            page.locator(f".pw-site-languages a[hreflang={language}]").click()

            assert page.url == server + address(language, name)
            assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_page_is_open_to_everybody(
    new_page: NewPage,
    axe: Callable[[Page], list[str]],
    language: str,
    name: str,
    width: int,
    scheme: str,
) -> None:
    """On the smallest phone by day and on a desk by night, nothing scrolls sideways either."""
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(address(language, name), wait_until="load")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


class TestKeyboard:
    @pytest.mark.parametrize("name", ["index", "words", "warning-signs"])
    @pytest.mark.parametrize("width", [360, 1280])
    def test_what_has_the_focus_is_seen(self, new_page: NewPage, name: str, width: int) -> None:
        """Nothing off the screen or under something else is stopped at, from the skip link on."""
        page = new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        page.goto(address("en", name), wait_until="load")
        seen = []
        for _ in range(14):
            page.keyboard.press("Tab")
            seen.append(
                page.evaluate(
                    """() => {
                        const at = document.activeElement;
                        const box = at.getClientRects()[0];
                        const over = document.elementFromPoint(
                            box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2);
                        return [at.textContent.trim(), at.contains(over) || over.contains(at)];
                    }"""
                )
            )

        assert [text for text, is_seen in seen if not is_seen] == []
        assert "Skip to" in seen[0][0]

    def test_boxes_of_a_checklist_can_be_ticked_and_have_names(self, page: Page) -> None:
        """Markdown makes boxes that are dead and nameless."""
        page.goto("before-you-part/")
        box = page.get_by_role("checkbox", name="Prepayment or stages")
        box.check()

        expect(box).to_be_checked()


class TestWithoutScript:
    def test_pages_and_links_are_all_there(self, new_page: NewPage) -> None:
        """What needs a script is not offered."""
        page = new_page(java_script_enabled=False)
        page.goto("words/")

        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".pw-site-menu a").first).to_be_visible()
        expect(page.locator(".pw-site-find")).to_be_hidden()

    def test_contents_unfold(self, new_page: NewPage) -> None:
        """They are a native element."""
        page = new_page(java_script_enabled=False, viewport={"width": 360, "height": 700})
        page.goto("how-it-scores/")
        page.locator(".pw-site-contents summary").click()

        expect(page.locator(".pw-site-contents a").first).to_be_visible()


class TestPaper:
    @pytest.mark.parametrize("name", ["index", "before-you-part", "warning-signs"])
    def test_paper_is_white_and_has_no_links_to_press(self, new_page: NewPage, name: str) -> None:
        """Also when the screen is dark."""
        page = new_page(color_scheme="dark")
        page.goto(address("en", name))
        page.emulate_media(media="print", color_scheme="dark")
        color = "getComputedStyle(document.body).%s"

        assert page.evaluate(color % "backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate(color % "color") == "rgb(31, 37, 48)"
        expect(page.locator(".pw-site-menu")).to_be_hidden()
        expect(page.locator(".pw-site-brand")).to_be_visible()


class TestLostVisitor:
    @pytest.mark.page_may_complain("404", reason="the address is wrong on purpose")
    def test_page_is_whole_at_any_depth(self, page: Page, server: str) -> None:
        """Its style is found from an address that nobody built."""
        page.goto("no/such/page/")
        page.get_by_role("link", name="На главную").click()

        assert page.url == f"{server}ru/"
