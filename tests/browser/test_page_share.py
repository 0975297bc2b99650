"""Links and files: what leaves with the reader, and what comes in."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from answering import STRAINED, give, give_all, given, ready, show_result, stored, title

NewPage = Callable[..., Page]


def link(page: Page) -> str:
    """The link of the result that is shown."""
    page.locator(".pw-share summary").click()
    return page.locator(".pw-share__link").input_value()


@pytest.fixture
def shared(page: Page) -> str:
    """A link to a strained client, made by somebody else."""
    ready(page, "warning-signs/")
    give_all(page, STRAINED)
    show_result(page)
    made = link(page)
    page.context.close()
    return made


class TestLink:
    def test_holds_the_answers_in_its_fragment_and_says_so(self, page: Page) -> None:
        """Never in the path or the query, which servers see."""
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)

        made = link(page)

        assert re.fullmatch(
            r"http://[^?#]+/partways/warning-signs/#p1\.warning-signs\.\d+\.[\w-]{141}\.[0-9a-f]{8}",
            made,
        )
        expect(page.locator(".pw-share")).to_contain_text(
            "nothing else: no name, no text, no score"
        )

    def test_can_be_copied(self, new_page: NewPage) -> None:
        """With leave to write to the clipboard, and by hand without it."""
        page = new_page(permissions=["clipboard-read", "clipboard-write"])
        ready(page, "warning-signs/")
        show_result(page)
        made = link(page)

        page.get_by_role("button", name="Copy the link").click()

        expect(page.locator(".pw-status")).to_have_text("The link is copied.")
        assert page.evaluate("() => navigator.clipboard.readText()") == made

    def test_opens_the_result_and_leaves_own_answers_alone(
        self, shared: str, new_page: NewPage
    ) -> None:
        """Whoever opens it keeps what is theirs."""
        page = ready(new_page(), "warning-signs/")
        give(page, invoices="on_time")
        mine = stored(page)

        page.goto("privacy/")
        page.goto(shared)

        assert title(page) == "Set conditions in writing"
        expect(page.locator(".pw-shared")).to_contain_text("Your own answers are untouched")
        assert stored(page) == mine
        page.get_by_role("button", name="Back to my own answers").click()
        assert given(page) == {"invoices": "on_time"}
        assert "#" not in page.url
        assert stored(page) == mine

    def test_takes_the_place_of_own_answers_only_on_demand(
        self, shared: str, new_page: NewPage
    ) -> None:
        """One button, after the choice was explained."""
        page = ready(new_page(), "warning-signs/")
        give(page, invoices="on_time")
        page.goto("privacy/")
        page.goto(shared)

        page.get_by_role("button", name="Put these in place of mine").click()

        assert title(page) == "Set conditions in writing"
        expect(page.locator(".pw-shared")).to_be_hidden()
        assert given(page)["invoices"] == "several_late"
        page.reload()
        assert given(page)["invoices"] == "several_late"

    def test_opens_in_a_page_that_is_open_already(self, shared: str, new_page: NewPage) -> None:
        """Only the fragment changes then, and the page is not loaded again."""
        page = ready(new_page(), "warning-signs/")

        page.goto(shared)

        assert title(page) == "Set conditions in writing"

    @pytest.mark.parametrize(
        ("fragment", "said"),
        [
            ("p1.warning-signs.0.AAAA.00000000", "damaged"),
            ("p1.warning-signs.0", "damaged"),
            ("p1." + "A" * 100_000, "damaged"),
            ("p1.<img src=x onerror=alert(1)>.0..00000000", "damaged"),
            ("p1.__proto__.0..00000000", "damaged"),
            ("p2.warning-signs.0.AAA.00000000", "newer version"),
            ("p1.other.0..0c29e6b1", "damaged"),
        ],
    )
    def test_damaged_or_foreign_one_gives_one_sentence(
        self, page: Page, fragment: str, said: str
    ) -> None:
        """And the form stands there as ever."""
        ready(page, "warning-signs/")
        give(page, invoices="on_time")
        page.goto("privacy/")

        page.goto(f"warning-signs/#{fragment}")

        expect(page.locator(".pw-notice")).to_contain_text(said)
        expect(page.locator(".pw-result")).to_be_hidden()
        assert given(page) == {"invoices": "on_time"}

    def test_of_another_questionnaire_says_so(self, shared: str, new_page: NewPage) -> None:
        """The link of one page, pasted behind the address of another."""
        page = new_page()

        page.goto(shared.replace("/warning-signs/#", "/ideal-client/#"))

        expect(page.locator(".pw-notice")).to_contain_text("another questionnaire")

    def test_anchor_of_the_page_is_left_alone(self, page: Page) -> None:
        """Links to a part of the page go on working."""
        page.goto("warning-signs/#warning-signs--respect")

        expect(page.locator("#warning-signs--respect")).to_be_in_viewport()
        expect(page.locator(".pw-notice")).to_be_hidden()


class TestFile:
    def test_goes_out_and_comes_back(self, page: Page, new_page: NewPage, tmp_path: Path) -> None:
        """Download here, open there: the same result, and a choice."""
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)
        with page.expect_download() as download:
            page.locator('.pw-tools [data-do="download"]').click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.name == "warning-signs-answers.json"
        there = ready(new_page(), "warning-signs/")
        give(there, invoices="on_time")

        there.locator(".pw-file input").set_input_files(path)

        assert title(there) == "Set conditions in writing"
        expect(there.locator(".pw-shared")).to_contain_text("This result comes from a file")
        assert given(there) == {"invoices": "on_time"}
        there.get_by_role("button", name="Put these in place of mine").click()
        assert given(there)["invoices"] == "several_late"

    def test_claims_no_score(self, page: Page, tmp_path: Path) -> None:
        """What a file says about its own result is not read."""
        ready(page, "warning-signs/")
        path = tmp_path / "a.json"
        path.write_text(json.dumps({
            "format": 1, "questionnaire": "warning-signs", "revision": "x", "n": 0,
            "answers": {"attacked": "yes"}, "verdict": "keep", "score": 0,
        }))  # fmt: skip

        page.locator(".pw-file input").set_input_files(path)

        assert title(page) == "Stop contact. Safety first"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "[1]",
            '{"answers":{}}',
            '{"format":1,"questionnaire":"other","revision":"x","n":0,"answers":{}}',
            '{"format":2,"questionnaire":"warning-signs","revision":"x","n":0,"answers":{}}',
            '{"format":1,"questionnaire":"warning-signs","revision":"x","n":0,"answers":{"a":["b"]}}',
            '{"format":1,"questionnaire":"warning-signs","revision":"x","n":0,"answers":{"a":"'
            + "b" * 200_000
            + '"}}',
        ],
        ids=range(8),
    )
    def test_that_is_none_of_ours_gives_one_sentence(
        self, page: Page, tmp_path: Path, text: str
    ) -> None:
        """A wrong file changes nothing."""
        ready(page, "warning-signs/")
        give(page, invoices="on_time")
        path = tmp_path / "<b>.json"
        path.write_text(text)

        page.locator(".pw-file input").set_input_files(path)

        expect(page.locator(".pw-notice")).to_have_text(
            "This file holds no answers to this questionnaire."
        )
        assert given(page) == {"invoices": "on_time"}
