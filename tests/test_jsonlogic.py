"""Compiled rules mean what JsonLogic says, as far as their operators are JsonLogic's.

The public suite (json-logic/compat-tables, `suites/compatible.json`, Apache License 2.0) is not
part of this repository. It is read from PARTWAYS_JSONLOGIC, or from `shared/jsonlogic/` beside the
checkout; without it only the examples below are run.

What is left out, and why: Partways is typed and total, so what JsonLogic makes of a text where a
number belongs, or of a number where a truth belongs, cannot be written; and it has no texts, lists
or branches in its rules.
"""

import collections
import hashlib
import json
import os
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from partways import scoring
from partways.program import FORMAT, Program

ROOT = Path(__file__).parent.parent
SUITE = Path(
    os.environ.get("PARTWAYS_JSONLOGIC") or ROOT.parent / "shared/jsonlogic/compatible.json"
)
#: The revision that the counts below were made with.
SUITE_HASH = "883b7b241969803ffe0112b1ac52722d3386e6c68ed7d8220f3f27a097808d72"

TRUTHS = frozenset({"and", "or", "!"})
COMPARISONS = frozenset({"==", "===", "!=", "!==", "<", "<=", ">", ">="})
NUMBERS = frozenset({"+", "-", "*", "/", "min", "max"})
#: How many arguments the compiler writes.
ARITY = {"*": {2}, "/": {2}, "-": {1, 2}, "!": {1}} | {key: {2} for key in COMPARISONS}

#: Operators of JsonLogic for which the rule language has no word.
WITHOUT = {
    "lists: map, filter, reduce, merge, all, none, some": "map filter reduce merge all none some",
    "branches: if, ?:": "if ?:",
    "what is missing: missing, missing_some": "missing missing_some",
    "texts: cat, substr": "cat substr",
    "remainders and truthiness: %, !!": "% !!",
}

#: What runs, and what is left out by reason, of the 278 cases.
COUNTS = {
    "runs": 68,
    "a rule that is no rule: plain data": 8,
    "a text where a number or a truth belongs": 20,
    "a number where a truth belongs, or the other way round": 14,
    "more or fewer arguments than the compiler writes": 7,
    "looking into texts": 2,
    "data that is not there, or of no type": 17,
    "lists: map, filter, reduce, merge, all, none, some": 49,
    "branches: if, ?:": 48,
    "what is missing: missing, missing_some": 24,
    "texts: cat, substr": 14,
    "remainders and truthiness: %, !!": 7,
}

#: Our own examples: what each operator gives.
EXAMPLES: list[tuple[Any, Any, Any]] = [
    ({"==": [7, 7]}, None, True),
    ({"==": [7, 8]}, None, False),
    ({"!=": [7, 8]}, None, True),
    ({"<": [7, 7]}, None, False),
    ({"<": [-7, 7]}, None, True),
    ({"<=": [7, 7]}, None, True),
    ({"<=": [8, 7]}, None, False),
    ({">": [8, 7]}, None, True),
    ({">": [7, 7]}, None, False),
    ({">=": [7, 7]}, None, True),
    ({">=": [6, 7]}, None, False),
    ({"and": [True, {"<": [1, 2]}]}, None, True),
    ({"and": [True, {"<": [2, 1]}]}, None, False),
    ({"and": []}, None, True),
    ({"or": [False, {"<": [1, 2]}]}, None, True),
    ({"or": [False, {"<": [2, 1]}]}, None, False),
    ({"!": [{"or": [False, False]}]}, None, True),
    ({"+": [4, 5, 6]}, None, 15),
    ({"+": [4]}, None, 4),
    ({"-": [4, 5]}, None, -1),
    ({"-": [4]}, None, -4),
    ({"*": [4, 0.25]}, None, 1),
    ({"/": [1, 8]}, None, 0.125),
    ({"/": [{"-": [9, 1]}, -2]}, None, -4),
    ({"min": [4, -5, 6]}, None, -5),
    ({"max": [4, -5, 6]}, None, 6),
    ({"max": [{"+": [1, 1]}, {"*": [1, 1]}]}, None, 2),
    ({"in": [{"var": "pay"}, ["hour", "day"]]}, {"pay": "day"}, True),
    ({"in": [{"var": "pay"}, ["hour", "day"]]}, {"pay": "month"}, False),
    ({"==": [{"var": "pay"}, "hour"]}, {"pay": "hour"}, True),
    ({">": [{"var": "late"}, 2]}, {"late": 3}, True),
    ({"<=": [{"+": [{"var": "late"}, {"var": "rude"}]}, 4]}, {"late": 3, "rude": 2}, False),
]


class Left(Exception):
    """The case is left out, and why."""


def translated(case: dict[str, Any]) -> tuple[Program, dict[str, str]]:
    """A program that asks whether the rule gives its result, and the answers for its data."""
    data = case.get("data")
    items: dict[str, Any] = {}

    def typed(name: Any) -> Any:
        """What the data holds under a name."""
        if not isinstance(data, dict) or not isinstance(name, str) or not name:
            raise Left("data that is not there, or of no type")
        value: Any = data
        for step in name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Left("data that is not there, or of no type")
        return value

    def var(arg: Any) -> Any:
        if isinstance(arg, list) and len(arg) == 1:
            arg = arg[0]
        return arg

    def option(name: str, options: list[Any]) -> Any:
        if not all(isinstance(text, str) for text in options):
            raise Left("a number where a truth belongs, or the other way round")
        key = name.replace(".", "_")
        items[key] = [typed(name), *(text for text in options if text != typed(name)), "other"]
        return {"in": [{"var": key}, options]}

    def truth(rule: Any) -> Any:
        if isinstance(rule, bool):
            return {"and" if rule else "or": []}
        if isinstance(rule, str):
            raise Left("a text where a number or a truth belongs")
        if not isinstance(rule, dict):
            raise Left("a number where a truth belongs, or the other way round")
        ((operator, args),) = rule.items()
        args = args if isinstance(args, list) else [args]
        if operator not in TRUTHS | COMPARISONS | {"in"}:
            raise Left("a number where a truth belongs, or the other way round")
        if operator == "in":
            if not isinstance(args[1], list):
                raise Left("looking into texts")
            if isinstance(args[0], str):
                items["text"] = [args[0], *(t for t in args[1] if t != args[0]), "other"]
                return {"in": [{"var": "text"}, [t for t in items["text"] if t in args[1]]]}
            return option(args[0]["var"], args[1])
        if len(args) not in ARITY.get(operator, {len(args)}):
            raise Left("more or fewer arguments than the compiler writes")
        if operator in TRUTHS:
            return {operator: [truth(arg) for arg in args]}
        if operator == "==" and isinstance(args[0], dict) and isinstance(args[1], str):
            return option(args[0].get("var", ""), [args[1]])
        numbers = [number(arg) for arg in args]
        # Numbers are never anything else here, so both kinds of equality are one.
        if operator in ("!=", "!=="):
            return {"!": [{"==": numbers}]}
        return {"==" if operator == "===" else operator: numbers}

    def number(rule: Any) -> Any:
        if isinstance(rule, bool | list):
            raise Left("a number where a truth belongs, or the other way round")
        if isinstance(rule, str) or rule is None:
            raise Left("a text where a number or a truth belongs")
        if isinstance(rule, int | float):
            value = Fraction(str(rule))
            if value.denominator == 1:
                return value.numerator
            return {"/": [value.numerator, value.denominator]}
        ((operator, args),) = rule.items()
        if operator == "var":
            value = typed(var(args))
            if isinstance(value, str):
                raise Left("a text where a number or a truth belongs")
            key = var(args).replace(".", "_")
            items[key] = value
            return {"points": key}
        args = args if isinstance(args, list) else [args]
        if len(args) not in ARITY.get(operator, {len(args)}):
            raise Left("more or fewer arguments than the compiler writes")
        return {operator: [number(arg) for arg in args]}

    rule, result = case["rule"], case["result"]
    if not isinstance(rule, dict):
        raise Left("a rule that is no rule: plain data")
    for reason, names in WITHOUT.items():
        if operators(rule) & set(names.split()):
            raise Left(reason)
    if isinstance(result, bool):
        asked = truth(rule)
        if not result:
            asked = {"!": [asked]}
    elif isinstance(result, int | float) and not operators(rule) & TRUTHS:
        asked = {"==": [number(rule), number(result)]}
    elif isinstance(result, str) and "var" in rule and typed(var(rule["var"])) == result:
        asked = option(var(rule["var"]), [result])
    else:
        for arg in next(iter(rule.values())) if operators(rule) & TRUTHS else []:
            truth(arg)
        raise Left("data that is not there, or of no type")
    answers = {key: value[0] if isinstance(value, list) else "o" for key, value in items.items()}
    return program(asked, items), answers


def operators(rule: Any) -> set[str]:
    if isinstance(rule, list):
        return {name for part in rule for name in operators(part)}
    if isinstance(rule, dict):
        return {name for key, part in rule.items() for name in {key} | operators(part)}
    return set()


def program(asked: Any, items: dict[str, Any]) -> Program:
    """Verdict “yes” when the rule holds, else “no”."""
    rows = []
    for name, value in items.items():
        row: Program = {"id": name, "unknown": [], "skip": [], "in": [], "group": 0}
        if isinstance(value, list):
            row["options"] = value
        else:
            row |= {"options": ["o", "p"], "points": [value, value + 1]}
        rows.append(row)
    return {
        "format": FORMAT, "id": "logic", "revision": "0", "salt": 0, "items": rows,
        "groups": [{"id": "all"}], "steps": [], "red_lines": [], "measures": [],
        "dimensions": [{"id": "total", "items": [], "needs": [0, 1], "weighted": 0}],
        "verdicts": [{"id": "yes", "is": "yes", "when": asked}, {"id": "no", "is": "no"}],
        "cautions": [], "notes": [],
    }  # fmt: skip


def in_node(jobs: list[tuple[Program, dict[str, str]]]) -> list[str]:
    lines = [json.dumps({"program": found, "sheets": [answers]}) for found, answers in jobs]
    done = subprocess.run(
        ["node", str(ROOT / "tests/js/assess.mjs")],
        input="\n".join(lines), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line)[0]["verdict"] for line in done.stdout.splitlines()]


def run(cases: list[dict[str, Any]]) -> None:
    """Every case gives its result in both scorers."""
    jobs = [translated(case) for case in cases]
    here = [str(scoring.assess(found, answers)["verdict"]) for found, answers in jobs]
    there = in_node(jobs)
    wrong = [
        json.dumps(case)
        for case, a, b in zip(cases, here, there, strict=True)
        if (a, b) != ("yes", "yes")
    ]

    assert wrong == []
    assert len(here) == len(there) == len(cases)


def test_our_own_examples_give_their_results() -> None:
    run([{"rule": rule, "data": data, "result": result} for rule, data, result in EXAMPLES])


def test_wrong_result_would_be_seen() -> None:
    """The way the cases are asked can say no."""
    for rule, data, result in EXAMPLES:
        other = (not result) if isinstance(result, bool) else result + 1
        found, answers = translated({"rule": rule, "data": data, "result": other})

        assert scoring.assess(found, answers)["verdict"] == "no"


@pytest.mark.skipif(not SUITE.is_file(), reason="the public suite of JsonLogic is not here")
class TestSuite:
    def test_matching_part_passes_and_the_rest_is_left_out_for_a_reason(self) -> None:
        data = SUITE.read_bytes()
        assert hashlib.sha256(data).hexdigest() == SUITE_HASH
        cases = [case for case in json.loads(data) if isinstance(case, dict)]
        reasons: collections.Counter[str] = collections.Counter()
        matching = []
        for case in cases:
            try:
                translated(case)
            except Left as left:
                reasons[str(left)] += 1
            else:
                matching.append(case)
        run(matching)

        assert {"runs": len(matching), **reasons} == COUNTS
        assert sum(COUNTS.values()) == len(cases) == 278
