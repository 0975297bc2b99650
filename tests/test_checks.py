"""Checks: what can be proved wrong. Each mistake itself is shown in tests/err."""

import inspect
from pathlib import Path

import pytest

from partways import checks, project
from partways import program as programs
from partways.model import Case, Questionnaire
from partways.problems import Problem
from partways.program import Program
from partways.reading import Document, read_part

ROOT = Path(__file__).parent.parent
SMALL = (
    (ROOT / "tests/err/rule-step.yml").read_text("utf-8").replace("step == review", "late == few")
)


def found_in(text: str) -> list[Problem]:
    """What the checks say of a questionnaire whose shape is right."""
    model, document, problems = read_part(Questionnaire, "x.yml", text.encode())
    assert model is not None
    assert document is not None
    assert problems == []
    wrong = checks.structure(model, document)
    rules, problems = programs.compile_rules(model, document)
    assert problems == []
    return wrong + checks.compiled(model, document, rules)


class TestEvery:
    @pytest.mark.parametrize("check", [*checks.STRUCTURE, *checks.COMPILED])
    def test_docstring_says_what_is_refused(self, check: checks.Check) -> None:
        """It is the documentation of the check."""
        assert len(inspect.getdoc(check) or "") > 30

    def test_every_check_is_in_one_of_the_two_tuples(self) -> None:
        defined = {
            check
            for name, check in vars(checks).items()
            if inspect.isgeneratorfunction(check) and not name.startswith("_")
        }

        assert defined == {*checks.STRUCTURE, *checks.COMPILED}

    def test_good_questionnaire_passes(self) -> None:
        assert found_in(SMALL) == []


class TestLimits:
    @pytest.mark.parametrize(
        ("count", "is_wrong"), [(checks.MOST_OPTIONS, False), (checks.MOST_OPTIONS + 1, True)]
    )
    def test_most_options_are_allowed_and_one_more_is_not(self, count: int, is_wrong: bool) -> None:
        option = "          o{}:\n            label: O\n"
        text = SMALL.replace(
            "          hour:\n", "".join(map(option.format, range(count - 2))) + "          hour:\n"
        )

        assert bool(found_in(text)) == is_wrong

    @pytest.mark.parametrize(("points", "is_wrong"), [(100, False), (101, True)])
    def test_most_points_are_allowed_and_one_more_is_not(self, points: int, is_wrong: bool) -> None:
        assert bool(found_in(SMALL.replace("points: 2", f"points: {points}"))) == is_wrong

    @pytest.mark.parametrize(("words", "is_wrong"), [(25, False), (26, True)])
    def test_twenty_five_words_are_a_question_and_one_more_is_not(
        self, words: int, is_wrong: bool
    ) -> None:
        ask = " ".join(["it’s"] * words)

        assert bool(found_in(SMALL.replace("How do they pay?", ask))) == is_wrong

    @pytest.mark.parametrize(("share", "is_wrong"), [("1/2", False), ("51/99", True)])
    def test_one_unknown_answer_of_two_must_leave_enough(self, share: str, is_wrong: bool) -> None:
        assert bool(found_in(SMALL.replace("needs: 1/2", f"needs: {share}"))) == is_wrong


class TestCases:
    def program(self) -> Program:
        model, document, _ = read_part(Questionnaire, "small.yml", SMALL.encode())
        assert model is not None
        assert document is not None
        rules, problems = programs.compile_rules(model, document)
        assert problems == []
        return programs.build("small", model, rules)

    def cases(self, **texts: str) -> list[Problem]:
        found: dict[str, tuple[Case, Document]] = {}
        for name, text in texts.items():
            case, document, problems = read_part(Case, f"{name}.yml", text.encode())
            assert case is not None, problems
            assert document is not None
            found[name] = (case, document)
        return checks.cases(self.program(), found)

    CALM = (
        "shows: Calm.\nanswers:\n  paid_by: hour\n  late: never\n  promised: never\n"
        "expect:\n  state: settled\n  verdict: keep\n"
    )

    def test_case_as_expected_is_silent(self) -> None:
        assert self.cases(calm=self.CALM) == []

    def test_case_starts_from_another_and_may_take_an_answer_away(self) -> None:
        late = (
            "shows: Late.\nstart: calm\nanswers:\n  late: few\n"
            "expect:\n  state: settled\n  verdict: act\n"
        )
        gone = (
            "shows: Open.\nstart: late\nanswers:\n  late: ''\n"
            "expect:\n  state: so_far\n  possible: [act, keep]\n  verdict: keep\n"
        )

        assert self.cases(calm=self.CALM, late=late, gone=gone) == []

    @pytest.mark.parametrize(
        ("expected", "line", "message"),
        [
            ("state: so_far\n  verdict: keep", 7, 'state: found "settled". expected "so_far"'),
            ("state: settled\n  verdict: act", 8, 'verdict: found "keep". expected "act"'),
            ("state: settled", 7, 'verdict: found "keep". expected none'),
            ("state: settled\n  verdict: keep\n  raised: [payment]", 9,
             "raised: found none. expected payment"),
            ("state: settled\n  verdict: keep\n  possible: [act, keep]", 9,
             "possible: found keep. expected act, keep"),
            ("state: settled\n  verdict: keep\n  scores:\n    payment: 1..2", 10,
             "found 0. expected 1..2"),
            ("state: settled\n  verdict: keep\n  red_lines: [fixed]", 9,
             "red_lines: found none. expected fixed"),
        ],
    )  # fmt: skip
    def test_difference_is_named_at_its_line(self, expected: str, line: int, message: str) -> None:
        text = self.CALM.partition("expect:")[0] + f"expect:\n  {expected}\n"
        (problem,) = self.cases(calm=text)

        assert problem.rule == "case"
        assert problem.mark.line == line
        assert problem.message == message

    def test_names_in_a_case_are_those_of_the_questionnaire(self) -> None:
        text = self.CALM.replace("late: never", "lat: never")
        (problem,) = self.cases(calm=text)

        assert (problem.rule, problem.mark.line) == ("unknown-name", 4)

    def test_settings_are_answers_where_the_reader_may_set_them(self) -> None:
        program = project.load(ROOT).questionnaires["ideal-client"].program
        text = (
            "shows: X.\nanswers:\n  terms.weight: 3\n  terms.kept: no\n  terms.knock_out: no\n"
            "expect:\n  state: not_enough\n"
        )
        case, document, _ = read_part(Case, "x.yml", text.encode())
        assert case is not None
        assert document is not None

        assert checks.cases(program, {"x": (case, document)}) == []
