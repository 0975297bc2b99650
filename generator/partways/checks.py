"""What can be proved wrong in a questionnaire: one small function for each rule.

A check takes the questionnaire and the document it came from and yields problems; its docstring
says what it refuses and why. `STRUCTURE` looks at the parts, `COMPILED` at the rules that could be
compiled. All of them run on whatever could be read, right or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from .model import Case, Option, Question, Questionnaire
from .problems import Mark, Problem, close, nearest
from .program import Program, Rules, tokens
from .reading import Document
from .scoring import Result, assess

#: How much of a kind a questionnaire may have. Both scorers keep verdicts and steps in one number
#: of 32 bits; the rest is bounded so that a result takes no longer than a blink.
MOST = {
    "sections": 60, "dimensions": 40, "red_lines": 20, "conditions": 100, "steps": 20,
    "measures": 60, "verdicts": 30, "cautions": 20, "notes": 60,
}  # fmt: skip
MOST_QUESTIONS = 300
MOST_ANSWERS = 1800
MOST_OPTIONS = 20
MOST_POINTS = 100
MOST_ASK_WORDS = 25

Check = Callable[[Questionnaire, Document], Iterator[Problem]]


def _substantive(q: Questionnaire, question: Question) -> dict[str, Option]:
    return {name: o for name, o in q.options(question).items() if o.counts is None}


def sections_have_questions(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """A section has a title and questions, and says why it is left out when it can be."""
    for key, section in q.sections.items():
        where = d.key_mark("sections", key)
        if section.use is not None:
            continue  # there is no such shared section, which has been said
        if not section.questions:
            yield Problem(where, "section-empty", f'section "{key}" asks nothing. add questions:')
        if not section.title:
            yield Problem(where, "missing-key", f'"title" is missing in section "{key}"')
        if section.when is not None and not section.off:
            message = f'section "{key}" has “when” but does not say why it is left out. add “off:”'
            yield Problem(where, "missing-key", message)
        here = ("sections", key)
        places: list[tuple[str | None, tuple[str, ...]]] = [
            (section.dimension, (*here, "dimension"))
        ]
        for name, question in section.questions.items():
            places.append((question.dimension, (*here, "questions", name, "dimension")))
        for dimension, place in places:
            if dimension is not None and dimension not in q.dimensions:
                hint = nearest(dimension, q.dimensions)
                message = f'dimension "{dimension}" is not defined. {hint}'
                yield Problem(d.mark(*place), "unknown-name", message)


def names_are_unique(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """Questions, dimensions, red lines and conditions share one set of names in the rules."""
    seen: dict[str, Mark] = {"total": Mark("the rule language")}
    places: list[tuple[str, Mark]] = [
        *((key, d.key_mark("dimensions", key)) for key in q.dimensions),
        *(
            (question, d.key_mark("sections", section, "questions", question))
            for section, question, _ in q.questions()
        ),
        *((key, d.key_mark("red_lines", key)) for key in q.red_lines),
        *((key, d.key_mark("conditions", key)) for key in q.conditions),
    ]
    for name, mark in places:
        if name in seen:
            message = f'"{name}" is taken. first defined at {seen[name]}'
            yield Problem(mark, "duplicate-name", message)
        seen.setdefault(name, mark)


def questions_have_options(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """A question has a scale or options of its own, with at least two real answers."""
    for section, key, question in q.questions():
        path = ("sections", section, "questions", key)
        if (question.scale is None) == (not question.options):
            message = f'"{key}" needs either “scale:” or “options:”'
            yield Problem(d.key_mark(*path), "options", message)
        elif question.scale is not None and question.scale not in q.scales:
            message = (
                f'scale "{question.scale}" is not defined. {nearest(question.scale, q.scales)}'
            )
            yield Problem(d.mark(*path, "scale"), "unknown-name", message)
        elif len(_substantive(q, question)) < 2:
            message = (
                f'"{key}" leaves no choice. expected at least two answers beside unknown and skip'
            )
            yield Problem(d.key_mark(*path), "options", message)
        elif len(q.options(question)) > MOST_OPTIONS:
            message = (
                f'"{key}" has {len(q.options(question))} options. expected at most {MOST_OPTIONS}'
            )
            yield Problem(d.key_mark(*path), "options", message)


def options_are_weighed(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """Either every real answer has points or none has; unknown and skip never have any."""

    def look(options: dict[str, Option], *path: str) -> Iterator[Problem]:
        weighed = [o.points is not None for o in options.values() if o.counts is None]
        for name, option in options.items():
            if option.counts is not None and option.points is not None:
                message = f'"{name}" counts as {option.counts}, so it has no points. delete them'
                yield Problem(d.mark(*path, name, "points"), "points", message)
            elif option.counts is None and option.points is None and any(weighed):
                message = f'"{name}" has no points, other answers beside it do'
                yield Problem(d.key_mark(*path, name), "points", message)
            elif (option.points or 0) > MOST_POINTS:
                message = f"{option.points} points. expected at most {MOST_POINTS}"
                yield Problem(d.mark(*path, name, "points"), "points", message)
            if option.opens is not None and option.opens not in q.cards:
                message = f'card "{option.opens}" is not defined. {nearest(option.opens, q.cards)}'
                yield Problem(d.mark(*path, name, "opens"), "unknown-name", message)

    for key, scale in q.scales.items():
        yield from look(scale, "scales", key)
    for section, key, question in q.questions():
        yield from look(question.options, "sections", section, "questions", key, "options")


def scored_questions_are_scored(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """In a section with a dimension every answer has points; `alarm` names one of them."""
    for section, key, question in q.questions():
        path = ("sections", section, "questions", key)
        options = _substantive(q, question)
        scored = bool(options) and all(o.points is not None for o in options.values())
        if q.dimension_of(section, question) is not None and options and not scored:
            message = (
                f'"{key}" stands in a section with a dimension, but its answers have no points'
            )
            yield Problem(d.key_mark(*path), "points", message)
        if question.alarm is not None and options and question.alarm not in options:
            message = (
                f'"{question.alarm}" is no answer of "{key}". {nearest(question.alarm, options)}'
            )
            yield Problem(d.mark(*path, "alarm"), "unknown-name", message)
        if scored and q.dimension_of(section, question) is not None and not question.because:
            message = f'"{key}" is scored, but no line says so in the result. add “because:”'
            yield Problem(d.key_mark(*path), "missing-key", message)
        if (
            any(o.counts == "unknown" for o in q.options(question).values())
            and not question.find_out
        ):
            message = f'"{key}" can be unknown, but nothing says how to find out. add “find_out:”'
            yield Problem(d.key_mark(*path), "missing-key", message)


def questions_are_short(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """A question has at most 25 words and asks one thing: no slash, no bracketed aside."""
    for section, key, question in q.questions():
        where = d.mark("sections", section, "questions", key, "ask")
        words = len(re.findall(r"\w+(?:['’-]\w+)*", question.ask))
        if words > MOST_ASK_WORDS:
            message = f"the question has {words} words. expected at most {MOST_ASK_WORDS}"
            yield Problem(where, "ask-length", message)
        if "/" in question.ask:
            message = 'the question has a "/". ask one thing, or write “or”'
            yield Problem(where, "ask-one-thing", message)


def questionnaire_is_bounded(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """There is no more of anything than scorers, share links and explanations are made for.

    What the reader may set for a question counts as answers, too.
    """
    for key, most in MOST.items():
        there = len(getattr(q, key))
        if there > most:
            yield Problem(d.key_mark(key), "size", f"{there} {key}. expected at most {most}")
    count = sum(1 for _ in q.questions())
    if count > MOST_QUESTIONS:
        message = f"{count} questions. expected at most {MOST_QUESTIONS}"
        yield Problem(d.key_mark("sections"), "size", message)
    answers = sum(len(q.options(question)) for _, _, question in q.questions())
    if q.reader_sets is not None:
        low, high = q.reader_sets.weight
        answers += (high - low + 5) * count
    if answers > MOST_ANSWERS:
        message = f"{answers} answers in all. expected at most {MOST_ANSWERS}"
        yield Problem(d.key_mark("sections"), "size", message)


def dimensions_are_used(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """A dimension has questions, and one unknown answer does not silence it."""
    used = [q.dimension_of(section, question) for section, _, question in q.questions()]
    # One that is not defined is named where it stands; it was likely meant to be this.
    meant = {close(name, q.dimensions) for name in used if name and name not in q.dimensions}
    for key, dimension in q.dimensions.items():
        count = used.count(key)
        if not count and key in meant:
            continue
        if not count:
            message = f"no section has “dimension: {key}”, so it measures nothing"
            yield Problem(d.key_mark("dimensions", key), "dimension-empty", message)
        elif count > 1 and (count - 1) < dimension.needs * count:
            message = (
                f"with {count} questions a single “I don't know” leaves less than "
                f"{dimension.needs}. expected a share one unknown answer does not miss"
            )
            yield Problem(d.mark("dimensions", key, "needs"), "needs", message)


def bands_rise(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """Names for the total start at 0 and rise, so that no number is without a name."""
    if q.overall is None:
        return
    bands = list(q.overall.bands.items())
    if not bands or bands[0][1].from_ != 0:
        yield Problem(d.key_mark("overall", "bands"), "bands", "the first band must have “from: 0”")
    for (_, low), (key, high) in pairwise(bands):
        if high.from_ <= low.from_ or high.from_ > 100:
            message = f'"{key}" starts at {high.from_}. expected more than {low.from_}, at most 100'
            yield Problem(d.mark("overall", "bands", key, "from"), "bands", message)


def red_lines_have_cards(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """A card that a red line or a verdict names exists."""
    for kind, parts in (("red_lines", q.red_lines), ("verdicts", q.verdicts)):
        for key, part in parts.items():
            card = part.card
            if card is not None and card not in q.cards:
                message = f'card "{card}" is not defined. {nearest(card, q.cards)}'
                yield Problem(d.mark(kind, key, "card"), "unknown-name", message)


def steps_fit(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """A measure has one step for each answer of `step_by`, all of them known."""
    questions = {key: (section, question) for section, key, question in q.questions()}
    if bool(q.steps) != (q.step_by is not None):
        key = "steps" if q.steps else "step_by"
        message = "“steps” and “step_by” need each other: the ladder, and the question that picks"
        yield Problem(d.key_mark(key), "steps", message)
        return
    columns: list[str] = []
    if q.step_by is not None:
        if q.step_by not in questions:
            message = f'"{q.step_by}" is no question. {nearest(q.step_by, questions)}'
            yield Problem(d.mark("step_by"), "unknown-name", message)
            return
        section, question = questions[q.step_by]
        columns = list(q.options(question))
        if any(o.counts for o in q.options(question).values()) or q.sections[section].when:
            message = f'"{q.step_by}" picks the step, so it must always have an answer of its own'
            yield Problem(d.mark("step_by"), "steps", message)
    for key, measure in q.measures.items():
        where = d.mark("measures", key, "step")
        if len(measure.step) != len(columns):
            message = f"{len(measure.step)} steps. expected one for each of: {', '.join(columns)}"
            yield Problem(where, "steps", message)
        for index, step in enumerate(measure.step):
            if step not in q.steps:
                message = f'step "{step}" is not defined. {nearest(step, q.steps)}'
                yield Problem(d.mark("measures", key, "step", index), "unknown-name", message)
        for step in measure.do_at:
            if step not in measure.step:
                message = f'"{step}" is no step of this measure. {nearest(step, measure.step)}'
                yield Problem(d.key_mark("measures", key, "do_at", step), "unknown-name", message)
        for option in measure.also:
            if option not in columns:
                message = f'"{option}" is no answer of "{q.step_by}". {nearest(option, columns)}'
                yield Problem(d.key_mark("measures", key, "also", option), "unknown-name", message)


def verdicts_are_complete(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """Verdicts end with `else`, each has its rule, its texts, and says which words it leads to."""
    last = list(q.verdicts)[-1] if q.verdicts else None
    if last is None or not q.verdicts[last].else_:
        message = "the last verdict must have “else: true”, so that there is always one"
        yield Problem(d.key_mark("verdicts"), "missing-else", message)
    for key, verdict in q.verdicts.items():
        where = d.key_mark("verdicts", key)
        if verdict.else_ and key != last:
            message = (
                f'"{key}" always holds, so nothing after it can be reached. move it to the end'
            )
            yield Problem(where, "else-not-last", message)
        if verdict.else_ == (verdict.when is not None):
            yield Problem(where, "missing-key", f'"{key}" needs either “when:” or “else: true”')
        if verdict.is_ is not None:
            named = q.verdicts.get(verdict.is_)
            if named is None or named.is_ is not None:
                others = [k for k, v in q.verdicts.items() if v.is_ is None]
                message = (
                    f'"{verdict.is_}" is no verdict with texts. {nearest(verdict.is_, others)}'
                )
                yield Problem(d.mark("verdicts", key, "is"), "unknown-name", message)
            continue
        for name, value in (("title", verdict.title), ("text", verdict.text)):
            if not value:
                yield Problem(where, "missing-key", f'"{name}" is missing. every verdict has one')
        if verdict.words is None:
            message = '"words" is missing. expected a list like [w9], or none if none are meant'
            yield Problem(where, "missing-key", message)
    for key, verdict in q.verdicts.items():
        for index, measure in enumerate(verdict.measures or ()):
            if measure not in q.measures:
                message = f'measure "{measure}" is not defined. {nearest(measure, q.measures)}'
                yield Problem(d.mark("verdicts", key, "measures", index), "unknown-name", message)


def reader_sets_weigh_something(q: Questionnaire, d: Document) -> Iterator[Problem]:
    """What the reader sets needs a weighted dimension, and defaults inside the range."""
    weighted = [key for key, dimension in q.dimensions.items() if dimension.weighted]
    if q.reader_sets is None:
        return
    if len(weighted) != 1:
        message = "the reader sets weights, so exactly one dimension needs “weighted: true”"
        yield Problem(d.key_mark("reader_sets"), "reader-sets", message)
    low, high = q.reader_sets.weight
    for section, key, question in q.questions():
        if q.dimension_of(section, question) in weighted and not low <= question.weight <= high:
            where = d.mark("sections", section, "questions", key, "weight")
            message = f"weight {question.weight}. expected one from {low} to {high}"
            yield Problem(where, "reader-sets", message)


STRUCTURE: tuple[Check, ...] = (
    sections_have_questions,
    names_are_unique,
    questions_have_options,
    options_are_weighed,
    scored_questions_are_scored,
    questions_are_short,
    questionnaire_is_bounded,
    dimensions_are_used,
    bands_rise,
    red_lines_have_cards,
    steps_fit,
    verdicts_are_complete,
    reader_sets_weigh_something,
)

CompiledCheck = Callable[[Questionnaire, Document, Rules], Iterator[Problem]]


def sections_look_back(q: Questionnaire, d: Document, rules: Rules) -> Iterator[Problem]:
    """A section is asked because of earlier answers, never of its own or later ones."""
    order = list(q.sections)
    section_of = {question: order.index(section) for section, question, _ in q.questions()}
    for number, section in enumerate(order):
        path = ("sections", section, "when")
        for name in sorted(_items_in(rules.get(path))):
            if section_of[name] >= number:
                message = f'"{name}" is asked here or later. a section may depend on earlier ones'
                yield Problem(d.mark(*path), "rule-order", message)
        if _operators(rules.get(path)) & {"score", "raised", "step", "knocked"}:
            message = "a section depends on answers, not on scores, which it would change itself"
            yield Problem(d.mark(*path), "rule-order", message)


def answers_in_rules_are_explained(
    q: Questionnaire, d: Document, rules: Rules
) -> Iterator[Problem]:
    """An answer that a rule names can be quoted: its question has a `because`."""
    used = set()
    for path, rule in rules.items():
        if path[0] in ("red_lines", "measures", "verdicts"):
            used |= _items_in(rule)
    for section, key, question in q.questions():
        if key in used and not question.because:
            message = f'a rule rests on "{key}", but no line says so in the result. add “because:”'
            yield Problem(d.key_mark("sections", section, "questions", key), "missing-key", message)


COMPILED: tuple[CompiledCheck, ...] = (sections_look_back, answers_in_rules_are_explained)


def _items_in(expr: Any) -> set[str]:
    if isinstance(expr, list):
        return {name for part in expr for name in _items_in(part)}
    if not isinstance(expr, dict):
        return set()
    ((operator, args),) = expr.items()
    if operator in ("var", "points", "applies"):
        return {args.split(".")[0]}
    return _items_in(args)


def _operators(expr: Any) -> set[str]:
    if isinstance(expr, list):
        return {name for part in expr for name in _operators(part)}
    if not isinstance(expr, dict):
        return set()
    ((operator, args),) = expr.items()
    return {operator} | _operators(args)


def structure(q: Questionnaire, d: Document) -> list[Problem]:
    """Everything that `STRUCTURE` finds."""
    return [problem for check in STRUCTURE for problem in check(q, d)]


def compiled(q: Questionnaire, d: Document, rules: Rules) -> list[Problem]:
    """Everything that `COMPILED` finds."""
    return [problem for check in COMPILED for problem in check(q, d, rules)]


# -- cases --------------------------------------------------------------------------------------

#: Cases of one questionnaire by name.
Cases = Mapping[str, tuple[Case, Document]]


def cases(program: Program, found: Cases) -> list[Problem]:
    """Every case names what there is, and its answers lead to what it expects."""
    problems: list[Problem] = []
    for name, (case, document) in found.items():
        unknown = list(_unknown_in_case(program, found, name))
        problems += unknown
        if not unknown and document.sound:
            problems += _differences(case, document, assess(program, _answers(found, name)))
    return problems


def _answers(found: Cases, name: str) -> dict[str, str]:
    """The answers of a case, on top of those it starts from."""
    case, _ = found[name]
    start = _answers(found, case.start) if case.start is not None else {}
    return {key: option for key, option in {**start, **case.answers}.items() if option}


def _unknown_in_case(program: Program, found: Cases, name: str) -> Iterator[Problem]:
    case, d = found[name]
    line = [name]
    while (start := found[line[-1]][0].start) is not None:
        if start not in found:
            message = f'there is no case "{start}" beside this one. {nearest(start, found)}'
            yield Problem(found[line[-1]][1].mark("start"), "unknown-name", message)
            return
        if start in line:
            message = f"this case starts from itself: {' → '.join([*line, start])}"
            yield Problem(d.mark("start"), "case-cycle", message)
            return
        line.append(start)
    known: dict[str, list[str]] = {}
    for question, option in tokens(program):
        known.setdefault(question, []).append(option)
    for question, option in case.answers.items():
        if question not in known:
            message = f'"{question}" is no question. {nearest(question, known)}'
            yield Problem(d.key_mark("answers", question), "unknown-name", message)
        elif option and option not in known[question]:
            message = f'"{option}" is no answer of "{question}". {nearest(option, known[question])}'
            yield Problem(d.mark("answers", question), "unknown-name", message)
    dimensions = [dimension["id"] for dimension in program["dimensions"]]
    for dimension in case.expect.scores:
        if dimension not in dimensions:
            message = f'"{dimension}" is no dimension. {nearest(dimension, dimensions)}'
            yield Problem(d.key_mark("expect", "scores", dimension), "unknown-name", message)


def _differences(case: Case, d: Document, result: Result) -> Iterator[Problem]:
    expect = case.expect
    sure = [measure for measure in result["measures"] if measure["is"] == "yes"]
    found: dict[str, object] = {
        "state": result["state"],
        "verdict": result["verdict"],
        "rule": result["rule"],
        "possible": tuple(result["possible"]),
        "red_lines": tuple(line["id"] for line in result["red_lines"] if line["is"] == "yes"),
        "raised": tuple(part["id"] for part in result["dimensions"] if part["raised"] == "yes"),
        "measures": {m["id"]: m["step"] or "none" for m in sure if m["let"]},
        "waits": tuple(m["id"] for m in sure if not m["let"]),
        "cautions": tuple(result["cautions"]),
        "notes": tuple(result["notes"]),
    }
    for key, value in found.items():
        wanted = getattr(expect, key)
        same = (
            sorted(wanted or ()) == sorted(value) if isinstance(value, tuple) else wanted == value
        )
        # Without a verdict there is none to name.
        if not same and (wanted is not None or (key == "verdict" and value is not None)):
            message = f"{key}: found {_said(value)}. expected {_said(wanted)}"
            yield Problem(d.mark("expect", key), "case", message)
    scores = {part["id"]: (part["low"], part["high"]) for part in result["dimensions"]}
    for dimension, wanted in expect.scores.items():
        if scores[dimension] != wanted:
            message = f"found {_range(scores[dimension])}. expected {_range(wanted)}"
            yield Problem(d.mark("expect", "scores", dimension), "case", message)


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {step}" for key, step in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return "none" if value is None else f'"{value}"'


def _range(score: tuple[int, int]) -> str:
    low, high = score
    return str(low) if low == high else f"{low}..{high}"
