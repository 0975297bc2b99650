"""The result, in a browser: it says what the scorer says, and why."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from answering import STRAINED, give, give_all, given, ready, show_result, title
from partways import project, scoring

ROOT = Path(__file__).parent.parent.parent

BEST: dict[str, str] = {}
HALF = {"paid_by": "result", "attacked": "no", "invoices": "several_late"}

SHEETS: dict[str, tuple[str, int | None, dict[str, str]]] = {
    "best": ("warning-signs", 0, BEST),
    "worst": ("warning-signs", 9, BEST),
    "strained": ("warning-signs", 0, STRAINED),
    "danger": ("warning-signs", 0, {"stalked": "yes"}),
    "wrongdoing": ("warning-signs", 0, {"asked_wrong": "yes"}),
    "amber": ("warning-signs", 0, {"cannot_go_on": "yes"}),
    "complaint": ("warning-signs", 0, {**STRAINED, "complaint": "yes"}),
    "hourly": ("warning-signs", 0, {"paid_by": "hour", "told": "broken"}),
    "open": ("warning-signs", 0, {**STRAINED, "invoices": "unknown", "missed_date": "unknown"}),
    "half": ("warning-signs", None, HALF),
    "nothing": ("warning-signs", None, BEST),
    "ideal": ("ideal-client", 0, BEST),
    "outside": ("ideal-client", 0, {"problem": "outside"}),
    "middling": ("ideal-client", 1, {"asks_wrong": "no"}),
    "early": ("ideal-client", None, {"asks_wrong": "no", "problem": "core"}),
}


def test_result_is_made_before_it_is_asked_for_and_never_of_old_answers(page: Page) -> None:
    """Nobody waits for it, and what was answered in the last moment counts."""
    ready(page, "warning-signs/")
    expect(page.locator(".pw-result")).to_have_count(0)
    give_all(page)
    expect(page.locator(".pw-result")).to_have_count(1)
    expect(page.locator(".pw-result")).to_be_hidden()

    page.evaluate(
        """() => {
            document.querySelector('[name="stalked"][value="yes"]').click();
            document.querySelector('.pw-steps [data-do="result"]').click();
        }"""
    )

    assert title(page) == "Stop contact. Safety first"
    page.go_back()
    give(page, stalked="no")
    show_result(page)
    assert title(page) != "Stop contact. Safety first"


@pytest.mark.parametrize("sheet", SHEETS)
def test_page_says_what_the_scorer_says(page: Page, sheet: str) -> None:
    """Verdict, state, measures, numbers, reasons and gaps are those of `partways score`."""
    name, place, answers = SHEETS[sheet]
    compiled = project.load(ROOT).questionnaires[name]
    model = compiled.model
    ready(page, f"{name}/")
    if place is not None:
        give_all(page, answers, place)
    give(page, **answers)
    result: Any = scoring.assess(compiled.program, given(page))

    show_result(page)

    verdict = (
        model.verdicts[result["verdict"]].title if result["verdict"] else model.not_enough.title
    )
    assert title(page) == verdict
    expect(page.locator(".pw-verdict:visible .pw-title")).to_be_focused()
    shown = page.locator("[data-red-line]:visible")
    assert ids(shown, "data-red-line") == [r["id"] for r in result["red_lines"] if r["is"] == "yes"]
    measures = [m["id"] for m in result["measures"] if m["is"] == "yes"]
    assert ids(page.locator("[data-measure]:visible"), "data-measure") == measures
    for dimension in result["dimensions"]:
        row = page.locator(f'[data-dimension="{dimension["id"]}"] .pw-value')
        if row.count():
            low, high = dimension["low"], dimension["high"]
            number = (
                "does not apply"
                if dimension["empty"]
                else str(low)
                if low == high
                else f"{low} to {high}"
            )
            assert row.inner_text().split(" · ")[0] == number
            assert ("· raised" in row.inner_text()) == (
                dimension["raised"] == "yes" and not dimension["empty"]
            )
    because = page.locator("[data-because]:visible")
    assert ids(because, "data-because") == [b["item"] for b in result["because"]]
    unknown = ids(page.locator("[data-unknown]:visible"), "data-unknown")
    assert set(result["unknown"]) - set(unknown) <= {
        k for _, k, q in model.questions() if not q.find_out
    }
    assert [d["item"] for d in result["deciding"] if d["item"] in unknown] == unknown[
        : len([d for d in result["deciding"] if d["item"] in unknown])
    ]
    possible = page.locator(".pw-possible:visible b").all_inner_texts()
    others = [v for v in result["possible"] if v != result["verdict"]]
    if result["state"] == "so_far":
        assert possible == [model.verdicts[v].title for v in others]
    assert page.locator(".pw-changes:visible > li").count() == len(result["changes"]) * (
        result["state"] == "settled"
    )
    assert ids(page.locator("[data-caution]:visible"), "data-caution") == result["cautions"]
    assert ids(page.locator("[data-note]:visible"), "data-note") == result["notes"]


def ids(found: Any, attribute: str) -> list[str]:
    return [str(element.get_attribute(attribute)) for element in found.all()]


class TestResult:
    def test_red_line_comes_before_everything(self, page: Page) -> None:
        """The card stands above the verdict, and no letter is offered."""
        ready(page, "warning-signs/")
        give_all(page, {**STRAINED, "attacked": "yes"})

        show_result(page)

        red = page.locator('[data-red-line="danger"]')
        verdict = page.locator('[data-verdict="stop_safe"]')
        assert red.bounding_box()["y"] < verdict.bounding_box()["y"]  # type: ignore[index]
        expect(red).to_contain_text("call 112")
        expect(page.locator(".pw-words")).to_be_hidden()

    def test_sterner_verdict_that_is_open_is_named(self, page: Page) -> None:
        """As far as known it is mild; what it could become stands beside it, with what decides."""
        ready(page, "warning-signs/")
        give_all(page, {"told": "broken", "invoices": "unknown"})

        show_result(page)

        expect(page.locator(".pw-verdict:visible")).to_contain_text("As far as known")
        expect(page.locator(".pw-possible")).to_contain_text("Review before you part")
        line = page.locator('[data-unknown="invoices"]')
        expect(line).to_contain_text("last six invoices")
        expect(line).to_contain_text(
            "If “Most late, or one unpaid for over 60 days”: Review before you part"
        )

    def test_one_honest_answer_leaves_the_result_useful(self, page: Page) -> None:
        """“I don't know” once, and there is still a verdict with its first step."""
        ready(page, "warning-signs/")
        give_all(page, {"contacts": "unknown"})

        show_result(page)

        assert title(page) == "Keep working with them"
        expect(page.locator(".pw-week")).to_contain_text("Tell them one thing")

    def test_rule_and_its_limits_can_be_read(self, page: Page) -> None:
        """Why is answered in answers, in a sentence, and in the exact rule."""
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)

        why = page.locator(".pw-why")
        expect(why).to_contain_text("They named a payment date, then missed it")
        expect(why).to_contain_text("Several times, still the exception")
        why.locator(".pw-exact summary").click()
        expect(why).to_contain_text("the sternest step of all measures is “Written conditions”")
        expect(why).to_contain_text("“Payment”: 50 or more")

    def test_day_to_look_again_goes_into_a_calendar(self, page: Page) -> None:
        """A date in words, and a file that calendars read."""
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)
        expect(page.locator(".pw-date:visible")).to_have_text(re.compile(r"^\w+,? \d+ \w+ 20\d\d$"))

        with page.expect_download() as download:
            page.get_by_role("button", name="Add to calendar").click()

        assert download.value.suggested_filename == "warning-signs.ics"
        text = Path(download.value.path()).read_bytes().decode()
        assert text.startswith("BEGIN:VCALENDAR\r\n")
        lines = text.replace("\r\n ", "").split("\r\n")
        assert {"SUMMARY:Look again: Warning signs", "DESCRIPTION:Set conditions in writing"} < {
            *lines
        }

    def test_words_lead_to_their_place(self, page: Page) -> None:
        """Each link leads to a text that is there."""
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)

        page.locator('[data-words="w9"] a').click()

        expect(page).to_have_url(re.compile(r"/partways/words/w9/$"))
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport()

    def test_refusing_words_wait_for_the_law(self, page: Page) -> None:
        """While it is not sure that one may refuse, the caution stands where the texts would."""
        ready(page, "ideal-client/")
        give_all(page, {"problem": "outside", "must_serve": "unsure"})
        show_result(page)
        expect(page.locator('[data-caution="legal"]')).to_be_visible()
        expect(page.locator('[data-words="w1"]')).to_be_hidden()

        page.go_back()
        give(page, must_serve="no")
        show_result(page)

        expect(page.locator('[data-caution="legal"]')).to_be_hidden()
        expect(page.locator('[data-words="w1"]')).to_be_visible()

    def test_answers_can_be_changed(self, page: Page) -> None:
        """From the result to the form and on to another result."""
        ready(page, "warning-signs/")
        give_all(page)
        show_result(page)
        assert title(page) == "Keep working with them"

        page.get_by_role("button", name="Change answers").click()
        expect(page.locator(".pw-result")).to_be_hidden()
        give(page, **STRAINED)
        show_result(page)

        assert title(page) == "Set conditions in writing"

    def test_link_to_what_is_not_answered_leads_there(self, page: Page) -> None:
        """A question that was left out is one click away."""
        page.set_viewport_size({"width": 360, "height": 740})
        ready(page, "warning-signs/")
        give(page, paid_by="hour")
        show_result(page)

        page.locator(".pw-unanswered").get_by_role("link", name="Longest silence").click()

        expect(page.locator('[name="silence"]').first).to_be_focused()
        expect(page.locator(".pw-kicker")).to_have_text("Part 7 of 14")

    def test_settings_are_weighed(self, page: Page) -> None:
        """The result says whether one weight more or less would give another verdict."""
        ready(page, "ideal-client/")
        give_all(page, place=1)
        show_result(page)

        weights = page.locator(".pw-change")
        expect(weights).to_contain_text("Your weights")


class TestPaper:
    def test_result_is_made_for_paper(self, page: Page) -> None:
        """Answers, score, date and version are on it; buttons are not."""
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)

        page.emulate_media(media="print")

        expect(page.locator(".pw-tools")).to_be_hidden()
        expect(page.locator(".pw-stamp")).to_contain_text("Version of the questionnaire")
        expect(page.locator(".pw-answers dd").first).to_be_visible()
        expect(page.locator(".pw-paper")).to_be_hidden()
        assert len(page.pdf()) > 10_000

    def test_blank_form_is_made_for_paper(self, page: Page) -> None:
        """All parts, also on a phone, and the table that reads the verdict by hand."""
        page.set_viewport_size({"width": 360, "height": 740})
        ready(page, "warning-signs/")

        page.emulate_media(media="print")

        expect(page.locator(".pw-question:visible")).to_have_count(47)
        expect(page.locator(".pw-paper")).to_be_visible()
        expect(page.locator(".pw-steps")).to_be_hidden()
        page.emulate_media(media="screen")
        expect(page.locator(".pw-paper")).to_be_hidden()


def test_data_in_the_page_is_the_compiled_program(page: Page) -> None:
    """Python and the browser read the same."""
    ready(page, "ideal-client/")

    text = page.locator("script.pw-program").text_content() or ""

    assert json.loads(text) == project.load(ROOT).questionnaires["ideal-client"].program
