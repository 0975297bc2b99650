"""The rule language: what each word compiles to, and where a mistake is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partways.problems import Mark, Problem
from partways.rules import Compiler, Item, Scope
from partways.source import Scalar


def item(name: str, *, absent: bool = False, weighted: bool = False, **options: Any) -> Item:
    return Item(name, options, absent, weighted, (*options, "unknown"))


SCOPE = Scope(
    items={
        "late": item("late", never=0, few=2, usual=3),
        "rude": item("rude", absent=True, never=0, few=2),
        "told": item("told", no=None, spoken=None, written=None),
        "budget": item("budget", weighted=True, absent=True, low=0, high=1),
    },
    dimensions=("payment", "tone"),
    members={"payment": ("late",), "tone": ("rude",)},
    red_lines=("danger",),
    conditions={
        "grave": Scalar("danger or payment.raised", Mark("x.yml", 1, 1)),
        "staged": Scalar("step == mild", Mark("x.yml", 2, 1)),
    },
    steps=("mild", "stern"),
    has_raised=True,
    weighted=True,
    most=8,
)

WHERE = Mark("x.yml", 10, 5)


def compiled(rule: str, **rest: Any) -> tuple[Any, list[Problem]]:
    compiler = Compiler(SCOPE)
    return compiler.rule(Scalar(rule, WHERE, inner=WHERE), **rest), compiler.problems


def has(name: str, *options: str) -> Any:
    return {"in": [{"var": name}, [*options]]}


RAISED = [{"raised": "payment"}, {"raised": "tone"}]


class TestMeaning:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            ("late == few", has("late", "few")),
            ("few == late", has("late", "few")),
            ("late != few", {"!": [has("late", "few")]}),
            ("late >= few", has("late", "few", "usual")),
            ("few <= late", has("late", "few", "usual")),
            ("late > few", has("late", "usual")),
            ("late < few", has("late", "never")),
            ("late in (few, never)", has("late", "never", "few")),
            ("late in (few)", has("late", "few")),
            ("late not in (few, never)", {"!": [has("late", "never", "few")]}),
            # Without points an answer's place in the list counts.
            ("told >= spoken", has("told", "spoken", "written")),
            ("late.points >= 2", {">=": [{"points": "late"}, 2]}),
            ("payment >= 50", {">=": [{"score": "payment"}, 50]}),
            ("payment.score < 50", {"<": [{"score": "payment"}, 50]}),
            ("50 > payment", {"<": [{"score": "payment"}, 50]}),
            ("total == 12.5", {"==": [{"score": "total"}, {"/": [25, 2]}]}),
            ("payment.raised", {"raised": "payment"}),
            ("any(raised)", {"or": RAISED}),
            ("all(raised)", {"and": RAISED}),
            ("count(raised) > 1", {">": [{"count": RAISED}, 1]}),
            ("count(danger, late == few) == 2",
             {"==": [{"count": [{"red": "danger"}, has("late", "few")]}, 2]}),
            ("any(danger, late == few)", {"or": [{"red": "danger"}, has("late", "few")]}),
            ("danger and not late == few",
             {"and": [{"red": "danger"}, {"!": [has("late", "few")]}]}),
            ("grave", {"or": [{"red": "danger"}, {"raised": "payment"}]}),
            ("applies(rude)", {"applies": "rude"}),
            ("applies(rude) and rude != few",
             {"and": [{"applies": "rude"}, {"!": [has("rude", "few")]}]}),
            ("step == stern", {"==": [{"step": []}, 2]}),
            ("step != none", {"!": [{"==": [{"step": []}, 0]}]}),
            ("step >= mild", {">=": [{"step": []}, 1]}),
            ("any(knocked == 0)", {">": [{"knocked": ["==", 0]}, 0]}),
            ("count(knocked <= 1) == 2", {"==": [{"knocked": ["<=", 1]}, 2]}),
            ("budget.knock_out", {"var": "budget.knock_out"}),
            ("budget.weight > 1", {">": [{"var": "budget.weight"}, 1]}),
            ("payment + tone - 2 * total / 4 > 0",
             {">": [{"-": [{"+": [{"score": "payment"}, {"score": "tone"}]},
                           {"/": [{"*": [2, {"score": "total"}]}, 4]}]}, 0]}),
            ("max(late.points, 2) == 3", {"==": [{"max": [{"points": "late"}, 2]}, 3]}),
            ("sum(late.points, 1) > -1", {">": [{"+": [{"points": "late"}, 1]}, {"-": [1]}]}),
        ],
    )  # fmt: skip
    def test_rule_means(self, rule: str, expected: Any) -> None:
        found, problems = compiled(rule)

        assert problems == []
        assert found == expected

    def test_raised_is_read_for_one_dimension(self) -> None:
        late = SCOPE.items["late"]
        scope = {**SCOPE.__dict__, "items": {**SCOPE.items, "late": Item(
            "late", late.options, False, False, late.every, alarm=("few", "usual"))}}  # fmt: skip
        compiler = Compiler(Scope(**scope))
        text = Scalar("score >= 50 or worst >= 3 or alarm", WHERE)

        assert compiler.rule(text, dimension="payment") == {
            "or": [
                {">=": [{"score": "payment"}, 50]},
                {">=": [{"max": [{"points": "late"}]}, 3]},
                {"or": [has("late", "few", "usual")]},
            ]
        }

    def test_line_ends_inside_a_rule_are_spaces(self) -> None:
        assert compiled("danger\nand grave")[0] == compiled("danger and grave")[0]


class TestPlaces:
    @pytest.mark.parametrize(
        ("rule", "column", "rule_id"),
        [
            ("danger and lat == few", 16, "rule-name"),
            ("danger and late == fwe", 24, "rule-option"),
            ("  danger and lat", 18, "rule-name"),
            ("danger or (late >= few and rude != few)", 32, "rule-absent"),
            ("danger and late = few", 21, "rule-syntax"),
            ("danger and payment.scoer > 1", 16, "rule-name"),
            ("danger and оплата", 16, "rule-syntax"),
            ("danger and payment / tone > 1", 26, "rule-divide"),
            ("danger and 1 < late.points < 3", 34, "rule-syntax"),
        ],
    )
    def test_mistake_is_named_at_its_column(self, rule: str, column: int, rule_id: str) -> None:
        found, problems = compiled(rule)

        assert found is None
        assert [(p.mark, p.rule) for p in problems] == [(Mark("x.yml", 10, column), rule_id)]

    def test_rule_over_lines_is_named_at_its_beginning(self) -> None:
        compiler = Compiler(SCOPE)
        compiler.rule(Scalar("danger and\nlat", WHERE, inner=None))

        assert [problem.mark for problem in compiler.problems] == [WHERE]

    def test_broken_condition_is_told_once_at_its_own_place(self) -> None:
        conditions = {"broken": Scalar("lat == few", Mark("x.yml", 1, 1))}
        compiler = Compiler(Scope(**{**SCOPE.__dict__, "conditions": conditions}))
        for line in (2, 3):
            compiler.rule(Scalar("broken and danger", Mark("x.yml", line)))

        assert [problem.mark for problem in compiler.problems] == [Mark("x.yml", 1, 1)]


class TestAbsence:
    @pytest.mark.parametrize(
        "rule",
        [
            "not rude == few",
            "rude != few",
            "rude not in (few, never)",
            "rude.points != 2",
            "not (danger or rude == few)",
            "not any(rude == few, danger)",
            "not max(rude.points, late.points) >= 2",
            "applies(rude) or rude != few",
            "rude != few and danger",
        ],
    )
    def test_denying_what_may_not_apply_needs_applies(self, rule: str) -> None:
        _, problems = compiled(rule)

        assert [problem.rule for problem in problems] == ["rule-absent"]

    @pytest.mark.parametrize(
        "rule",
        [
            "applies(rude) and rude != few",
            "applies(rude) and not rude == few",
            "danger and applies(rude) and (danger or not rude == few)",
            "rude == few",
            "late != few",
            "not payment.raised",
        ],
    )
    def test_what_is_safe_passes(self, rule: str) -> None:
        assert compiled(rule)[1] == []


class TestWhereNamesAreKnown:
    def test_step_is_not_known_in_measures(self) -> None:
        assert [p.rule for p in compiled("step == mild", before="measures")[1]] == ["rule-cycle"]

    def test_nor_by_way_of_a_condition_that_was_read_before(self) -> None:
        compiler = Compiler(SCOPE)
        assert compiler.rule(Scalar("staged", WHERE)) is not None
        compiler.rule(Scalar("staged", WHERE), before="measures")

        assert [problem.rule for problem in compiler.problems] == ["rule-cycle"]

    def test_red_lines_are_not_known_in_red_lines(self) -> None:
        assert [p.rule for p in compiled("danger", before="red_lines")[1]] == ["rule-cycle"]
        assert [p.rule for p in compiled("grave", before="sections")[1]] == ["rule-cycle"]


WORDS = """
    late rude told budget payment tone total raised step knocked danger grave staged few usual
    never mild stern none and or not in == != < <= > >= + - * / ( ) , . .raised .score .points
    .kept any( all( count( max( min( sum( applies( 0 3 50 12.5 99999999999 1e9 0x1 True None
    if else for lambda is [ ] { } : ; = ! & \u0435 \u00b2 ' \" \\ # @ ** // % ~ 1_0 ... _
"""


class TestNeverRaises:
    @given(st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
    @settings(max_examples=1500)
    def test_any_row_of_words(self, rule: str) -> None:
        found, problems = compiled(rule)

        assert (found is None) == bool(problems)

    @pytest.mark.parametrize("sign", ["not ", "(", "-", "+", "[", "danger and ", "danger or ("])
    @pytest.mark.parametrize("times", [100, 5000, 100_000])
    def test_any_depth(self, sign: str, times: int) -> None:
        _, problems = compiled(sign * times + "danger")

        assert len(problems) <= 1
        if times > 100:
            assert [problem.rule for problem in problems] == ["rule-length"]
