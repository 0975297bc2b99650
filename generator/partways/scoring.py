"""Answers to a result, over everything that is still possible. Pure, total, exact.

The twin of `runtime/scoring.mjs`: both read the same program and must agree on every answer
sheet; change them together.

An unknown answer is not zero: it is every option at once. So an item is a set of possible options
(a bit mask, `ABSENT` = it may be not there at all), a number is an interval of exact fractions,
and a truth is NO, OPEN or YES. Two passes answer two questions:

- `_State.verdicts` (U, with `_ahead`) walks the verdicts in order and keeps all that are not
  surely out. It can keep too many, never too few: one verdict left means *settled*.
- `_witnesses` (L) scores complete sheets that agree with what is known. It can miss some, never
  name a wrong one: what is called *possible* has been shown.

A maybe-absent item counts as present with any number of points. That covers its absence: with
s points of D possible ones and an item of w, s/(D-w) lies between s/D and (s+w)/D, as s <= D-w.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import combinations, product
from typing import Any, NamedTuple

from .program import FORMAT, Program

Answers = Mapping[str, str]
Result = dict[str, Any]

NO, OPEN, YES = 0, 1, 2
_TRUTH = ("no", "open", "yes")
ABSENT = 1 << 24

#: Most combinations of unknown branch questions that are told apart.
_MOST_PIVOTS = 64
#: Most changes to report, and most pairs of answers that are tried for one.
_MOST_CHANGES = 6
_MOST_PAIRS = 500
#: Most sheets looked at to find deciding answers: beyond that nearly all of them decide.
_MOST_PROBES = 1000


class Number(NamedTuple):
    """An interval of fractions low/low_of .. high/high_of; `absent` NO, OPEN or YES."""

    low: int
    low_of: int
    high: int
    high_of: int
    absent: int = NO


_NOTHING = Number(0, 1, 0, 1, YES)
Value = Callable[["_State"], Any]


# -- rules as closures --------------------------------------------------------------------------


def truth(expr: Any, compiler: _Compiled) -> Callable[[_State], int]:
    """The rule `expr` as a function of a state, giving NO, OPEN or YES."""
    ((operator, args),) = expr.items()
    match operator:
        case "and":
            parts = [truth(arg, compiler) for arg in args]

            def every(state: _State) -> int:
                found = YES
                for part in parts:
                    found = min(found, part(state))
                    if found == NO:
                        break
                return found

            return every
        case "or":
            choices = [truth(arg, compiler) for arg in args]

            def some(state: _State) -> int:
                found = NO
                for part in choices:
                    found = max(found, part(state))
                    if found == YES:
                        break
                return found

            return some
        case "!":
            part = truth(args[0], compiler)
            return lambda state: YES - part(state)
        case "in":
            index = compiler.index[args[0]["var"]]
            mask = compiler.mask(index, args[1])

            def member(state: _State) -> int:
                possible = state.possible[index]
                if not possible & mask:
                    return NO
                return OPEN if possible & ~mask else YES

            return member
        case "var":
            item, setting = args.split(".")
            number = compiler.index[item]
            place = 1 if setting == "knock_out" else 2
            return lambda state: YES if state.settings[number][place] else NO
        case "applies":
            index = compiler.index[args]

            def applies(state: _State) -> int:
                possible = state.possible[index]
                if possible == ABSENT:
                    return NO
                return OPEN if possible & ABSENT else YES

            return applies
        case "raised":
            dimension = compiler.dimension[args]
            return lambda state: state.raised(dimension)
        case "red":
            line = compiler.red[args]
            return lambda state: state.red(line)
        case _ if isinstance(args[0], dict) and "step" in args[0]:
            # A set of steps, not an interval: between two steps there may be none that can be.
            wanted = compiler.ranks(operator, args[1])

            def on_step(state: _State) -> int:
                possible = state.steps()
                if not possible & wanted:
                    return NO
                return OPEN if possible & ~wanted else YES

            return on_step
        case _:
            pass
    left, right = (number_of(arg, compiler) for arg in args)
    return lambda state: _compare(operator, left(state), right(state))


def _compare(operator: str, a: Number, b: Number) -> int:
    """`a operator b`; with an absent side it is *no*."""
    if operator in (">", ">="):
        a, b, operator = b, a, {">": "<", ">=": "<="}[operator]
    absent = max(a.absent, b.absent)
    if absent == YES:
        return NO
    if operator == "==":
        one = a.low * a.high_of == a.high * a.low_of and b.low * b.high_of == b.high * b.low_of
        apart = a.high * b.low_of < b.low * a.high_of or b.high * a.low_of < a.low * b.high_of
        found = NO if apart else YES if one else OPEN
    elif operator == "<":
        found = (
            YES if a.high * b.low_of < b.low * a.high_of
            else OPEN if a.low * b.high_of < b.high * a.low_of else NO
        )  # fmt: skip
    else:
        found = (
            YES if a.high * b.low_of <= b.low * a.high_of
            else OPEN if a.low * b.high_of <= b.high * a.low_of else NO
        )  # fmt: skip
    return min(found, OPEN) if absent else found


def number_of(expr: Any, compiler: _Compiled) -> Callable[[_State], Number]:
    """The number `expr` as a function of a state."""
    if isinstance(expr, int):
        constant = Number(expr, 1, expr, 1)
        return lambda _: constant
    ((operator, args),) = expr.items()
    match operator:
        case "points":
            index = compiler.index[args]
            return lambda state: state.points(index)
        case "score":
            dimension = compiler.dimension[args]
            return lambda state: state.score(dimension)
        case "count":
            parts = [truth(arg, compiler) for arg in args]

            def count(state: _State) -> Number:
                found = [part(state) for part in parts]
                return Number(found.count(YES), 1, len(found) - found.count(NO), 1)

            return count
        case "knocked":
            sign, limit = args
            return lambda state: state.knocked(sign, Number(limit, 1, limit, 1))
        case "var":
            index = compiler.index[args.split(".")[0]]

            def weight(state: _State) -> Number:
                value = state.settings[index][0]
                return Number(value, 1, value, 1)

            return weight
        case _:
            pass
    numbers = [number_of(arg, compiler) for arg in args]
    return lambda state: _arithmetic(operator, [part(state) for part in numbers])


def _arithmetic(operator: str, numbers: list[Number]) -> Number:
    """`min`, `max` and sums leave absent numbers out; other operators are absent with them."""
    if operator in ("min", "max"):
        there = [n for n in numbers if n.absent != YES]
        if not there:
            return _NOTHING
        # All that may be there bound one end, those surely there the other.
        sure = [n for n in there if n.absent == NO]
        best = _most if operator == "max" else _least
        worst = _least if operator == "max" else _most
        lows = [(n.low, n.low_of) for n in (sure if sure and operator == "max" else there)]
        highs = [(n.high, n.high_of) for n in (sure if sure and operator == "min" else there)]
        low = best(lows) if sure or operator == "min" else worst(lows)
        high = best(highs) if sure or operator == "max" else worst(highs)
        return Number(*low, *high, NO if sure else OPEN)
    if operator == "+":
        least, greatest = (0, 1), (0, 1)
        for n in numbers:
            if n.absent == YES:
                continue
            low, high = (n.low, n.low_of), (n.high, n.high_of)
            if n.absent == OPEN:
                low, high = _least([low, (0, 1)]), _most([high, (0, 1)])
            least, greatest = _add(least, low), _add(greatest, high)
        return Number(*least, *greatest)
    absent = max(n.absent for n in numbers)
    if absent == YES:
        return _NOTHING
    a = numbers[0]
    if operator == "-":
        if len(numbers) == 1:
            return Number(-a.high, a.high_of, -a.low, a.low_of, absent)
        b = numbers[1]
        low = _add((a.low, a.low_of), (-b.high, b.high_of))
        high = _add((a.high, a.high_of), (-b.low, b.low_of))
        return Number(*low, *high, absent)
    b = numbers[1]
    if operator == "/":
        if b.low == 0:
            return _NOTHING
        # Only plain numbers divide: the compiler sees to it.
        sign = 1 if b.low > 0 else -1
        b = Number(sign * b.low_of, sign * b.low, sign * b.low_of, sign * b.low)
    ends = [
        _reduce(x * y, x_of * y_of)
        for x, x_of in ((a.low, a.low_of), (a.high, a.high_of))
        for y, y_of in ((b.low, b.low_of), (b.high, b.high_of))
    ]
    return Number(*_least(ends), *_most(ends), absent)


Fraction = tuple[int, int]


def _reduce(top: int, bottom: int) -> Fraction:
    divisor = math.gcd(top, bottom) or 1
    return top // divisor, bottom // divisor


def _add(a: Fraction, b: Fraction) -> Fraction:
    return _reduce(a[0] * b[1] + b[0] * a[1], a[1] * b[1])


def _least(fractions: list[Fraction]) -> Fraction:
    best = fractions[0]
    for fraction in fractions[1:]:
        if fraction[0] * best[1] < best[0] * fraction[1]:
            best = fraction
    return best


def _most(fractions: list[Fraction]) -> Fraction:
    best = fractions[0]
    for fraction in fractions[1:]:
        if fraction[0] * best[1] > best[0] * fraction[1]:
            best = fraction
    return best


# -- what is possible ---------------------------------------------------------------------------


class _Compiled:
    """A program made ready once: positions of names, masks, and rules as closures."""

    def __init__(self, program: Program) -> None:
        if program.get("format") != FORMAT:
            raise ValueError(f"program of format {program.get('format')}, not {FORMAT}")
        self.program = program
        self.items: list[Program] = program["items"]
        self.dimensions: list[Program] = program["dimensions"]
        self.index = {item["id"]: i for i, item in enumerate(self.items)}
        self.dimension = {d["id"]: i for i, d in enumerate(self.dimensions)}
        self.red = {line["id"]: i for i, line in enumerate(program["red_lines"])}
        self.substantive = [
            sum(
                1 << o
                for o in range(len(item["options"]))
                if o not in item["unknown"] and o not in item["skip"]
            )
            for item in self.items
        ]
        self.all = [
            mask | (ABSENT if item["skip"] else 0)
            for mask, item in zip(self.substantive, self.items, strict=True)
        ]
        self.least = [min(self._points(i), default=0) for i in range(len(self.items))]
        self.top = [max(self._points(i), default=0) for i in range(len(self.items))]
        #: Substantive options of each item as masks, least points first.
        self.by_points = [
            sorted(self.options(i), key=partial(_points_of, item))
            for i, item in enumerate(self.items)
        ]
        self._truths: dict[int, Callable[[_State], int]] = {}
        self.groups = [g.get("when") and self.truth(g["when"]) for g in program["groups"]]
        self.raised = [d.get("raised") and self.truth(d["raised"]) for d in self.dimensions]
        self.reds = [self.truth(line["when"]) for line in program["red_lines"]]
        self.measures = [self.truth(m["when"]) for m in program["measures"]]
        self.verdicts = [v.get("when") and self.truth(v["when"]) for v in program["verdicts"]]
        controls = {i for g in program["groups"] for i in self._named(g.get("when"))}
        self.controls = frozenset(controls)
        self.step_by: int | None = program.get("step_by")
        steered = {self.step_by} if self.step_by is not None else set()
        self.pivots = sorted(controls | steered)
        used = set(self.pivots) | {i for d in self.dimensions for i in d["items"]}
        for part in (*program["red_lines"], *program["measures"], *program["verdicts"]):
            used |= self._named(part.get("when"))
        #: Items on which a verdict can rest.
        self.relevant = sorted(used)
        self.settable = "settings" in program

    def _points(self, index: int) -> list[int]:
        item = self.items[index]
        return [p for o, p in enumerate(item.get("points", ())) if self.substantive[index] >> o & 1]

    def truth(self, expr: Any) -> Callable[[_State], int]:
        """`truth`, compiled once for each place in the program."""
        if id(expr) not in self._truths:
            self._truths[id(expr)] = truth(expr, self)
        return self._truths[id(expr)]

    def mask(self, index: int, options: Iterable[str]) -> int:
        names = self.items[index]["options"]
        return sum(1 << names.index(option) for option in options)

    def ranks(self, operator: str, limit: int) -> int:
        """The ranks that compare so with `limit`, as a mask."""
        bound = Number(limit, 1, limit, 1)
        steps = range(len(self.program["steps"]) + 1)
        return sum(1 << r for r in steps if _compare(operator, Number(r, 1, r, 1), bound) == YES)

    def options(self, index: int) -> list[int]:
        """The substantive options of an item, each as a mask."""
        mask = self.substantive[index]
        return [1 << o for o in range(len(self.items[index]["options"])) if mask >> o & 1]

    def _named(self, expr: Any) -> set[int]:
        if not isinstance(expr, dict):
            return set()
        ((operator, args),) = expr.items()
        if operator in ("var", "points", "applies"):
            name = args.split(".")[0]
            return {self.index[name]}
        return {i for arg in args for i in self._named(arg)} if isinstance(args, list) else set()


def _points_of(item: Program, option: int) -> int:
    """The points of the option with this mask; 0 where answers have none."""
    points = item.get("points")
    return points[option.bit_length() - 1] if points else 0


class _State:
    """One answer sheet as sets of what is possible, kept up to date answer by answer."""

    def __init__(self, compiled: _Compiled, given: list[int], settings: list[list[int]]) -> None:
        self.compiled = compiled
        self.given = given
        self.settings = settings
        size = len(compiled.dimensions)
        self.low, self.high, self.most = [0] * size, [0] * size, [0] * size
        self.sure, self.maybe = [0] * size, [0] * size
        self.possible = [ABSENT] * len(given)
        self._raised: list[int | None] = [None] * size
        self._steps: int | None = None
        self.gates = [YES] * len(compiled.groups)
        self._refresh()

    def set(self, index: int, mask: int) -> None:
        """Answer item `index` with exactly the options in `mask`."""
        if self.given[index] == mask:
            return
        self.given[index] = mask
        if index in self.compiled.controls:
            self._refresh()
            self._raised = [None] * len(self._raised)
        else:
            self._update(index)
            # Whether a dimension is raised rests on its own items only.
            for d in self.compiled.items[index]["in"]:
                self._raised[d] = None
        self._steps = None

    def weigh(self, index: int, weight: int) -> None:
        """Give item `index` another weight."""
        self._add(index, self.possible[index], -1)
        self.settings[index] = [weight, *self.settings[index][1:]]
        self._add(index, self.possible[index], 1)
        self._raised = [None] * len(self._raised)
        self._steps = None

    def _refresh(self) -> None:
        group = -1
        for index, item in enumerate(self.compiled.items):
            # Sections are asked only because of earlier ones, so one walk settles them all.
            if item["group"] != group:
                group = item["group"]
                when = self.compiled.groups[group]
                self.gates[group] = when(self) if when else YES
            self._update(index)

    def _update(self, index: int) -> None:
        gate = self.gates[self.compiled.items[index]["group"]]
        if gate == NO or not self.settings[index][2]:
            mask = ABSENT
        else:
            mask = self.given[index] | (ABSENT if gate == OPEN else 0)
        old = self.possible[index]
        if mask != old:
            self._add(index, old, -1)
            self.possible[index] = mask
            self._add(index, mask, 1)

    def _add(self, index: int, mask: int, times: int) -> None:
        """Add what an item with these possible answers gives to its dimensions."""
        compiled = self.compiled
        dimensions = compiled.items[index]["in"]
        if mask == ABSENT or not dimensions:
            return
        low, high, top = self._span(index, mask)
        for d in dimensions:
            weight = self.settings[index][0] if compiled.dimensions[d]["weighted"] else 1
            factor = weight * times
            if weight * top == 0:
                continue
            self.low[d] += factor * low
            self.high[d] += factor * high
            self.most[d] += factor * top
            if mask & ABSENT:
                self.maybe[d] += times
            else:
                self.sure[d] += times

    def _span(self, index: int, mask: int) -> tuple[int, int, int]:
        compiled = self.compiled
        top = compiled.top[index]
        if mask & ABSENT:
            return 0, top, top
        if mask == compiled.substantive[index]:
            return compiled.least[index], top, top
        points = _points_of(compiled.items[index], mask)
        return points, points, top

    # -- what rules ask --

    def score(self, dimension: int) -> Number:
        if not self.most[dimension]:
            return _NOTHING
        most = self.most[dimension]
        absent = NO if self.sure[dimension] else OPEN
        return Number(100 * self.low[dimension], most, 100 * self.high[dimension], most, absent)

    def points(self, index: int) -> Number:
        mask = self.possible[index]
        if mask == ABSENT:
            return _NOTHING
        present = mask & ~ABSENT
        low, high, _ = self._span(index, present)
        return Number(low, 1, high, 1, OPEN if mask & ABSENT else NO)

    def raised(self, dimension: int) -> int:
        known = self._raised[dimension]
        if known is None:
            rule = self.compiled.raised[dimension]
            known = self._raised[dimension] = rule(self) if rule else NO
        return known

    def red(self, line: int) -> int:
        return self.compiled.reds[line](self)

    def knocked(self, sign: str, limit: Number) -> Number:
        low = high = 0
        for index, (_, knock_out, _) in enumerate(self.settings):
            if knock_out and self.possible[index] != ABSENT:
                found = _compare(sign, self.points(index), limit)
                low += found == YES
                high += found != NO
        return Number(low, 1, high, 1)

    def ranks(self, measure: int) -> int:
        """The steps a measure can be at, as a mask of ranks."""
        ranks = self.compiled.program["measures"][measure]["step"]
        if not ranks:
            return 1
        assert self.compiled.step_by is not None
        possible = self.possible[self.compiled.step_by]
        found = 0
        for option, rank in enumerate(ranks):
            if possible >> option & 1:
                found |= 1 << rank
        return found

    def steps(self) -> int:
        """What the sternest step can be, as a mask of ranks; bit 0 = no measure holds."""
        if self._steps is None:
            found = least = 0
            for measure, rule in enumerate(self.compiled.measures):
                holds = rule(self)
                if holds != NO:
                    ranks = self.ranks(measure)
                    found |= ranks
                    if holds == YES:
                        # At least the lowest step of a measure that surely holds.
                        least = max(least, (ranks & -ranks).bit_length() - 1)
            self._steps = (found | (not least)) >> least << least
        return self._steps

    def verdicts(self) -> int:
        """The verdict entries that are not surely out, as a mask; the first sure one ends it."""
        mask = 0
        for entry, rule in enumerate(self.compiled.verdicts):
            holds = rule(self) if rule else YES
            if holds != NO:
                mask |= 1 << entry
            if holds == YES:
                break
        return mask


Change = tuple[int, int]
"""An item, and the option it is answered with, as a mask."""


def _ahead(state: _State, pivots: list[int], probes: list[tuple[Change, ...]]) -> list[int]:
    """For each probe, U once its changes are made: the verdict entries not surely out.

    Each combination of branch answers is looked at on its own, because rules that share one
    cannot see that they do. They are the outer loop: changing one re-reads the whole sheet.
    """
    masks = [0] * len(probes)
    before = [state.given[i] for i in pivots]
    for combination in product(*(_choices(state, i) for i in pivots)):
        for index, option in zip(pivots, combination, strict=True):
            state.set(index, option)
        for number, probe in enumerate(probes):
            changes = [change for change in probe if change[0] not in pivots]
            if any(state.given[i] != o for i, o in probe if i in pivots):
                continue
            kept = [(i, state.given[i]) for i, _ in changes]
            for index, option in changes:
                state.set(index, option)
            masks[number] |= state.verdicts()
            for index, option in kept:
                state.set(index, option)
    for index, given in zip(pivots, before, strict=True):
        state.set(index, given)
    return masks


def _choices(state: _State, index: int) -> list[int]:
    """What an unknown item may turn out to be, each as a mask."""
    skip = [ABSENT] if state.given[index] & ABSENT else []
    return state.compiled.options(index) + skip


def _open_pivots(state: _State, unknown: list[int]) -> list[int]:
    found: list[int] = []
    combinations_of = 1
    for index in state.compiled.pivots:
        if index in unknown:
            combinations_of *= len(_choices(state, index))
            if combinations_of > _MOST_PIVOTS:
                break
            found.append(index)
    return found


def _witnesses(state: _State, unknown: list[int], pivots: list[int], goal: int) -> int:
    """L: verdict entries of complete sheets; stops as soon as all of `goal` are shown."""
    compiled = state.compiled
    others = [i for i in unknown if i not in pivots]
    before = {i: state.given[i] for i in unknown}
    by_points = compiled.by_points
    levels = max((len(by_points[i]) for i in others), default=1)
    found = 0

    def sheets() -> Iterable[None]:
        for combination in product(*(_choices(state, i) for i in pivots)):
            for index, option in zip(pivots, combination, strict=True):
                state.set(index, option)
            for level in range(levels):
                for index in others:
                    state.set(index, by_points[index][min(level, len(by_points[index]) - 1)])
                yield
            for end in (0, -1):
                for index in others:
                    state.set(index, by_points[index][end])
                for dimension in compiled.dimensions[:-1]:
                    members = [i for i in others if i in dimension["items"]]
                    if members:
                        for index in members:
                            state.set(index, by_points[index][-1 - end])
                        yield
                        for index in members:
                            state.set(index, by_points[index][end])
                for index in others:
                    for option in by_points[index]:
                        if option != by_points[index][end]:
                            state.set(index, option)
                            yield
                    state.set(index, by_points[index][end])

    for _ in sheets():
        found |= state.verdicts()
        if found == goal:
            break
    for index, given in before.items():
        state.set(index, given)
    return found


# -- the result ---------------------------------------------------------------------------------

_COMPILED: dict[int, tuple[Program, _Compiled]] = {}


def _compile(program: Program) -> _Compiled:
    known = _COMPILED.get(id(program))
    if known is None or known[0] is not program:
        known = _COMPILED[id(program)] = (program, _Compiled(program))
    return known[1]


def assess(program: Program, answers: Answers) -> Result:
    """Everything the result page says about `answers`, by ids and whole numbers.

    `answers` maps question ids to option ids and settings (`budget.weight`) to their value;
    what does not fit the program is left out and listed under `dropped`.
    Raises ValueError for a program of another format.
    """
    compiled = _compile(program)
    given, settings, dropped = _read(compiled, answers)
    state = _State(compiled, given, settings)
    items = compiled.items
    unknown = [
        i for i in compiled.relevant
        if given[i] == compiled.all[i] and state.possible[i] != ABSENT
    ]  # fmt: skip
    pivots = _open_pivots(state, unknown)
    (outcomes,) = _ahead(state, pivots, [()])
    sure = _ids(program, outcomes)
    nothing = len(compiled.dimensions) > 1 and not any(state.most)
    # A verdict that is only what is left over says nothing where nothing was scored.
    rests = nothing and program["verdicts"][outcomes.bit_length() - 1].get("when") is None
    settled = len(sure) == 1 and not rests
    shown = outcomes if settled else _witnesses(state, unknown, pivots, outcomes)
    dimensions = [_dimension(state, d) for d in range(len(compiled.dimensions))]
    reds = [state.red(r) for r in range(len(compiled.reds))]
    lacking = nothing or OPEN in reds or not all(d["enough"] for d in dimensions)
    named = "settled" if settled else "not_enough" if lacking else "so_far"
    headline = None if named == "not_enough" else shown.bit_length() - 1
    entry = None if headline is None else program["verdicts"][headline]
    measures = _measures(state, entry)
    because = _because(state, entry, reds)
    steps = ["none", *program["steps"]]
    ranks = state.steps()
    return {
        "format": FORMAT,
        "questionnaire": program["id"],
        "revision": program["revision"],
        "state": named,
        "verdict": entry and entry["is"],
        "rule": entry["id"] if entry and outcomes & (outcomes - 1) == 0 else None,
        "possible": _ids(program, shown),
        "exact": shown == outcomes,
        "red_lines": [
            {"id": line["id"], "is": _TRUTH[found]}
            for line, found in zip(program["red_lines"], reds, strict=True)
        ],
        "dimensions": dimensions,
        "step": [name for r, name in enumerate(steps) if ranks >> r & 1] if steps[1:] else None,
        "measures": measures,
        "cautions": [
            caution["id"] for caution in program["cautions"]
            if compiled.truth(caution["unless"])(state) != YES
        ],
        "notes": [
            note["id"] for note in program["notes"] if compiled.truth(note["when"])(state) == YES
        ],
        "because": because,
        "unknown": [
            item["id"] for item in items
            if item["id"] in answers and answers[item["id"]] in _unknown_options(item)
            and state.possible[compiled.index[item["id"]]] != ABSENT
        ],
        "unanswered": [
            item["id"] for i, item in enumerate(items)
            if answers.get(item["id"]) not in item["options"] and state.possible[i] != ABSENT
        ],
        "off": [
            group["id"] for g, group in enumerate(program["groups"]) if state.gates[g] == NO
        ],
        "deciding": [] if settled else _deciding(state, unknown, pivots, sure),
        **_would_change(state, pivots, outcomes if settled else 0, because),
        "dropped": dropped,
    }  # fmt: skip


def _unknown_options(item: Program) -> list[str]:
    return [item["options"][o] for o in item["unknown"]]


def _read(
    compiled: _Compiled, answers: Answers
) -> tuple[list[int], list[list[int]], list[dict[str, str]]]:
    given = list(compiled.all)
    settings = [list(item.get("w", (1, 0, 1))) for item in compiled.items]
    dropped = []
    sets = compiled.program.get("settings", {})
    low, high = sets.get("weight", (1, 0))
    # As JavaScript sorts texts, which differs beyond the first 65,536 characters.
    for key in sorted(answers, key=lambda key: key.encode("utf-16-be", "surrogatepass")):
        value = answers[key]
        name, _, setting = key.partition(".")
        index = compiled.index.get(name)
        fits = False
        if index is not None and not setting:
            item = compiled.items[index]
            if value in item["options"]:
                option = item["options"].index(value)
                if option in item["skip"]:
                    given[index] = ABSENT
                elif option not in item["unknown"]:
                    given[index] = 1 << option
                fits = True
        elif index is not None and "w" in compiled.items[index]:
            if setting == "weight" and value in [str(n) for n in range(low, high + 1)]:
                settings[index][0], fits = int(value), True
            elif setting == "knock_out" and sets.get("knock_out") and value in ("no", "yes"):
                settings[index][1], fits = int(value == "yes"), True
            elif setting == "kept" and "keep" in sets and value in ("no", "yes"):
                settings[index][2], fits = int(value == "yes"), True
        if not fits:
            dropped.append({"item": key, "option": value})
    return given, settings, dropped


def _ids(program: Program, mask: int) -> list[str]:
    """The verdicts of a mask of entries, sternest first, each once."""
    found: list[str] = []
    for entry, verdict in enumerate(program["verdicts"]):
        if mask >> entry & 1 and verdict["is"] not in found:
            found.append(verdict["is"])
    return found


def _is_known(state: _State, index: int) -> bool:
    given = state.given[index]
    return given != state.compiled.all[index] and given != ABSENT


def _dimension(state: _State, d: int) -> dict[str, Any]:
    dimension = state.compiled.dimensions[d]
    of = [i for i in dimension["items"] if state.possible[i] != ABSENT]
    known = sum(_is_known(state, i) for i in of)
    needs, needs_of = dimension["needs"]
    score = state.score(d)
    return {
        "id": dimension["id"],
        # Floored: a limit that was not reached must not be shown as reached.
        "low": score.low // score.low_of,
        "high": score.high // score.high_of,
        "known": known,
        "of": len(of),
        "enough": known * needs_of >= needs * len(of),
        "raised": _TRUTH[state.raised(d)],
        "empty": score.absent == YES,
    }


def _measures(state: _State, entry: Program | None) -> list[dict[str, Any]]:
    program = state.compiled.program
    found = []
    for number, rule in enumerate(state.compiled.measures):
        holds = rule(state)
        if holds == NO:
            continue
        ranks = state.ranks(number)
        step = (
            program["steps"][ranks.bit_length() - 2]
            if ranks & (ranks - 1) == 0 and ranks > 1
            else None
        )
        let = entry is None or "measures" not in entry or number in entry["measures"]
        measure = program["measures"][number]
        found.append({"id": measure["id"], "is": _TRUTH[holds], "step": step, "let": let})
    return found


# -- why ----------------------------------------------------------------------------------------


def _because(state: _State, entry: Program | None, reds: list[int]) -> list[dict[str, Any]]:
    """The answers that led here: by rules that hold, those that count alone first."""
    compiled = state.compiled
    found: dict[int, bool] = {}
    for line, holds in zip(compiled.program["red_lines"], reds, strict=True):
        if holds == YES:
            _witness(state, line["when"], found)
    if entry is not None and entry.get("when") is not None:
        _witness(state, entry["when"], found)
    for measure, rule in zip(compiled.program["measures"], compiled.measures, strict=True):
        if rule(state) == YES:
            _witness(state, measure["when"], found)
    rows = []
    for index, alone in found.items():
        item = compiled.items[index]
        option = state.given[index].bit_length() - 1
        points = _points_of(item, state.given[index])
        dimension = next((compiled.dimensions[d]["id"] for d in item["in"]), None)
        row = {
            "item": item["id"],
            "option": item["options"][option],
            "dimension": dimension,
            "alone": alone,
        }
        rows.append((not alone, -points, index, row))
    rows.sort(key=lambda ranked: ranked[:3])
    return [row for *_, row in rows]


def _witness(state: _State, expr: Any, found: dict[int, bool]) -> None:
    """Collect into `found` the answers by which the rule `expr` holds; True = counts alone."""
    compiled = state.compiled
    if not isinstance(expr, dict) or compiled.truth(expr)(state) != YES:
        return
    ((operator, args),) = expr.items()
    match operator:
        case "and" | "or":
            for arg in args:
                _witness(state, arg, found)
        case "in":
            index = compiled.index[args[0]["var"]]
            if _is_known(state, index):
                found[index] = True
        case "raised":
            _witness(state, compiled.dimensions[compiled.dimension[args]]["raised"], found)
        case "red":
            _witness(state, compiled.program["red_lines"][compiled.red[args]]["when"], found)
        case "<" | "<=" | ">" | ">=" | "==":
            _witness_number(state, args[0], operator, args[1], found)
        case _:
            pass


def _witness_number(
    state: _State, number: Any, operator: str, limit: Any, found: dict[int, bool]
) -> None:
    """The same for a comparison of `number` with `limit` that holds."""
    compiled = state.compiled
    if not isinstance(number, dict) or "step" in number:
        return
    ((kind, args),) = number.items()
    bound = number_of(limit, compiled)(state)
    if _compare(operator, number_of(number, compiled)(state), bound) != YES:
        return
    if kind in ("max", "min"):
        for part in args:
            _witness_number(state, part, operator, limit, found)
    elif kind == "points":
        if _is_known(state, compiled.index[args]):
            found[compiled.index[args]] = True
    elif kind == "knocked":
        sign, value = args
        for index, (_, knock_out, _) in enumerate(state.settings):
            if not knock_out or not _is_known(state, index):
                continue
            if _compare(sign, state.points(index), Number(value, 1, value, 1)) == YES:
                found[index] = True
    elif kind == "count":
        for part in args:
            _witness(state, part, found)
    else:
        for index in _weighed(compiled, number):
            if _is_known(state, index) and state.possible[index] != ABSENT:
                points = state.points(index).low
                counts = compiled.top[index] - points if operator in ("<", "<=") else points
                if counts > 0:
                    found.setdefault(index, False)


def _weighed(compiled: _Compiled, number: Any) -> list[int]:
    """The items whose points go into `number`."""
    if not isinstance(number, dict):
        return []
    ((kind, args),) = number.items()
    if kind == "points":
        return [compiled.index[args]]
    if kind == "score":
        return list(compiled.dimensions[compiled.dimension[args]]["items"])
    return [i for part in args for i in _weighed(compiled, part)] if kind in "+-*/" else []


# -- what would change it -----------------------------------------------------------------------


def _deciding(
    state: _State, unknown: list[int], pivots: list[int], sure: list[str]
) -> list[dict[str, Any]]:
    """Unknown answers that would narrow what is possible, most telling first."""
    compiled = state.compiled
    probes: list[tuple[Change, ...]] = [
        ((index, option),) for index in unknown for option in compiled.options(index)
    ]
    if len(probes) * math.prod(len(_choices(state, i)) for i in pivots) > _MOST_PROBES:
        return []
    narrows: set[int] = set()
    to: dict[int, list[dict[str, str]]] = {index: [] for index in unknown}
    for probe, mask in zip(probes, _ahead(state, pivots, probes), strict=True):
        ((index, option),) = probe
        left = _ids(compiled.program, mask)
        if len(left) < len(sure):
            narrows.add(index)
        if len(left) == 1:
            name = compiled.items[index]["options"][option.bit_length() - 1]
            to[index].append({"option": name, "verdict": left[0]})
    # Sorting is stable: items stay in the order of the page.
    found = sorted((i for i in unknown if i in narrows), key=lambda i: -len(to[i]))
    return [{"item": compiled.items[i]["id"], "to": to[i]} for i in found]


def _would_change(
    state: _State, pivots: list[int], outcomes: int, because: list[dict[str, Any]]
) -> dict[str, Any]:
    """The smallest changes of answers, and of weights, that give another settled verdict.

    Tried are answers with points, facts that only the reader controls (named first: they are
    actions), and what led here: that a red line could be answered otherwise is no news.
    """
    empty: dict[str, Any] = {"changes": [], "borderline": False, "weights": []}
    if not outcomes:
        return empty
    compiled = state.compiled
    program = compiled.program
    now = _ids(program, outcomes)[0]

    def others(probes: list[tuple[Change, ...]]) -> list[tuple[int, tuple[Change, ...], str]]:
        """The probes after which one verdict is left and it is another; their size first."""
        rows = []
        for probe, mask in zip(probes, _ahead(state, pivots, probes), strict=True):
            after = _ids(program, mask)
            if len(after) == 1 and after[0] != now:
                rows.append((sum(_size(state, change) for change in probe), probe, after[0]))
        return rows

    reasons = {row["item"] for row in because}
    tried = [
        i
        for i in compiled.relevant
        if _is_known(state, i)
        and state.possible[i] != ABSENT
        and (
            "points" in compiled.items[i]
            or _is_ours(state, i)
            or compiled.items[i]["id"] in reasons
        )
    ]
    nearest: dict[tuple[int, str], tuple[int, tuple[Change, ...], str]] = {}
    for row in others([(change,) for i in tried for change in _other(state, i)]):
        best = nearest.setdefault((row[1][0][0], row[2]), row)
        if row[0] < best[0]:
            nearest[row[1][0][0], row[2]] = row
    found = list(nearest.values()) or others(_pairs(state, tried))
    found.sort(key=lambda row: (not any(_is_ours(state, i) for i, _ in row[1]), row[0], row[1]))
    borderline = any(
        len(changes) == 1 and size == 1 and "points" in compiled.items[changes[0][0]]
        for size, changes, _ in found
    )
    rows = [
        {
            "set": [
                {
                    "item": compiled.items[i]["id"],
                    "option": compiled.items[i]["options"][option.bit_length() - 1],
                }
                for i, option in changes
            ],
            "verdict": verdict,
        }
        for _, changes, verdict in found[:_MOST_CHANGES]
    ]
    return {
        "changes": rows,
        "borderline": borderline,
        "weights": _weights(state, pivots, now),
    }


def _is_ours(state: _State, index: int) -> bool:
    return bool(state.compiled.items[index].get("ours"))


def _other(state: _State, index: int) -> list[Change]:
    return [
        (index, option) for option in state.compiled.options(index) if option != state.given[index]
    ]


def _size(state: _State, change: Change) -> int:
    """How far a change goes: places on the scale."""
    index, option = change
    order = state.compiled.options(index)
    return abs(order.index(option) - order.index(state.given[index]))


def _pairs(state: _State, known: list[int]) -> list[tuple[Change, ...]]:
    """Pairs of changes inside one dimension, or with a fact of ours; a bounded number."""
    compiled = state.compiled
    found: list[tuple[Change, ...]] = []
    for a, b in combinations(known, 2):
        ours = _is_ours(state, a) or _is_ours(state, b)
        # The last dimension is the total, which all share.
        shared = set(compiled.items[a]["in"][:-1]) & set(compiled.items[b]["in"][:-1])
        if ours or shared:
            for pair in product(_other(state, a), _other(state, b)):
                if len(found) == _MOST_PAIRS:
                    return found
                found.append(pair)
    return found


def _weights(state: _State, pivots: list[int], now: str) -> list[dict[str, Any]]:
    """Weights of which one point more or less gives another verdict."""
    compiled = state.compiled
    if not compiled.settable:
        return []
    low, high = compiled.program["settings"]["weight"]
    rows = []
    for index, item in enumerate(compiled.items):
        if "w" not in item or state.possible[index] == ABSENT:
            continue
        weight = state.settings[index][0]
        for by in (-1, 1):
            if low <= weight + by <= high:
                state.weigh(index, weight + by)
                after = _ids(compiled.program, _ahead(state, pivots, [()])[0])
                state.weigh(index, weight)
                if len(after) == 1 and after[0] != now:
                    rows.append({"item": item["id"], "by": by, "verdict": after[0]})
    return rows
