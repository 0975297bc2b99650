"""Answers on the device, and what becomes of them when things go wrong."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from answering import STRAINED, give, give_all, given, ready, show_result, stored, title
from partways import project

ROOT = Path(__file__).parent.parent.parent
KEY = "partways:/partways/:warning-signs"


def record(page: Page) -> dict[str, object]:
    """What is stored of the warning signs."""
    found: dict[str, object] = json.loads(stored(page)[KEY])
    return found


def put(page: Page, text: str, key: str = KEY) -> None:
    """Store a text before the questionnaire is opened."""
    page.goto("privacy/")
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])


class TestSaving:
    def test_every_change_is_saved_under_the_path_of_the_site(self, page: Page) -> None:
        """By id, with the version of the questionnaire, and beside nothing else."""
        ready(page, "warning-signs/")
        assert stored(page) == {}

        page.check('[name="invoices"][value="one_late"]')

        revision = page.locator("partways-assessment").get_attribute("data-revision")
        assert list(stored(page)) == [KEY]
        assert record(page) == {
            "format": 1, "revision": revision, "n": 1, "answers": {"invoices": "one_late"},
        }  # fmt: skip

    def test_answers_survive_a_crash_and_the_back_button(self, page: Page) -> None:
        """Nothing has to be pressed to keep them."""
        ready(page, "warning-signs/")
        give(page, invoices="one_late", told="spoken")
        page.goto("words/")
        page.go_back()
        assert given(page) == {"invoices": "one_late", "told": "spoken"}
        context = page.context
        page.close()

        assert given(ready(context.new_page(), "warning-signs/")) == {
            "invoices": "one_late",
            "told": "spoken",
        }

    def test_two_tabs_show_the_same(self, page: Page) -> None:
        """What is answered in one appears in the other, and nothing is lost."""
        ready(page, "warning-signs/")
        other = ready(page.context.new_page(), "warning-signs/")

        give(page, invoices="one_late")
        expect(other.locator('[name="invoices"][value="one_late"]')).to_be_checked()
        give(other, told="spoken")
        expect(page.locator('[name="told"][value="spoken"]')).to_be_checked()
        give(page, invoices="most_late")

        expect(other.locator('[name="invoices"][value="most_late"]')).to_be_checked()
        assert record(page)["answers"] == {"invoices": "most_late", "told": "spoken"}

    def test_what_another_tab_wrote_before_this_one_listened_is_read(self, page: Page) -> None:
        """A page listens to others only when its first answer is possible."""
        ready(page, "warning-signs/")
        give(page, invoices="one_late")
        newer = {**record(page), "n": 2, "answers": {"told": "spoken"}}
        late = page.context.new_page()
        # After the script, and without the event that another tab would cause too early.
        late.add_init_script(
            "addEventListener('DOMContentLoaded', () => "
            f"localStorage.setItem({json.dumps(KEY)}, {json.dumps(json.dumps(newer))}))"
        )

        ready(late, "warning-signs/")

        expect(late.locator('[name="told"][value="spoken"]')).to_be_checked()
        assert given(late) == {"told": "spoken"}

    def test_delete_asks_first_and_takes_only_what_is_ours(self, page: Page) -> None:
        """Other sites of the same account share the store."""
        put(page, "theirs", "partways:/other/:warning-signs")
        ready(page, "warning-signs/")
        other = ready(page.context.new_page(), "warning-signs/")
        give(page, invoices="one_late")
        expect(other.locator('[name="invoices"][value="one_late"]')).to_be_checked()

        page.get_by_role("button", name="Delete my answers").click()
        page.get_by_role("button", name="No, keep them").click()
        assert given(page) == {"invoices": "one_late"}
        page.get_by_role("button", name="Delete my answers").click()
        page.get_by_role("button", name="Yes, delete them").click()

        expect(page.locator(".pw-status")).to_have_text("Your answers are deleted.")
        assert given(page) == {}
        assert stored(page) == {"partways:/other/:warning-signs": "theirs"}
        expect(other.locator('[name="invoices"][value="one_late"]')).not_to_be_checked()


class TestRefusal:
    @pytest.mark.parametrize(
        "fault",
        [
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})",
            "Storage.prototype.setItem = () => { throw new Error('QuotaExceededError'); }",
            "Storage.prototype.setItem = () => {}",
        ],
    )
    def test_is_said_once_and_everything_else_works(self, page: Page, fault: str) -> None:
        """Refused, full or lying: nothing is called saved that is not."""
        page.add_init_script(fault)
        ready(page, "warning-signs/")

        give(page, invoices="one_late")
        give(page, told="spoken")

        notice = page.locator(".pw-notice")
        expect(notice).to_contain_text("does not let the page save anything")
        assert (notice.text_content() or "").count("does not let") == 1
        expect(page.locator(".pw-saved")).to_be_hidden()
        assert given(page) == {"invoices": "one_late", "told": "spoken"}
        page.get_by_role("button", name="Show the result").click()
        expect(page.locator(".pw-result")).to_be_visible()


class TestOldAndBroken:
    @pytest.mark.parametrize(
        "text", ["{", "null", '{"format":1}', '{"format":1,"answers":{"a":{}}}']
    )
    def test_what_cannot_be_read_is_kept_beside(self, page: Page, text: str) -> None:
        """The only copy is never written over."""
        put(page, text)

        ready(page, "warning-signs/")

        expect(page.locator(".pw-notice")).to_contain_text("could not be read")
        give(page, invoices="one_late")
        assert stored(page)[f"{KEY}:rescue"] == text
        assert record(page)["answers"] == {"invoices": "one_late"}

    def test_newer_format_is_left_alone(self, page: Page) -> None:
        """An old page that is still open does not undo a new one."""
        text = '{"format":2,"answers":[]}'
        put(page, text)

        ready(page, "warning-signs/")
        give(page, invoices="one_late")

        expect(page.locator(".pw-notice")).to_contain_text("newer version")
        assert stored(page) == {KEY: text}

    def test_answers_to_an_older_questionnaire_keep_what_fits(self, page: Page) -> None:
        """What no longer fits is named, and not thrown away in silence."""
        answers = {"invoices": "one_late", "told": "by_pigeon", "gone_question": "yes"}
        put(page, json.dumps({"format": 1, "revision": "old", "n": 7, "answers": answers}))

        ready(page, "warning-signs/")

        assert given(page) == {"invoices": "one_late"}
        notice = page.locator(".pw-notice")
        expect(notice).to_contain_text("2 saved answers no longer fit")
        expect(notice).to_contain_text("How far you told them")
        expect(notice).to_contain_text("gone question")

    def test_text_in_the_store_is_only_ever_text(self, page: Page) -> None:
        """Another page of the same account may have written anything."""
        evil = "<img src=x onerror=alert(1)>"
        answers = {"invoices": "one_late", evil: evil, 'x"] , *': "y", "__proto__": "polluted"}
        put(page, json.dumps({"format": 1, "revision": "old", "n": 7, "answers": answers}))

        ready(page, "warning-signs/")

        expect(page.locator(".pw-notice")).to_contain_text(evil)
        assert page.locator(".pw-notice *").count() == 0
        assert page.evaluate("() => ({}).polluted") is None


@pytest.mark.parametrize("language", ["ru", "bg"])
def test_languages_of_a_site_share_the_answers(page: Page, language: str) -> None:
    """The switch of language keeps what was answered, and the result is said in that language."""
    ready(page, "warning-signs/")
    give_all(page, STRAINED)
    chosen = given(page)

    ready(page, f"{language}/warning-signs/")

    assert given(page) == chosen
    assert list(stored(page)) == [KEY]
    show_result(page)
    model = project.load(ROOT).questionnaires["warning-signs"].translated[language]
    assert title(page) == model.verdicts["conditions"].title
    stamp = page.locator(".pw-stamp").inner_text()
    assert "{" not in page.locator(".pw-result").inner_text()
    assert re.search(r"20\d\d\sг\.", stamp)


def test_context_is_clean_between_tests(page: Page) -> None:
    """No answer of one test reaches another."""
    context: BrowserContext = page.context
    page.goto("privacy/")

    assert stored(page) == {}
    assert context.cookies() == []
