"""The rule language: text to typed JSON.

A rule is written in the operators of Python, parsed by Python's own `ast` against a short list of
allowed nodes, resolved against the names of one questionnaire, typed, and written in JsonLogic's
operators (https://jsonlogic.com) plus a few of ours: `points score raised red count step knocked
applies`. Nothing can be called but the functions named here; there are no loops, and every rule
ends. What is wrong comes back as problems with a column.

Comparing with an item that is absent (does not apply, its section is off, not kept) is *no*.
Saying something of what is *not* so would then hold for items that were never asked, so `not`,
`!=` and `not in` over such an item need `applies(item)` beside them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .model import Questionnaire
from .problems import Problem, nearest
from .source import Scalar

#: A compiled rule: JSON of JsonLogic's shape.
Expr = Any

LONGEST = 500
#: Conditions named in conditions; parts of a rule, and levels of brackets, with all they name.
MOST_NAMED = 20
MOST_PARTS = 2000
MOST_LEVELS = 150
#: Numbers in rules stay exact in every browser below this product of numerator and denominator.
_EXACT = 2**53

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_FUNCTIONS = ("all", "any", "applies", "count", "max", "min", "sum")


@dataclass(frozen=True)
class Item:
    """A question as rules see it."""

    id: str
    #: Substantive options (neither unknown nor skip) and their points, in the order of the page.
    options: Mapping[str, int | None]
    can_be_absent: bool
    weighted: bool
    #: All option ids, for messages.
    every: tuple[str, ...]
    #: Options that count alone (`alarm` in the rule `raised`).
    alarm: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        return bool(self.options) and all(points is not None for points in self.options.values())


@dataclass(frozen=True)
class Scope:
    """Every name a rule of one questionnaire may use."""

    items: Mapping[str, Item]
    dimensions: tuple[str, ...]
    #: Questions of each dimension that have points.
    members: Mapping[str, tuple[str, ...]]
    red_lines: tuple[str, ...]
    conditions: Mapping[str, Scalar]
    steps: tuple[str, ...]
    has_raised: bool
    weighted: bool
    #: Largest numerator and denominator of a score, for the exactness bound.
    most: int


@dataclass(frozen=True)
class _Truth:
    expr: Expr
    #: Items whose absence makes this *no*.
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Number:
    expr: Expr
    top: int
    bottom: int = 1
    constant: Fraction | None = None
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Choice:
    item: Item


@dataclass(frozen=True)
class _Dimension:
    id: str


@dataclass(frozen=True)
class _Truths:
    """Several truths that are counted: `raised`."""

    exprs: tuple[Expr, ...]


@dataclass(frozen=True)
class _Knocked:
    """The kept questions with the knock-out tick; after a comparison, those it holds for."""

    test: tuple[str, int] | None = None


@dataclass(frozen=True)
class _Step:
    pass


@dataclass(frozen=True)
class _Name:
    """A name that only the other side of a comparison can explain: an option or a step."""

    id: str


_Value = _Truth | _Number | _Choice | _Dimension | _Truths | _Knocked | _Step | _Name


class _Mistake(Exception):
    def __init__(self, node: ast.AST | int, rule: str, message: str) -> None:
        self.column = node if isinstance(node, int) else getattr(node, "col_offset", 0)
        self.rule = rule
        self.message = message


@dataclass
class Compiler:
    """Compiles the rules of one questionnaire; `problems` collects what is wrong."""

    scope: Scope
    problems: list[Problem] = field(default_factory=list)
    _busy: list[str] = field(default_factory=list)
    #: By name and by what may not be known yet where it is used.
    _conditions: dict[tuple[str, str], _Truth | None] = field(default_factory=dict)
    #: Of the rules in `_conditions`, which keeps them, so that no other comes to their address.
    _sizes: dict[int, tuple[int, int]] = field(default_factory=dict)

    def rule(self, text: Scalar, *, dimension: str | None = None, before: str = "") -> Expr | None:
        """The truth that `text` says, or None where it says nothing that can be compiled.

        `dimension`: the rule is `raised`, read for that dimension (names score, worst, alarm).
        `before`: what the rule stands in, if some names are not known there yet ("measures",
        "red_lines", "sections").
        """
        truth = self._compile(text, dimension, before)
        return None if truth is None else truth.expr

    def _compile(self, text: Scalar, dimension: str | None, before: str) -> _Truth | None:
        try:
            tree = _parse(text.text)
            reader = _Reader(self, dimension, before)
            return self._bounded(reader.truth(tree, frozenset()))
        except _Mistake as mistake:
            mark = text.inner.right(mistake.column) if text.inner else text.mark
            problem = Problem(mark, mistake.rule, mistake.message)
            if problem not in self.problems:
                self.problems.append(problem)
            return None

    def condition(self, name: str, node: ast.AST, before: str) -> _Truth | None:
        """The named condition, compiled once for each `before`; a circle is a mistake at `node`."""
        if name in self._busy:
            circle = " → ".join([*self._busy[self._busy.index(name) :], name])
            raise _Mistake(node, "rule-cycle", f"this rule leads back to itself: {circle}")
        if len(self._busy) >= MOST_NAMED:
            message = f"conditions name each other more than {MOST_NAMED} times in a row"
            raise _Mistake(node, "rule-length", message)
        if (name, before) not in self._conditions:
            self._busy.append(name)
            try:
                text = self.scope.conditions[name]
                found = self._conditions[name, before] = self._compile(text, None, before)
                if found is not None:
                    self._sizes[id(found.expr)] = self._size(found.expr)
            finally:
                self._busy.pop()
        return self._conditions[name, before]

    def _bounded(self, truth: _Truth) -> _Truth:
        parts, levels = self._size(truth.expr)
        if parts > MOST_PARTS or levels > MOST_LEVELS:
            message = f"with the conditions it names the rule has more than {MOST_PARTS} parts"
            if levels > MOST_LEVELS:
                message = f"with the conditions it names the rule is over {MOST_LEVELS} levels deep"
            raise _Mistake(0, "rule-length", message)
        return truth

    def _size(self, expr: Expr) -> tuple[int, int]:
        """Parts and levels of a compiled rule; a condition counts wherever it is named."""
        if not isinstance(expr, dict):
            return 1, 0
        if id(expr) in self._sizes:
            return self._sizes[id(expr)]
        ((_, args),) = expr.items()
        inner = [self._size(arg) for arg in args] if isinstance(args, list) else []
        return 1 + sum(n for n, _ in inner), 1 + max((n for _, n in inner), default=0)


def _parse(text: str) -> ast.expr:
    text = text.replace("\n", " ")
    if len(text) > LONGEST:
        message = f"the rule has {len(text)} characters. expected at most {LONGEST}; "
        raise _Mistake(0, "rule-length", message + "name a part of it under conditions:")
    if not text.strip():
        raise _Mistake(0, "rule-syntax", "the rule is empty. expected one like payment.raised")
    for column, char in enumerate(text):
        if not (" " <= char <= "~"):
            message = f'"{char}" cannot stand in a rule. expected plain letters, digits and signs'
            raise _Mistake(column, "rule-syntax", message)
    for pattern, hint in _SLIPS:
        if slip := re.search(pattern, text):
            raise _Mistake(slip.start(), "rule-syntax", hint)
    indent = len(text) - len(text.lstrip())
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        if "nested" in error.msg:
            raise _Mistake(0, "rule-length", "the rule is nested too deeply") from None
        column = indent + min(max((error.offset or 1) - 1, 0), len(text.strip()))
        raise _Mistake(column, "rule-syntax", _syntax_hint(text)) from None
    except (RecursionError, MemoryError, ValueError):
        raise _Mistake(0, "rule-length", "the rule is nested too deeply") from None
    for node in ast.walk(tree):
        if hasattr(node, "col_offset"):
            node.col_offset += indent
    return tree


_SLIPS = (
    (r"&&?", '"&" is not used here. write “and”'),
    (r"\|\|?", '"|" is not used here. write “or”'),
    (r"!(?!=)", '"!" is not used here. write “not”'),
    (r"(?<![=!<>])=(?!=)", '"=" alone compares nothing. write “==”'),
    (r"<>", '"<>" is not used here. write “!=”'),
    (r"=>", '"=>" is not used here. write “>=”'),
    (r"[\[\]{}`;:@#$?\\\"']", "this sign is not used in rules; names stand without quotes"),
    (r"\*\*|//|%|<<|>>|\^|~", "this sign is not used in rules"),
    # Python has more ways to write a number, and warns of some of them on its own.
    (r"\b\d[\d.]*[A-Za-z_]", "a number is written with digits and a point; a name stands apart"),
)


def _syntax_hint(text: str) -> str:
    if text.count("(") != text.count(")"):
        return "a bracket is not closed, or one too many is. every ( needs its )"
    if re.search(r"\b\d+\s+\w", text):
        return "something stands beside a number. expected “and”, “or” or a comparison"
    return "this cannot be read as a rule. expected one like payment.raised and told >= written"


@dataclass
class _Reader:
    """Reads one parsed rule. Methods return typed values or raise `_Mistake`."""

    compiler: Compiler
    dimension: str | None
    before: str

    @property
    def scope(self) -> Scope:
        return self.compiler.scope

    # -- truths ---------------------------------------------------------------------------------

    def truth(self, node: ast.expr, guarded: frozenset[str]) -> _Truth:
        """The truth at `node`; `guarded` = items that `applies()` vouches for here."""
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                guarded = guarded | self._vouched(values)
                parts = [self.truth(value, guarded) for value in values]
                return _Truth({"and": [p.expr for p in parts]}, _absent(parts))
            case ast.BoolOp(values=values):
                parts = [self._alternative(value, node, guarded) for value in values]
                return _Truth({"or": [p.expr for p in parts]}, _absent(parts))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.truth(operand, guarded)
                self._denied(node, inner.absent - guarded)
                return _Truth({"!": [inner.expr]})
            case ast.Compare():
                return self._compare(node, guarded)
            case _:
                pass
        value = self.value(node, guarded)
        if isinstance(value, _Truth):
            return value
        rule = "rule-name" if isinstance(value, _Name) else "rule-type"
        raise _Mistake(node, rule, self._not_a_truth(value))

    def _alternative(self, node: ast.expr, whole: ast.expr, guarded: frozenset[str]) -> _Truth:
        # `a == yes or no` reads well and means something else.
        if isinstance(node, ast.Name) and isinstance(self.value(node, guarded), _Name):
            options = [n for n in ast.walk(whole) if isinstance(n, ast.Compare)]
            if options and isinstance(options[0].left, ast.Name):
                left = options[0].left.id
                message = f'"{node.id}" says nothing by itself. write “{left} in (…, {node.id})”'
                raise _Mistake(node, "rule-type", message)
        return self.truth(node, guarded)

    def _vouched(self, values: list[ast.expr]) -> frozenset[str]:
        return frozenset(
            argument.id
            for value in values
            if isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id == "applies"
            for argument in value.args
            if isinstance(argument, ast.Name)
        )

    def _denied(self, node: ast.AST, absent: frozenset[str]) -> None:
        if absent:
            name = min(absent)
            message = (
                f'"{name}" may not apply, and then this would hold though it was never asked. '
                f"write “applies({name}) and …”"
            )
            raise _Mistake(node, "rule-absent", message)

    def _not_a_truth(self, value: _Value) -> str:
        match value:
            case _Choice(item=item):
                example = item.every[0] if item.every else "option"
                return f'"{item.id}" is a question. compare it: {item.id} == {example}'
            case _Dimension(id=name):
                return f'"{name}" is a number. compare it, or write {name}.raised'
            case _Number():
                return "a number stands here. expected a truth; compare it with a limit"
            case _Truths() | _Knocked():
                return "a set stands here. ask any(…), all(…) or count(…) of it"
            case _Step():
                return '"step" is a rung of the ladder. compare it: step == review'
            case _Name(id=name):
                return f'"{name}" is not known here. {nearest(name, self._names())}'
            case _Truth():  # pragma: no cover - callers ask only about what is no truth
                raise AssertionError

    # -- comparisons ----------------------------------------------------------------------------

    def _compare(self, node: ast.Compare, guarded: frozenset[str]) -> _Truth:
        if len(node.ops) > 1:
            message = "two comparisons in a row. write “low <= x and x <= high”"
            raise _Mistake(node.comparators[1], "rule-syntax", message)
        sign = _COMPARE.get(type(node.ops[0]))
        if sign is None:
            raise _Mistake(node, "rule-syntax", '"is" is not used here. write “==”')
        right_node = node.comparators[0]
        left = self.value(node.left, guarded)
        if sign in ("in", "not in"):
            return self._member(node, left, sign, right_node, guarded)
        right = self.value(right_node, guarded)
        if isinstance(left, _Name) and not isinstance(right, _Name):
            left, right = right, left
            node_left, right_node = right_node, node.left
            sign = _FLIPPED[sign]
        else:
            node_left = node.left
        match left:
            case _Choice(item=item):
                return self._options(node, item, sign, [right_node], guarded)
            case _Step():
                return self._steps(sign, right_node, right)
            case _Knocked(test=None):
                raise _Mistake(node, "rule-type", f"write any(knocked {sign} …) or count(…)")
            case _Name(id=name):
                message = f'"{name}" is not known here. {nearest(name, self._names())}'
                raise _Mistake(node_left, "rule-name", message)
            case _Truth() | _Truths() | _Knocked():
                message = "a truth needs no comparison. write it alone, or “not …”"
                raise _Mistake(node, "rule-type", message)
            case _:
                pass
        a = self._number(left, node_left)
        b = self._number(right, right_node)
        if a.constant is not None:
            # The limit stands on the right, where explanations look for it.
            a, b, sign = b, a, _FLIPPED[sign]
        if max(a.top * b.bottom, b.top * a.bottom) >= _EXACT:
            raise _Mistake(node, "rule-size", "the numbers are too large to compare exactly")
        absent = a.absent | b.absent
        if sign == "!=":
            self._denied(node, absent - guarded)
            return _Truth({"!": [{"==": [a.expr, b.expr]}]})
        return _Truth({sign: [a.expr, b.expr]}, absent)

    def _member(
        self, node: ast.Compare, left: _Value, sign: str, right: ast.expr, guarded: frozenset[str]
    ) -> _Truth:
        if isinstance(left, _Name):
            message = f'"{left.id}" is not known here. {nearest(left.id, self._names())}'
            raise _Mistake(node.left, "rule-name", message)
        if not isinstance(left, _Choice):
            raise _Mistake(node.left, "rule-type", "only a question can be “in” a list of options")
        listed = right.elts if isinstance(right, ast.Tuple | ast.List) else [right]
        if not listed:
            raise _Mistake(right, "rule-type", "the list is empty. expected options: (a, b)")
        return self._options(node, left.item, "==" if sign == "in" else "!=", listed, guarded)

    def _options(
        self,
        node: ast.Compare,
        item: Item,
        sign: str,
        names: list[ast.expr],
        guarded: frozenset[str],
    ) -> _Truth:
        if not item.every:  # it has no answers yet, which has been said
            return _Truth({"and": []})
        chosen: list[str] = []
        for name_node in names:
            if not isinstance(name_node, ast.Name):
                message = f'"{item.id}" is compared with its options: '
                raise _Mistake(name_node, "rule-type", message + ", ".join(item.every))
            name = name_node.id
            if name not in item.every:
                message = f'"{name}" is no option of "{item.id}". {nearest(name, item.every)}'
                raise _Mistake(name_node, "rule-option", message)
            if name not in item.options:
                message = (
                    f'"{name}" says that the answer is not known or does not apply; no verdict may '
                    f"rest on that. expected one of {', '.join(item.options)}"
                )
                raise _Mistake(name_node, "rule-option", message)
            chosen.append(name)
        if sign in ("==", "!="):
            options = chosen
        else:
            options = _beyond(item, sign, chosen[0])
            if item.scored is False and any(p is not None for p in item.options.values()):
                message = f'some options of "{item.id}" have points and some have none'
                raise _Mistake(node, "rule-type", message)
        absent = frozenset({item.id}) if item.can_be_absent else frozenset()
        expr = {"in": [{"var": item.id}, sorted(options, key=list(item.options).index)]}
        if sign == "!=":
            self._denied(node, absent - guarded)
            return _Truth({"!": [expr]})
        return _Truth(expr, absent)

    def _steps(self, sign: str, node: ast.expr, right: _Value) -> _Truth:
        known = ("none", *self.scope.steps)
        if self.before == "measures":
            message = '"step" is found from the measures, so no measure can use it'
            raise _Mistake(node, "rule-cycle", message)
        if not isinstance(right, _Name) or right.id not in known:
            name = right.id if isinstance(right, _Name) else "this"
            raise _Mistake(node, "rule-name", f'"{name}" is no step. {nearest(name, known)}')
        # Ranks count from 1; 0 = no measure holds.
        test = {"==" if sign == "!=" else sign: [{"step": []}, known.index(right.id)]}
        return _Truth({"!": [test]} if sign == "!=" else test)

    # -- values ---------------------------------------------------------------------------------

    def value(self, node: ast.expr, guarded: frozenset[str]) -> _Value:
        """What stands at `node`, of whatever type."""
        match node:
            case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return self.truth(node, guarded)
            case ast.Constant(value=bool()):
                message = f'"{node.value!r}" is not used here. a rule says when; see “else: true”'
                raise _Mistake(node, "rule-name", message)
            case ast.Constant(value=int() | float()):
                return self._constant(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._number(self.value(operand, guarded), operand)
                constant = None if inner.constant is None else -inner.constant
                expr = {"-": [inner.expr]}
                return _Number(expr, inner.top, inner.bottom, constant, inner.absent)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return self._arithmetic(node, left, _ARITHMETIC[type(op)], right, guarded)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(node, name, args, guarded)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                return self._attribute(node, name, attribute)
            case ast.Name(id=name):
                return self._name(node, name)
            case _:
                pass
        message = "this is not part of the rule language. expected comparisons, and, or, not"
        raise _Mistake(node, "rule-syntax", message)

    def _constant(self, node: ast.Constant) -> _Number:
        value = Fraction(str(node.value))
        if abs(value) > 10**9 or value.denominator > 10**4:
            raise _Mistake(node, "rule-size", f'"{node.value!r}" has too many digits')
        expr: Expr = value.numerator
        if value.denominator != 1:
            expr = {"/": [value.numerator, value.denominator]}
        return _Number(expr, abs(value.numerator), value.denominator, value)

    def _arithmetic(
        self, node: ast.expr, left: ast.expr, sign: str, right: ast.expr, guarded: frozenset[str]
    ) -> _Number:
        a = self._number(self.value(left, guarded), left)
        b = self._number(self.value(right, guarded), right)
        if sign == "/":
            if not b.constant:
                raise _Mistake(right, "rule-divide", "divide by a plain number other than 0")
            top, bottom = a.top * b.bottom, a.bottom * b.top
        elif sign == "*":
            top, bottom = a.top * b.top, a.bottom * b.bottom
        else:
            top, bottom = a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom
        if max(top, bottom) >= _EXACT:
            raise _Mistake(node, "rule-size", "the numbers can grow too large to stay exact")
        return _Number({sign: [a.expr, b.expr]}, top, bottom, None, a.absent | b.absent)

    def _number(self, value: _Value, node: ast.expr) -> _Number:
        match value:
            case _Number():
                return value
            case _Dimension(id=name):
                return _Number({"score": name}, 100 * self.scope.most, max(self.scope.most, 1))
            case _Choice(item=item):
                message = f'"{item.id}" is compared with its options: {", ".join(item.every)}'
                raise _Mistake(node, "rule-type", message)
            case _Name(id=name):
                message = f'"{name}" is not known here. {nearest(name, self._names())}'
                raise _Mistake(node, "rule-name", message)
            case _:
                raise _Mistake(node, "rule-type", "expected a number here")

    def _call(
        self, node: ast.expr, name: str, args: list[ast.expr], guarded: frozenset[str]
    ) -> _Value:
        if name not in _FUNCTIONS:
            message = f'"{name}" cannot be called here. {nearest(name, _FUNCTIONS)}'
            raise _Mistake(node, "rule-name", message)
        if not args:
            raise _Mistake(node, "rule-syntax", f"{name}() of nothing. expected something in ( )")
        if name == "applies":
            value = self.value(args[0], guarded)
            if len(args) > 1 or not isinstance(value, _Choice):
                raise _Mistake(args[0], "rule-type", "applies() asks about one question")
            return _Truth({"applies": value.item.id})
        if name in ("any", "all", "count"):
            return self._counted(node, name, args, guarded)
        numbers = [self._number(self.value(arg, guarded), arg) for arg in args]
        # Two fractions are put over one bottom before they are added or compared.
        top, bottom = numbers[0].top, numbers[0].bottom
        for number in numbers[1:]:
            above = top * number.bottom, number.top * bottom
            top = sum(above) if name == "sum" else max(above)
            bottom *= number.bottom
        if max(top, bottom) >= _EXACT:
            raise _Mistake(node, "rule-size", "the numbers can grow too large to stay exact")
        exprs = [number.expr for number in numbers]
        if name == "sum":  # of nothing is 0
            return _Number({"+": exprs}, top, bottom)
        absent: frozenset[str] = frozenset().union(*(number.absent for number in numbers))
        return _Number({name: exprs}, top, bottom, None, absent)

    def _counted(
        self, node: ast.expr, name: str, args: list[ast.expr], guarded: frozenset[str]
    ) -> _Value:
        if len(args) == 1:
            knocked = self._knocked_test(args[0], guarded)
            if knocked is not None:
                number: Expr = {"knocked": list(knocked)}
                if name == "count":
                    return _Number(number, len(self.scope.items))
                if name == "any":
                    return _Truth({">": [number, 0]})
                raise _Mistake(node, "rule-type", "all() of knocked is not used. ask any or count")
            value = self.value(args[0], guarded)
            if isinstance(value, _Truths):
                exprs = list(value.exprs)
                if name == "count":
                    return _Number({"count": exprs}, len(exprs))
                return _Truth({"or" if name == "any" else "and": exprs})
        truths = [self.truth(arg, guarded) for arg in args]
        exprs = [truth.expr for truth in truths]
        if name == "count":
            return _Number({"count": exprs}, len(exprs))
        return _Truth({"or" if name == "any" else "and": exprs}, _absent(truths))

    def _knocked_test(self, node: ast.expr, guarded: frozenset[str]) -> tuple[str, int] | None:
        match node:
            case ast.Name(id="knocked"):
                raise _Mistake(node, "rule-type", "compare the points: knocked == 0")
            case ast.Compare(left=ast.Name(id="knocked"), ops=[op], comparators=[right]):
                if not self.scope.weighted:
                    raise _Mistake(node, "rule-name", '"knocked" needs reader_sets: knock_out')
                limit = self._number(self.value(right, guarded), right).constant
                sign = _COMPARE.get(type(op), "")
                if limit is None or limit.denominator != 1 or sign not in _FLIPPED or sign == "!=":
                    raise _Mistake(right, "rule-type", "compare knocked with a whole number")
                return sign, int(limit)
            case _:
                return None

    def _attribute(self, node: ast.Attribute, name: str, attribute: str) -> _Value:
        known: tuple[str, ...]
        if name in self.scope.dimensions:
            if attribute == "score":
                return _Dimension(name)
            if attribute == "raised":
                if not self.scope.has_raised:
                    message = '"raised" is not defined. add “raised: score >= 50” to the file'
                    raise _Mistake(node, "rule-name", message)
                return _Truth({"raised": name})
            known = ("score", "raised")
        elif name in self.scope.items:
            item = self.scope.items[name]
            absent = frozenset({name}) if item.can_be_absent else frozenset()
            if attribute == "points" and item.scored:
                top = max(points or 0 for points in item.options.values())
                return _Number({"points": name}, top, absent=absent)
            if item.weighted and attribute in ("knock_out", "kept"):
                return _Truth({"var": f"{name}.{attribute}"})
            if item.weighted and attribute == "weight":
                return _Number({"var": f"{name}.weight"}, 99)
            known = ("points",) * item.scored + ("weight", "knock_out", "kept") * item.weighted
        else:
            names = [*self.scope.dimensions, *self.scope.items]
            raise _Mistake(node, "rule-name", f'"{name}" is not known. {nearest(name, names)}')
        message = f'"{name}" has no "{attribute}". {nearest(attribute, known)}'
        raise _Mistake(node, "rule-name", message)

    def _name(self, node: ast.Name, name: str) -> _Value:
        scope = self.scope
        if self.dimension is not None:
            local = self._local(name)
            if local is not None:
                return local
            message = (
                f'"{name}" is not known in “raised”. {nearest(name, ("score", "worst", "alarm"))}'
            )
            raise _Mistake(node, "rule-name", message)
        if name in scope.items:
            return _Choice(scope.items[name])
        if name in scope.dimensions or name == "total":
            return _Dimension(name)
        if name in scope.red_lines:
            if self.before in ("red_lines", "sections"):
                message = f'"{name}" is a red line; name the questions themselves here'
                raise _Mistake(node, "rule-cycle", message)
            return _Truth({"red": name})
        if name in scope.conditions:
            condition = self.compiler.condition(name, node, self.before)
            # A broken condition has its own problem; its users must not add another.
            return condition or _Truth({"and": []})
        if name == "raised":
            if not scope.has_raised:
                message = '"raised" is not defined. add “raised: score >= 50” to the file'
                raise _Mistake(node, "rule-name", message)
            return _Truths(tuple({"raised": dimension} for dimension in scope.dimensions))
        if name == "knocked":
            return _Knocked()
        if name == "step":
            if not scope.steps:
                raise _Mistake(node, "rule-name", '"step" needs steps: and step_by: in the file')
            return _Step()
        return _Name(name)

    def _local(self, name: str) -> _Value | None:
        assert self.dimension is not None
        members = [self.scope.items[item] for item in self.scope.members[self.dimension]]
        if name == "score":
            return _Dimension(self.dimension)
        if name == "worst":
            top = max((p or 0 for item in members for p in item.options.values()), default=0)
            return _Number({"max": [{"points": item.id} for item in members]}, top)
        if name == "alarm":
            alarms = [item for item in members if item.alarm]
            return _Truth({"or": [{"in": [{"var": i.id}, list(i.alarm)]} for i in alarms]})
        return None

    def _names(self) -> list[str]:
        scope = self.scope
        return [
            *scope.items, *scope.dimensions, *scope.red_lines, *scope.conditions,
            "total", "raised", "step", "knocked",
        ]  # fmt: skip


def _absent(parts: list[_Truth]) -> frozenset[str]:
    return frozenset().union(*(part.absent for part in parts))


def _beyond(item: Item, sign: str, limit: str) -> list[str]:
    """The options that compare so with `limit`: by points, or by place where there are none."""
    order = {
        option: (position if points is None else points)
        for position, (option, points) in enumerate(item.options.items())
    }
    test: dict[str, Callable[[int, int], bool]] = {
        "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    }  # fmt: skip
    return [option for option in item.options if test[sign](order[option], order[limit])]


def scope_of(questionnaire: Questionnaire, conditions: Mapping[str, Scalar]) -> Scope:
    """The names that rules of `questionnaire` may use; `conditions` = their texts with places."""
    sets = questionnaire.reader_sets
    items: dict[str, Item] = {}
    members: dict[str, list[str]] = {dimension: [] for dimension in questionnaire.dimensions}
    most = 0
    for section_id, question_id, question in questionnaire.questions():
        section = questionnaire.sections[section_id]
        options = questionnaire.options(question)
        substantive = {name: o.points for name, o in options.items() if o.counts is None}
        place = questionnaire.dimension_of(section_id, question) or ""
        dimension = questionnaire.dimensions.get(place)
        # Of a dimension that is not there it is not known either, and that has been said.
        weighted = dimension.weighted if dimension else bool(place and sets)
        item = Item(
            question_id,
            substantive,
            section.when is not None
            or (weighted and sets is not None and sets.keep is not None)
            or any(option.counts == "skip" for option in options.values()),
            weighted,
            tuple(options),
        )
        if question.alarm in substantive:
            item = replace(item, alarm=tuple(_beyond(item, ">=", question.alarm)))
        items[question_id] = item
        if place in members and item.scored:
            members[place].append(question_id)
            top = max(points or 0 for points in substantive.values())
            most += top * (sets.weight[1] if weighted and sets else question.weight)
    return Scope(
        items=items,
        dimensions=tuple(questionnaire.dimensions),
        members={name: tuple(ids) for name, ids in members.items()},
        red_lines=tuple(questionnaire.red_lines),
        conditions=conditions,
        steps=tuple(questionnaire.steps),
        has_raised=questionnaire.raised is not None,
        weighted=bool(sets and sets.knock_out),
        most=most,
    )
