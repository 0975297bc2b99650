"""A second reader of compiled programs: complete sheets only, no intervals, no shortcuts.

What `scoring.py` says over everything that is still possible must agree with what this says of
each completion. Nothing of `scoring.py` is used here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

Program = dict[str, Any]
Answers = dict[str, str]


@dataclass
class Sheet:
    """A sheet in which every item that is asked has a real answer or does not apply."""

    program: Program
    answers: Mapping[str, str]

    def __post_init__(self) -> None:
        self.items = {item["id"]: item for item in self.program["items"]}
        self.by_dimension = {d["id"]: d for d in self.program["dimensions"]}

    def settings(self, item: Program) -> tuple[int, bool, bool]:
        weight, knock_out, kept = item.get("w", (1, 0, 1))
        name = item["id"]
        return (
            int(self.answers.get(f"{name}.weight", weight)),
            self.answers.get(f"{name}.knock_out", "yes" if knock_out else "no") == "yes",
            self.answers.get(f"{name}.kept", "yes" if kept else "no") == "yes",
        )

    def option(self, name: str) -> int | None:
        """Position of the answer, or None where the item is absent."""
        item = self.items[name]
        when = self.program["groups"][item["group"]].get("when")
        if (when is not None and not self.holds(when)) or not self.settings(item)[2]:
            return None
        option: int = item["options"].index(self.answers[name])
        assert option not in item["unknown"], "not a complete sheet"
        return None if option in item["skip"] else option

    def points(self, name: str) -> Fraction | None:
        option = self.option(name)
        return None if option is None else Fraction(self.items[name]["points"][option])

    def score(self, name: str) -> Fraction | None:
        dimension = self.by_dimension[name]
        got = most = 0
        for index in dimension["items"]:
            item = self.program["items"][index]
            points = self.points(item["id"])
            if points is not None:
                weight = self.settings(item)[0] if dimension["weighted"] else 1
                got += weight * int(points)
                most += weight * max(
                    p for o, p in enumerate(item["points"]) if p is not None
                    and o not in item["skip"] + item["unknown"]
                )  # fmt: skip
        return Fraction(100 * got, most) if most else None

    def step(self) -> int:
        """Rank of the sternest step; 0 = no measure holds."""
        ranks = [0]
        for measure in self.program["measures"]:
            if self.holds(measure["when"]) and measure["step"]:
                by = self.option(self.program["items"][self.program["step_by"]]["id"])
                assert by is not None
                ranks.append(measure["step"][by])
        return max(ranks)

    def holds(self, expr: Any) -> bool:
        ((operator, args),) = expr.items()
        if operator == "and":
            return all(self.holds(arg) for arg in args)
        if operator == "or":
            return any(self.holds(arg) for arg in args)
        if operator == "!":
            return not self.holds(args[0])
        if operator == "in":
            name = args[0]["var"]
            option = self.option(name)
            return option is not None and self.items[name]["options"][option] in args[1]
        if operator == "var":
            name, setting = args.split(".")
            return self.settings(self.items[name])[{"knock_out": 1, "kept": 2}[setting]] is True
        if operator == "applies":
            return self.option(args) is not None
        if operator == "raised":
            rule = self.by_dimension[args].get("raised")
            return rule is not None and self.holds(rule)
        if operator == "red":
            line = next(line for line in self.program["red_lines"] if line["id"] == args)
            return self.holds(line["when"])
        left, right = self.number(args[0]), self.number(args[1])
        if left is None or right is None:
            return False
        return {
            "==": left == right, "<": left < right, "<=": left <= right,
            ">": left > right, ">=": left >= right,
        }[operator]  # fmt: skip

    def number(self, expr: Any) -> Fraction | None:
        if isinstance(expr, int):
            return Fraction(expr)
        ((operator, args),) = expr.items()
        if operator == "points":
            return self.points(args)
        if operator == "score":
            return self.score(args)
        if operator == "step":
            return Fraction(self.step())
        if operator == "count":
            return Fraction(sum([self.holds(arg) for arg in args]))
        if operator == "var":
            return Fraction(self.settings(self.items[args.split(".")[0]])[0])
        if operator == "knocked":
            sign, limit = args
            return Fraction(
                sum(
                    self.settings(item)[1] and self.holds({sign: [{"points": item["id"]}, limit]})
                    for item in self.program["items"] if "w" in item
                )
            )  # fmt: skip
        numbers = [self.number(arg) for arg in args]
        there = [number for number in numbers if number is not None]
        if operator in ("min", "max"):
            return (min(there) if operator == "min" else max(there)) if there else None
        if operator == "+":
            return sum(there, Fraction(0))
        if len(there) < len(numbers):
            return None
        if operator == "-":
            return -there[0] if len(there) == 1 else there[0] - there[1]
        return there[0] * there[1] if operator == "*" else there[0] / there[1]

    def verdict(self) -> str:
        """Which verdict holds first."""
        for entry in self.program["verdicts"]:
            if "when" not in entry or self.holds(entry["when"]):
                return str(entry["is"])
        raise AssertionError("no else")


def completions(program: Program, answers: Answers) -> Iterator[Answers]:
    """Every complete sheet that agrees with `answers`."""
    open_items, choices = [], []
    for item in program["items"]:
        given = answers.get(item["id"])
        unknown = [item["options"][o] for o in item["unknown"]]
        if given is None or given in unknown:
            open_items.append(item["id"])
            choices.append([o for o in item["options"] if o not in unknown])
    for chosen in product(*choices):
        yield {**answers, **dict(zip(open_items, chosen, strict=True))}
