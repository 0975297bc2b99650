"""The ends of the scale in every language: what a form can be brought to, it answers rightly."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from answering import give_all, given, ready, show_result
from partways import project, scoring

ROOT = Path(__file__).parent.parent.parent
PREFIXES = {"en": "", "ru": "ru/", "bg": "bg/"}
NAMES = ("warning-signs", "ideal-client")

#: Each question that crosses a red line by itself, with the line.
CROSSED = {
    "warning-signs": {
        "attacked": "danger",
        "stalked": "danger",
        "asked_wrong": "wrongdoing",
        "indefensible": "wrongdoing",
        "hateful": "amber",
        "cannot_go_on": "amber",
    },
    "ideal-client": {"asks_wrong": "wrongdoing"},
}

#: Whatever says that one does not know, and where one cannot, the first answer.
_DO_NOT_KNOW = """(unknown) => {
    for (const question of document.querySelectorAll(".pw-question:not([hidden])")) {
        const inputs = [...question.querySelectorAll("input[type=radio]")];
        (inputs.find(({name, value}) => (unknown[name] ?? []).includes(value)) ?? inputs[0])
            ?.click();
    }
}"""

_EVERY_OTHER = """() => {
    [...document.querySelectorAll(".pw-question:not([hidden])")].forEach((question, place) => {
        if (place % 2) question.querySelector("input[type=radio]")?.click();
    });
}"""


@pytest.fixture(scope="module")
def compiled() -> dict[str, Any]:
    """The questionnaires as the generator scores them."""
    return dict(project.load(ROOT).questionnaires)


def checked(page: Page, program: Any) -> dict[str, Any]:
    """Show the result, hold it against the scorer, and give the scorer's."""
    expected: dict[str, Any] = scoring.assess(program, given(page))
    show_result(page)
    verdict = expected["verdict"] or "not_enough"
    expect(page.locator(".pw-verdict:visible")).to_have_attribute("data-verdict", verdict)
    lines = [line["id"] for line in expected["red_lines"] if line["is"] == "yes"]
    shown = page.locator("[data-red-line]:visible")
    assert [at.get_attribute("data-red-line") for at in shown.all()] == lines
    opened = page.locator(".pw-verdict:visible .pw-state--open")
    assert opened.is_visible() == (expected["state"] == "so_far")
    assert page.locator(".pw-verdict:visible .pw-title").inner_text().strip()
    return expected


@pytest.fixture
def form(page: Page, language: str, name: str) -> Page:
    """A questionnaire in its language, at work."""
    return ready(page, f"{PREFIXES[language]}{name}/")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", PREFIXES)
class TestEnds:
    def test_best_answers(self, form: Page, compiled: dict[str, Any], name: str) -> None:
        """The calmest verdict, and nothing that is still open."""
        give_all(form, place=0)
        result = checked(form, compiled[name].program)

        assert result["state"] == "settled"
        assert result["verdict"] == {"warning-signs": "keep", "ideal-client": "accept"}[name]

    def test_worst_answers(self, form: Page, compiled: dict[str, Any], name: str) -> None:
        """The last answer everywhere, and yes to whatever crosses a red line."""
        give_all(form, dict.fromkeys(CROSSED[name], "yes"), place=99)
        result = checked(form, compiled[name].program)

        assert result["state"] == "settled"
        assert {line["id"] for line in result["red_lines"] if line["is"] == "yes"} == {
            *CROSSED[name].values()
        }

    def test_each_red_line(self, form: Page, compiled: dict[str, Any], name: str) -> None:
        """Alone among the best answers, each brings its own card and a word of its language."""
        for question, line in CROSSED[name].items():
            give_all(form, {question: "yes"})
            result = checked(form, compiled[name].program)

            assert [at["id"] for at in result["red_lines"] if at["is"] == "yes"] == [line]
            assert form.locator("[data-red-line]:visible li").count() >= 3 or line == "amber"
            form.go_back()
            expect(form.locator(".pw-form")).to_be_visible()

    def test_nothing_is_known(self, form: Page, compiled: dict[str, Any], name: str) -> None:
        """“I don't know” everywhere is not held against anybody."""
        program = compiled[name].program
        unknown = {
            item["id"]: [*(item["options"][at] for at in item["unknown"]), "unsure"]
            for item in program["items"]
        }
        form.evaluate(_DO_NOT_KNOW, unknown)
        result = checked(form, program)

        assert result["state"] == "not_enough"
        assert not [line for line in result["red_lines"] if line["is"] == "yes"]
        assert form.locator("[data-unknown]:visible").count() > 3

    def test_half_is_answered(self, form: Page, compiled: dict[str, Any], name: str) -> None:
        """What was left out is asked for, with a way back to it."""
        form.evaluate(_EVERY_OTHER)
        result = checked(form, compiled[name].program)

        assert result["state"] in {"not_enough", "so_far"}
        assert result["unanswered"]
        expect(form.locator(".pw-unanswered a").first).to_be_visible()
