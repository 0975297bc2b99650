"""Answering, in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from answering import STRAINED, give, give_all, given, ready, show_result, stored

NewPage = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """The warning signs on a small phone."""
    return ready(new_page(viewport=PHONE), "warning-signs/")


@pytest.fixture
def wide(new_page: NewPage) -> Page:
    """The warning signs on a desk."""
    return ready(new_page(viewport=WIDE), "warning-signs/")


def parts(page: Page) -> list[str]:
    """The parts that are on the screen."""
    return page.locator(".pw-section:visible > h2").all_inner_texts()


class TestNarrow:
    def test_one_part_at_a_time(self, phone: Page) -> None:
        """A phone shows one part, how far it is, and one way on."""
        assert parts(phone) == ["How you are paid"]
        expect(phone.locator(".pw-kicker")).to_have_text("Part 1 of 14")
        expect(phone.get_by_role("button", name="Back")).to_be_hidden()

        phone.get_by_role("button", name="Continue").click()

        assert parts(phone) == ["Red lines"]
        expect(phone.get_by_role("heading", name="Red lines")).to_be_focused()
        expect(phone.get_by_role("button", name="Show the result")).to_be_hidden()

    def test_last_part_leads_to_the_result(self, phone: Page) -> None:
        """The way on ends in the result, and comes back."""
        for _ in range(13):
            phone.get_by_role("button", name="Continue").click()

        expect(phone.get_by_role("button", name="Continue")).to_be_hidden()
        phone.get_by_role("button", name="Show the result").click()
        expect(phone.locator(".pw-result")).to_be_visible()
        phone.go_back()
        assert parts(phone) == ["Check before you act"]

    def test_back_of_the_page_and_of_the_browser_agree(self, phone: Page) -> None:
        """Both return to the part before."""
        for _ in range(2):
            phone.get_by_role("button", name="Continue").click()

        phone.get_by_role("button", name="Back").click()
        expect(phone.locator(".pw-kicker")).to_have_text("Part 2 of 14")
        phone.go_back()
        expect(phone.locator(".pw-kicker")).to_have_text("Part 1 of 14")
        phone.go_forward()
        expect(phone.locator(".pw-kicker")).to_have_text("Part 2 of 14")

    def test_reload_stays_at_the_part(self, phone: Page) -> None:
        """A reload shows the part last seen, with its answers."""
        phone.get_by_role("button", name="Continue").click()
        phone.check('[name="attacked"][value="no"]')

        phone.reload()

        expect(phone.locator(".pw-kicker")).to_have_text("Part 2 of 14")
        assert given(phone) == {"attacked": "no"}

    def test_nothing_scrolls_sideways(self, new_page: NewPage) -> None:
        """Not even at 320 pixels, in the form or in the result."""
        for name in ("warning-signs", "ideal-client"):
            page = ready(new_page(viewport={"width": 320, "height": 640}), f"{name}/")
            wide = "() => document.documentElement.scrollWidth - innerWidth"
            assert page.evaluate(wide) <= 0
            give_all(page)
            show_result(page)
            assert page.evaluate(wide) <= 0


class TestWide:
    def test_whole_form_is_there(self, wide: Page) -> None:
        """All parts at once, with a list of them that counts what is answered."""
        assert len(parts(wide)) == 14
        expect(wide.locator(".pw-kicker")).to_be_hidden()
        line = wide.locator('.pw-parts [data-part="payment"]')
        expect(line).to_contain_text("0 of 3")

        give(wide, invoices="on_time", missed_date="never")

        expect(line).to_contain_text("2 of 3")

    def test_list_of_parts_leads_to_them(self, wide: Page) -> None:
        """By plain links, which work without a script too, and Back returns."""
        wide.locator(".pw-parts").get_by_role("link", name="Honesty").click()
        expect(wide.locator("#warning-signs--honesty")).to_be_in_viewport()
        show_result(wide)

        wide.go_back()

        expect(wide.locator(".pw-result")).to_be_hidden()
        wide.go_back()
        expect(wide).to_have_url(re.compile(r"/warning-signs/$"))
        expect(wide.locator(".pw-form")).to_be_visible()

    def test_branch_that_is_off_says_why(self, wide: Page) -> None:
        """While hours are paid, changing goals are not asked about, and the page says so."""
        section = wide.locator('[data-section="decision"]')
        expect(section.locator("fieldset").first).to_be_visible()

        wide.check('[name="paid_by"][value="hour"]')
        expect(section.locator("fieldset").first).to_be_hidden()
        expect(section.locator(".pw-off")).to_be_visible()

        wide.check('[name="paid_by"][value="result"]')
        expect(section.locator("fieldset").first).to_be_visible()
        expect(section.locator(".pw-off")).to_be_hidden()

    def test_answer_can_be_cleared(self, wide: Page) -> None:
        """A radio button cannot be unchosen; this one can."""
        question = wide.locator('[data-item="invoices"]')
        clear = question.get_by_role("button", name="Clear")
        expect(clear).to_be_hidden()
        wide.check('[name="invoices"][value="one_late"]')

        clear.click()

        assert given(wide) == {}
        expect(clear).to_be_hidden()
        wide.reload()
        assert given(wide) == {}

    def test_window_has_its_date(self, wide: Page) -> None:
        """The last 90 days become a day in the calendar."""
        expect(wide.locator('[data-section="payment"] .pw-window')).to_have_text(
            re.compile(r"^The last 90 days \(since \d{1,2} \w+ \d{4}\)$")
        )


class TestWhileAnswering:
    def test_nothing_is_scored_or_said(self, wide: Page) -> None:
        """A running score would bias the next answer."""
        expect(wide.locator(".pw-since").first).not_to_be_empty()
        before = wide.locator(".pw-form").inner_text()

        give_all(wide, STRAINED)

        wide.wait_for_timeout(300)
        wide.evaluate(
            "() => document.querySelectorAll('.pw-clear').forEach((c) => { c.hidden = true; })"
        )
        assert wide.locator(".pw-form").inner_text() == before
        expect(wide.locator(".pw-status")).to_have_text("")

    def test_red_line_shows_its_card_at_once(self, wide: Page) -> None:
        """Help comes before any score, in sight of the answer, and is heard."""
        card = wide.locator('.pw-card[data-opener="attacked"]')
        expect(card).to_be_hidden()

        wide.check('[name="attacked"][value="unsure"]')

        expect(card).to_be_visible()
        expect(card).to_contain_text("call 112")
        expect(wide.locator(".pw-status")).to_have_text("Safety first")
        wide.check('[name="attacked"][value="no"]')
        expect(card).to_be_hidden()

    def test_same_card_stands_there_once(self, wide: Page) -> None:
        """Two answers that call for the same help do not say it twice."""
        give(wide, attacked="yes", stalked="yes")

        expect(wide.locator('.pw-card[data-card="safety"]:visible')).to_have_count(1)

    def test_nothing_is_asked_of_the_network(self, wide: Page) -> None:
        """Answers, results and files are made on the device."""
        wide.wait_for_load_state("networkidle")
        asked: list[str] = []
        wide.on("request", lambda request: asked.append(request.url))

        give_all(wide, STRAINED)
        show_result(wide)
        wide.locator(".pw-share summary").click()
        with wide.expect_download():
            wide.locator('.pw-tools [data-do="download"]').click()

        assert [url for url in asked if not url.startswith("blob:")] == []

    def test_hook_of_the_bench_counts_points(self, wide: Page) -> None:
        """A hidden place that measuring tools read; it is told to nobody."""
        give(wide, invoices="several_late", missed_date="once")

        hook = wide.locator('[data-score="payment"]')
        assert hook.text_content() == "3"
        expect(hook).to_be_hidden()

    def test_answer_given_before_the_script_arrives_is_kept(self, page: Page) -> None:
        """On a slow line people answer before the script is there."""
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        # Only the first page has to wait.
        page.route("**/*.js", hold, times=1)
        page.goto("warning-signs/", wait_until="commit")
        page.check('[name="invoices"][value="one_late"]')
        page.wait_for_timeout(100)
        for route in held:
            route.continue_()

        expect(page.locator("partways-assessment")).to_have_class("pw-assessment pw-on")
        assert given(page) == {"invoices": "one_late"}
        page.reload()
        expect(page.locator('[name="invoices"][value="one_late"]')).to_be_checked()


class TestSettings:
    def test_criterion_that_is_not_kept_is_not_asked(self, page: Page) -> None:
        """Nine of seventeen criteria are kept at first; the reader chooses others."""
        ready(page, "ideal-client/")
        expect(page.locator(".pw-kept").first).to_have_text("(9 criteria kept)")
        expect(page.locator('[data-item="deadline"]')).to_be_hidden()
        page.locator(".pw-settings summary").first.click()

        page.locator('[name="deadline.kept"]').check()
        expect(page.locator('[data-item="deadline"]')).to_be_visible()
        page.locator('[name="problem.kept"]').uncheck()
        expect(page.locator('[data-item="problem"]')).to_be_hidden()
        page.locator('[name="deadline.weight"]').select_option("3")

        page.reload()
        expect(page.locator('[data-item="deadline"]')).to_be_visible()
        expect(page.locator('[name="deadline.weight"]')).to_have_value("3")
        (record,) = stored(page).values()
        assert (
            '"answers":{"deadline.kept":"yes","problem.kept":"no","deadline.weight":"3"}' in record
        )

    def test_setting_put_back_is_no_answer(self, page: Page) -> None:
        """What stands as it was at first is not stored."""
        ready(page, "ideal-client/")
        box = page.locator('[name="problem.knock_out"]')
        page.locator(".pw-settings summary").first.click()

        box.check()
        box.uncheck()

        (record,) = stored(page).values()
        assert '"answers":{}' in record


class TestKeyboard:
    def test_whole_way_from_the_first_question_to_the_result(self, phone: Page) -> None:
        """Tab, arrows, space and Enter are enough."""
        keys = phone.keyboard
        phone.locator('[name="paid_by"]').first.focus()
        keys.press("Space")
        assert given(phone) == {"paid_by": "result"}
        keys.press("ArrowDown")
        assert given(phone) == {"paid_by": "hour"}
        for _ in range(40):
            keys.press("Tab")
            if "Show the result" in phone.evaluate("() => document.activeElement.innerText"):
                break
            if "Continue" in phone.evaluate("() => document.activeElement.innerText"):
                keys.press("Enter")
        for _ in range(300):
            if phone.locator(".pw-result").is_visible():
                break
            keys.press("Tab")
            if phone.evaluate("() => document.activeElement.innerText") in (
                "Continue",
                "Show the result",
            ):
                keys.press("Enter")

        expect(phone.locator(".pw-result")).to_be_visible()
        assert phone.evaluate("() => document.activeElement.className") == "pw-title"
