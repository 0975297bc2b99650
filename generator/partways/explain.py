"""Compiled rules in words, for people who read a verdict by hand and for the result's “why”.

A rule becomes a tree: sentences, and groups of which all, any or none must hold. Names are those
of the page: questions by their short name, answers by their label.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from partways.model import Option, Question, Questionnaire
from partways.program import Program

Expr = Any


class Interface(Protocol):
    """The words of the interface in one language: what is needed of `catalog.Interface`."""

    def t(self, msgid: str, /, **values: object) -> str:
        """The sentence for `msgid`, its blanks filled."""
        ...


@dataclass(frozen=True)
class Group:
    """Rules that belong together."""

    kind: Literal["all", "any", "none"]
    parts: tuple[Tree, ...]


Tree = str | Group
"""A sentence, or a group of trees."""


class Explainer:
    """Puts the rules of one compiled questionnaire into the words of one language."""

    def __init__(
        self, questionnaire: Questionnaire, program: Program, interface: Interface
    ) -> None:
        self._q = questionnaire
        self._program = program
        self._t: Callable[..., str] = interface.t
        self._questions: dict[str, Question] = {key: q for _, key, q in questionnaire.questions()}
        self._raised = frozenset(d["id"] for d in program["dimensions"] if "raised" in d)

    def rule(self, expr: Expr) -> Tree:
        """The rule `expr` as a tree without needless levels."""
        ((operator, args),) = expr.items()
        if operator in ("and", "or"):
            return self._group("all" if operator == "and" else "any", args)
        if operator == "!":
            return self._group("none", args)
        return self._sentence(operator, args)

    def raised(self, dimension: Program) -> Tree:
        """When `dimension` counts as raised, with all its limits."""
        return self.rule(dimension["raised"])

    def name(self, item: str) -> str:
        """The short name of a question."""
        return self._questions[item].name

    def label(self, item: str, option: str) -> str:
        """The words of one answer."""
        return self._options(item)[option].label

    def _options(self, item: str) -> dict[str, Option]:
        return self._q.options(self._questions[item])

    def _group(self, kind: Literal["all", "any", "none"], exprs: list[Expr]) -> Tree:
        t = self._t
        parts: list[Tree] = []
        raised = {e["raised"] for e in exprs if "raised" in e}
        # `any(raised)` is compiled to one term a dimension; people need the one sentence.
        if kind == "any" and len(raised) > 1 and raised == self._raised:
            parts.append(t("at least one area is raised"))
            exprs = [e for e in exprs if "raised" not in e]
        for expr in exprs:
            part = self.rule(expr)
            if isinstance(part, Group) and part.kind == kind and kind != "none":
                parts += part.parts
            elif part not in parts:
                parts.append(part)
        if len(parts) == 1 and kind != "none":
            return parts[0]
        return Group(kind, tuple(parts))

    def _sentence(self, operator: str, args: Any) -> str:
        t = self._t
        match operator:
            case "in":
                return self._chosen(args[0]["var"], args[1])
            case "red":
                return t("the red line “{name}” holds", name=self._q.red_lines[args].title)
            case "raised":
                return t("“{name}” is raised", name=self._q.dimensions[args].title)
            case "applies":
                return t("“{name}” applies", name=self.name(args))
            case "var":
                item, setting = args.split(".")
                if setting == "kept":
                    return t("“{name}” is kept", name=self.name(item))
                return t("“{name}” is ticked as a knock-out", name=self.name(item))
            case _:
                return self._comparison(operator, *args)

    def _comparison(self, operator: str, left: Expr, right: Expr) -> str:
        t = self._t
        if isinstance(left, dict) and isinstance(right, int):
            ((kind, args),) = left.items()
            if kind == "step" and operator == "==":
                return self._step(right)
            if kind == "knocked" and args[0] == "==":
                return self._knocked(operator, args[1], right)
            if kind == "count" and all("raised" in part for part in args):
                if operator == "==" and right == 0:
                    return t("no area is raised")
                number = t("the number of raised areas")
                return self._compared(operator, number, str(right))
            if kind == "max" and all("points" in part for part in args):
                return self._compared(operator, t("the points of one answer in it"), str(right))
        return self._compared(operator, self._number(left), self._number(right))

    def _compared(self, operator: str, left: str, right: str) -> str:
        t = self._t
        match operator:
            case ">=":
                return t("{number}: {limit} or more", number=left, limit=right)
            case ">":
                return t("{number}: more than {limit}", number=left, limit=right)
            case "<=":
                return t("{number}: {limit} or less", number=left, limit=right)
            case "<":
                return t("{number}: below {limit}", number=left, limit=right)
            case _:
                return t("{number}: exactly {limit}", number=left, limit=right)

    def _step(self, rank: int) -> str:
        t = self._t
        if rank == 0:
            return t("no measure is called for")
        step = list(self._q.steps.values())[rank - 1].label
        return t("the sternest step of all measures is “{step}”", step=step)

    def _knocked(self, operator: str, points: int, number: int) -> str:
        t = self._t
        if operator == ">" and number == 0:
            return t("a kept criterion with the knock-out tick has {points} points", points=points)
        criteria = t("kept criteria with the knock-out tick and {points} points", points=points)
        return self._compared(operator, criteria, str(number))

    def _number(self, expr: Expr) -> str:
        t = self._t
        if isinstance(expr, int):
            return str(expr)
        ((operator, args),) = expr.items()
        match operator:
            case "score":
                return self._dimension(args)
            case "points":
                return t("points of “{name}”", name=self.name(args))
            case "var":
                return t("weight of “{name}”", name=self.name(args.split(".")[0]))
            case "min":
                return t("the least of {list}", list="; ".join(self._number(arg) for arg in args))
            case "max":
                return t("the most of {list}", list="; ".join(self._number(arg) for arg in args))
            case "count":
                return t("how many hold of {list}", list=self._listed(args))
            case "knocked":
                points = args[1]
                return t("kept criteria with the knock-out tick and {points} points", points=points)
            case "step":
                return t("the rank of the sternest step")
            case _:
                return self._sum(operator, args)

    def _sum(self, operator: str, args: list[Expr]) -> str:
        if len(args) == 1:
            return f"−{self._number(args[0])}"
        sign = {"+": "+", "-": "−", "*": "×", "/": "÷"}[operator]
        return "(" + f" {sign} ".join(self._number(arg) for arg in args) + ")"

    def _listed(self, exprs: list[Expr]) -> str:
        def flat(tree: Tree) -> str:
            return tree if isinstance(tree, str) else f"({'; '.join(flat(p) for p in tree.parts)})"

        return "; ".join(flat(self.rule(expr)) for expr in exprs)

    def _dimension(self, key: str) -> str:
        t = self._t
        if key != "total":
            return t("“{name}”", name=self._q.dimensions[key].title)
        title = self._q.overall.title if self._q.overall else t("all areas together")
        return t("“{name}”", name=title)

    def _chosen(self, item: str, chosen: list[str]) -> str:
        t = self._t
        name = self.name(item)
        every = [key for key, option in self._options(item).items() if option.counts is None]
        labels = [self.label(item, option) for option in chosen]
        if len(chosen) > 1 and every[-len(chosen) :] == chosen:
            return t("“{name}”: from “{answer}” on", name=name, answer=labels[0])
        if len(chosen) > 1 and every[: len(chosen)] == chosen:
            return t("“{name}”: up to “{answer}”", name=name, answer=labels[-1])
        quoted = [t("“{name}”", name=label) for label in labels]
        answers = quoted[0]
        if len(quoted) > 1:
            answers = t("{first} or {last}", first=", ".join(quoted[:-1]), last=quoted[-1])
        return t("“{name}”: {answer}", name=name, answer=answers)
