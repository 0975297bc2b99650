"""Scoring: exact numbers, what is settled, what is possible, and why."""

import collections
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import plain
import sheets
import small
from partways import program as programs
from partways import project, scoring
from partways.model import Questionnaire
from partways.program import Program
from partways.scoring import NO, OPEN, YES, Number, _arithmetic, _compare

ROOT = Path(__file__).parent.parent
OURS = project.load(ROOT).questionnaires
SIGNS = OURS["warning-signs"].program
IDEAL = OURS["ideal-client"].program
SAID = {"warning-signs": oracles.warning_signs, "ideal-client": oracles.ideal_client}

SEEDS = st.integers(0, 2**32)


def exactly(n: int, of: int = 1) -> Number:
    return Number(n, of, n, of)


def calm() -> dict[str, str]:
    """A complete sheet of warning signs on which nothing is wrong."""
    return {
        item["id"]: next(
            option
            for o, option in enumerate(item["options"])
            if o not in item["unknown"] and o not in item["skip"]
        )
        for item in SIGNS["items"]
    }


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


class TestNumbers:
    def test_comparison_of_intervals_that_touch_is_open(self) -> None:
        assert _compare("<", Number(0, 1, 50, 1), exactly(50)) == OPEN
        assert _compare("<=", Number(0, 1, 50, 1), exactly(50)) == YES
        assert _compare(">=", Number(50, 1, 90, 1), exactly(50)) == YES
        assert _compare(">", Number(50, 1, 90, 1), exactly(50)) == OPEN

    def test_equality_is_sure_only_of_single_values(self) -> None:
        assert _compare("==", exactly(1, 2), exactly(2, 4)) == YES
        assert _compare("==", Number(0, 1, 3, 1), Number(0, 1, 3, 1)) == OPEN
        assert _compare("==", Number(0, 1, 1, 1), exactly(2)) == NO

    def test_limit_is_met_exactly_and_not_a_hair_below(self) -> None:
        """38 of 51 is 74.5…, which a rounded number would take for 75."""
        assert _compare(">=", exactly(3800, 51), exactly(75)) == NO
        assert _compare(">=", exactly(3825, 51), exactly(75)) == YES

    def test_comparison_with_an_absent_number_is_no(self) -> None:
        nothing = Number(0, 1, 0, 1, YES)

        for operator in ("<", "<=", "==", ">", ">="):
            assert _compare(operator, nothing, exactly(0)) == NO
            assert _compare(operator, exactly(0), nothing) == NO

    def test_comparison_with_a_maybe_absent_number_is_never_sure(self) -> None:
        assert _compare(">=", Number(3, 1, 3, 1, OPEN), exactly(1)) == OPEN
        assert _compare(">=", Number(0, 1, 0, 1, OPEN), exactly(1)) == NO

    @given(st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=2, max_size=2))
    def test_arithmetic_agrees_with_fractions(self, pair: list[tuple[int, int]]) -> None:
        (a, a_of), (b, b_of) = pair
        x, y = Fraction(a, a_of), Fraction(b, b_of)
        numbers = [exactly(a, a_of), exactly(b, b_of)]

        def value(operator: str) -> Fraction:
            found = _arithmetic(operator, numbers)
            assert Fraction(found.low, found.low_of) == Fraction(found.high, found.high_of)
            return Fraction(found.low, found.low_of)

        assert value("+") == x + y
        assert value("-") == x - y
        assert value("*") == x * y
        assert value("min") == min(x, y)
        assert value("max") == max(x, y)
        if y:
            assert value("/") == x / y

    def test_sum_leaves_absent_numbers_out_and_difference_does_not(self) -> None:
        nothing = Number(0, 1, 0, 1, YES)

        assert _arithmetic("+", [exactly(2), nothing]) == Number(2, 1, 2, 1)
        assert _arithmetic("-", [exactly(2), nothing]).absent == YES
        assert _arithmetic("max", [nothing, nothing]).absent == YES


class TestCompleteSheets:
    @pytest.mark.parametrize("name", SAID)
    def test_verdict_is_what_the_rules_in_words_say(self, name: str) -> None:
        """20,000 random sheets against a plain function written from the rules."""
        program = OURS[name].program
        seen: collections.Counter[str | None] = collections.Counter()
        for answers in sheets.first(sheets.sheets(program, 1, holes=False), 20_000):
            said = SAID[name](answers)
            left_over = [program["verdicts"][-1]["id"]]
            assert sheets.verdicts(program, answers) == (
                [said.verdict] if said.verdict else left_over
            )
            seen[said.verdict] += 1

        assert {entry["is"] for entry in program["verdicts"]} <= set(seen)
        assert min(seen.values()) >= 20, seen

    def test_measures_steps_and_scores_are_what_the_rules_in_words_say(self) -> None:
        seen: set[str] = set()
        for answers in sheets.first(sheets.sheets(SIGNS, 2, holes=False), 2_000):
            said = oracles.warning_signs(answers)
            result = scoring.assess(SIGNS, answers)
            sure = [m for m in result["measures"] if m["is"] == "yes"]
            dimensions = by_id(result["dimensions"])

            assert result["verdict"] == said.verdict
            assert result["state"] == ("settled" if said.verdict else "not_enough")
            assert {m["id"]: m["step"] for m in sure if m["let"]} == said.measures
            assert {m["id"]: m["step"] for m in sure if not m["let"]} == said.waits
            assert {d for d, row in dimensions.items() if row["raised"] == "yes"} == said.raised
            total = dimensions["total"]
            if said.total is None:
                assert total["empty"]
            else:
                assert total["low"] == total["high"] == int(said.total)
            seen |= {*said.measures, *said.waits}

        assert seen == {measure["id"] for measure in SIGNS["measures"]}

    def test_fit_is_what_the_formula_says(self) -> None:
        for answers in sheets.first(sheets.sheets(IDEAL, 3, holes=False), 1_000):
            said = oracles.ideal_client(answers)
            result = scoring.assess(IDEAL, answers)
            fit = by_id(result["dimensions"])["fit"]

            assert result["verdict"] == said.verdict
            if said.total is None:
                assert fit["empty"]
            else:
                assert fit["low"] == fit["high"] == int(said.total)


class TestWarningSigns:
    @pytest.mark.parametrize("line", ["attacked", "stalked"])
    @given(seed=SEEDS)
    @settings(max_examples=30, deadline=None)
    def test_safety_cannot_be_outvoted(self, line: str, seed: int) -> None:
        """Whatever else is answered, or left open."""
        answers = next(sheets.sheets(SIGNS, seed, holes=True)) | {line: "yes"}

        assert sheets.verdicts(SIGNS, answers) == ["stop_safe"]

    @pytest.mark.parametrize("line", ["asked_wrong", "indefensible"])
    @given(seed=SEEDS)
    @settings(max_examples=30, deadline=None)
    def test_wrongdoing_cannot_be_outvoted_but_by_safety(self, line: str, seed: int) -> None:
        answers = next(sheets.sheets(SIGNS, seed, holes=True)) | {line: "yes"}

        assert set(sheets.verdicts(SIGNS, answers)) <= {"stop_safe", "stop_ethics"}

    @given(seed=SEEDS, data=st.data())
    @settings(max_examples=200, deadline=None)
    def test_worse_answer_never_gives_a_milder_measure_in_its_dimension(
        self, seed: int, data: st.DataObject
    ) -> None:
        answers = next(sheets.sheets(SIGNS, seed, holes=True))
        scored = [i for i in SIGNS["items"] if i["in"] and answers.get(i["id"]) in i["options"]]
        item = data.draw(st.sampled_from(scored or [SIGNS["items"][8]]))
        worth = dict(zip(item["options"], item["points"], strict=True))
        now = worth.get(answers.get(item["id"], ""))
        worse = [o for o, points in worth.items() if now is not None and (points or 0) > now]
        if not worse:
            return
        after = answers | {item["id"]: data.draw(st.sampled_from(worse))}
        dimension = SIGNS["dimensions"][item["in"][0]]["id"]
        measure = oracles.CALLED.get(dimension, dimension)

        def held(sheet: dict[str, str]) -> tuple[int, int, Fraction]:
            """Whether the measure holds, its steps, and the least score of its dimension."""
            state = sheets.state_of(SIGNS, sheet)
            number = next(n for n, m in enumerate(SIGNS["measures"]) if m["id"] == measure)
            truth = state.compiled.measures[number](state)
            score = state.score(item["in"][0])
            steps = state.ranks(number) if truth else 0
            return truth, steps, Fraction(score.low, score.low_of)

        before_is, before_steps, before_low = held(answers)
        after_is, after_steps, after_low = held(after)

        assert after_is >= before_is
        assert after_steps >= before_steps
        assert after_low >= before_low

    def test_one_unknown_answer_never_leaves_the_reader_without_a_verdict(self) -> None:
        """Who is honest once still hears something: settled, or as far as known."""
        for item in SIGNS["items"]:
            for option in item["unknown"]:
                result = scoring.assess(SIGNS, calm() | {item["id"]: item["options"][option]})
                assert result["state"] in ("settled", "so_far"), item["id"]
                assert result["verdict"] == "keep"

    def test_measures_do_not_depend_on_the_order_of_answers(self) -> None:
        answers = sheets.first(sheets.sheets(SIGNS, 5, holes=True), 1)[0]
        turned = dict(reversed(answers.items()))

        assert scoring.assess(SIGNS, answers) == scoring.assess(SIGNS, turned)


class TestDoesNotApply:
    @given(seed=SEEDS, data=st.data())
    @settings(max_examples=60, deadline=None)
    def test_skipped_question_scores_as_if_it_were_not_there(
        self, seed: int, data: st.DataObject
    ) -> None:
        program = SIGNS
        answers = next(sheets.sheets(program, seed, holes=True))
        # Leaving out a question that a rule names would break the rule.
        skippable = [i["id"] for i in program["items"] if i["skip"] and i["in"]]
        gone = data.draw(st.sets(st.sampled_from(skippable), min_size=1, max_size=6))
        without = _without(gone)
        skipped = answers | dict.fromkeys(gone, "none")
        left = {key: option for key, option in answers.items() if key not in gone}

        here, there = scoring.assess(program, skipped), scoring.assess(without, left)
        for key in ("state", "verdict", "rule", "possible", "measures", "step", "because", "notes"):
            assert here[key] == there[key], key
        assert {k: v for k, v in by_id(here["dimensions"]).items() if v["of"]} == {
            k: v for k, v in by_id(there["dimensions"]).items() if v["of"]
        }


def _without(gone: set[str]) -> Program:
    """Warning signs without some questions."""
    compiled = OURS["warning-signs"]
    sections = {
        key: section.model_copy(
            update={"questions": {k: q for k, q in section.questions.items() if k not in gone}}
        )
        for key, section in compiled.model.sections.items()
    }
    model: Questionnaire = compiled.model.model_copy(update={"sections": sections})
    rules, problems = programs.compile_rules(model, compiled.document)
    assert problems == []
    return programs.build("warning-signs", model, rules)


@pytest.mark.parametrize("program", [SIGNS, IDEAL], ids=lambda program: str(program["id"]))
class TestAnswering:
    @given(seed=SEEDS, data=st.data())
    @settings(max_examples=120, deadline=None)
    def test_answering_an_unknown_never_leaves_what_was_announced(
        self, program: Program, seed: int, data: st.DataObject
    ) -> None:
        answers = next(sheets.sheets(program, seed, holes=True))
        state = sheets.state_of(program, answers)
        open_items = [
            item for i, item in enumerate(program["items"])
            if state.given[i] == state.compiled.all[i] and state.possible[i] != scoring.ABSENT
        ]  # fmt: skip
        if not open_items:
            return
        item = data.draw(st.sampled_from(open_items))
        options = [o for n, o in enumerate(item["options"]) if n not in item["unknown"]]
        after = answers | {item["id"]: data.draw(st.sampled_from(options))}
        before, now = scoring.assess(program, answers), scoring.assess(program, after)

        for old, new in zip(before["dimensions"], now["dimensions"], strict=True):
            if not new["empty"]:
                assert old["low"] <= new["low"] <= new["high"] <= old["high"], (
                    item["id"],
                    old,
                    new,
                )
        old_left, new_left = sheets.verdicts(program, answers), sheets.verdicts(program, after)
        assert set(new_left) <= set(old_left)
        if before["exact"]:
            assert set(now["possible"]) <= set(before["possible"])
        if before["state"] == "settled" and now["state"] != "not_enough":
            assert now["verdict"] == before["verdict"]

    @given(seed=SEEDS)
    @settings(max_examples=60, deadline=None)
    def test_what_is_said_to_change_the_verdict_does(self, program: Program, seed: int) -> None:
        answers = next(sheets.sheets(program, seed, holes=True))
        result = scoring.assess(program, answers)
        for change in result["changes"]:
            after = answers | {row["item"]: row["option"] for row in change["set"]}
            assert all(answers[row["item"]] != row["option"] for row in change["set"])
            again = scoring.assess(program, after)
            assert again["possible"] == [change["verdict"]] != [result["verdict"]]
        for row in result["weights"]:
            key = f"{row['item']}.weight"
            item = next(i for i in program["items"] if i["id"] == row["item"])
            weight = int(answers.get(key, item["w"][0])) + row["by"]
            again = scoring.assess(program, answers | {key: str(weight)})
            assert again["possible"] == [row["verdict"]] != [result["verdict"]]
        for row in result["deciding"]:
            for to in row["to"]:
                again = scoring.assess(program, answers | {row["item"]: to["option"]})
                assert again["possible"] == [to["verdict"]]

    @given(seed=SEEDS)
    @settings(max_examples=60, deadline=None)
    def test_because_quotes_real_answers_each_once(self, program: Program, seed: int) -> None:
        answers = next(sheets.sheets(program, seed, holes=True))
        rows = scoring.assess(program, answers)["because"]

        assert [answers[row["item"]] for row in rows] == [row["option"] for row in rows]
        assert len({row["item"] for row in rows}) == len(rows)
        alone = [row["alone"] for row in rows]
        assert alone == sorted(alone, reverse=True)

    def test_what_does_not_fit_is_named_and_changes_nothing(self, program: Program) -> None:
        answers = sheets.first(sheets.sheets(program, 7, holes=False), 1)[0]
        strange = {
            "nobody_asked": "yes",
            program["items"][0]["id"] + ".weight": "1",
            "constructor": "x",
            "__proto__": "y",
        }
        result = scoring.assess(program, answers | strange)

        assert {row["item"] for row in result["dropped"]} == set(strange)
        assert {**result, "dropped": []} == scoring.assess(program, answers)

    def test_program_of_another_format_is_refused(self, program: Program) -> None:
        with pytest.raises(ValueError, match="format 2"):
            scoring.assess({**program, "format": 2}, {})


class TestEverything:
    """Small questionnaires, on which every completion can be tried with another evaluator."""

    @given(seed=SEEDS)
    @settings(max_examples=150, deadline=None)
    def test_result_is_true_of_every_completion(self, seed: int) -> None:
        program = small.program(seed)
        dice = random.Random(seed)
        answers = {
            item["id"]: dice.choice(item["options"])
            for item in program["items"]
            if dice.random() < 0.6
        }
        complete = sheets.first(plain.completions(program, answers), 301)
        if len(complete) > 300:
            return
        found = [plain.Sheet(program, sheet) for sheet in complete]
        real = {sheet.verdict() for sheet in found}
        result = scoring.assess(program, answers)
        possible = set(result["possible"])

        # What is called possible is reached by a completion; what is settled is the only one.
        assert possible <= real
        if result["state"] == "settled":
            assert real == {result["verdict"]}
        if result["exact"]:
            assert possible == real
        assert real <= set(sheets.verdicts(program, answers)) | possible or not result["exact"]
        for row in result["dimensions"]:
            scores = [sheet.score(row["id"]) for sheet in found]
            assert row["empty"] == (set(scores) == {None})
            assert all(row["low"] <= int(x) <= row["high"] for x in scores if x is not None)
        measures = by_id(result["measures"])
        for measure in program["measures"]:
            holds = {sheet.holds(measure["when"]) for sheet in found}
            said = measures.get(measure["id"], {"is": "no"})["is"]
            assert said == "open" or holds == {said == "yes"}
        for line, row in zip(program["red_lines"], result["red_lines"], strict=True):
            holds = {sheet.holds(line["when"]) for sheet in found}
            assert row["is"] == "open" or holds == {row["is"] == "yes"}
        if result["step"] is not None:
            names = ["none", *program["steps"]]
            assert {names[sheet.step()] for sheet in found} <= set(result["step"])

    @given(seed=SEEDS)
    @settings(max_examples=150, deadline=None)
    def test_complete_sheet_is_settled_and_agrees_with_a_second_evaluator(self, seed: int) -> None:
        program = small.program(seed)
        dice = random.Random(seed)
        answers = {
            item["id"]: dice.choice(
                [o for n, o in enumerate(item["options"]) if n not in item["unknown"]]
            )
            for item in program["items"]
        }
        sheet = plain.Sheet(program, answers)

        assert sheets.verdicts(program, answers) == [sheet.verdict()]
