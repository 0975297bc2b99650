"""The compiled program: one JSON of ids and whole numbers that both scorers read.

It holds no words, so it is the same in every language, and its `revision` (the first ten hex
digits of the SHA-256 of everything else in it) changes exactly when answers could be scored
otherwise. Format 1:

- `items`: `id`, `options` (ids), `points` (per option, null = none), `unknown` and `skip`
  (positions of options that count so), `in` (positions of its dimensions), `group` (position of
  its section), `ours` (1 = a fact only the reader controls), `w` (weight, knock-out, kept: where
  the reader may set them or the weight is not 1)
- `groups`: sections, `when` = asked only then
- `dimensions`: `items`, `needs` (numerator, denominator), `weighted`, `raised`; the last is `total`
- `steps`, `step_by` (position of the item), `red_lines`, `cautions`, `notes`
- `measures`: `step` = rank per option of `step_by`, counted from 1
- `verdicts`: `is` = which verdict; no `when` = else; `measures` = only these are let through
- `settings`: what the reader may set
- `salt`: keeps the tokens of share links apart
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .model import Path, Questionnaire
from .problems import Problem
from .reading import Document
from .rules import Compiler, Expr, scope_of

FORMAT = 1
#: A program, as JSON data.
Program = dict[str, Any]
#: Compiled rules by their path in the file; for `raised`, with each dimension.
Rules = dict[Path, Expr | None]

_HASH_BITS = 18
_MOST_SALT = 65536


def compile_rules(questionnaire: Questionnaire, document: Document) -> tuple[Rules, list[Problem]]:
    """Every rule of `questionnaire`, compiled, and what is wrong with them.

    A rule that is wrong is None; the others are still there to be looked at.
    """
    q = questionnaire
    compiler = Compiler(
        scope_of(q, {key: document.scalar("conditions", key) for key in q.conditions})
    )
    rules: Rules = {}

    def compile_rule(*path: str, before: str = "") -> None:
        rules[path] = compiler.rule(document.scalar(*path), before=before)

    for key, section in q.sections.items():
        if section.when is not None:
            compile_rule("sections", key, "when", before="sections")
    for key in q.red_lines:
        compile_rule("red_lines", key, "when", before="red_lines")
    for key in q.conditions:
        # Also those that nothing uses: every rule in the file must be right.
        compile_rule("conditions", key)
    if q.raised is not None:
        for dimension in q.dimensions:
            text = document.scalar("raised")
            rules["raised", dimension] = compiler.rule(text, dimension=dimension)
    for key in q.measures:
        compile_rule("measures", key, "when", before="measures")
    for key, verdict in q.verdicts.items():
        if verdict.when is not None:
            compile_rule("verdicts", key, "when")
    for key in q.cautions:
        compile_rule("cautions", key, "unless")
    for key in q.notes:
        compile_rule("notes", key, "when")
    return rules, compiler.problems


def build(name: str, questionnaire: Questionnaire, rules: Rules) -> Program:
    """The program of `questionnaire`, in which nothing is wrong, from its compiled `rules`.

    `name` is its file name without ending.
    """
    q = questionnaire
    sections = list(q.sections)
    groups = []
    for section_id, section in q.sections.items():
        group: Program = {"id": section_id}
        if section.when is not None:
            group["when"] = rules["sections", section_id, "when"]
        groups.append(group)
    dimensions = _dimensions(q, [question_id for _, question_id, _ in q.questions()])
    for dimension in dimensions[:-1]:
        if q.raised is not None:
            dimension["raised"] = rules["raised", dimension["id"]]
    steps = list(q.steps)
    measures = [
        {
            "id": key,
            "when": rules["measures", key, "when"],
            "step": [steps.index(step) + 1 for step in measure.step],
        }
        for key, measure in q.measures.items()
    ]
    verdicts = []
    for key, verdict in q.verdicts.items():
        entry: Program = {"id": key, "is": verdict.is_ or key}
        if verdict.when is not None:
            entry["when"] = rules["verdicts", key, "when"]
        let = verdict.measures
        if let is None and verdict.is_ in q.verdicts:
            let = q.verdicts[verdict.is_].measures
        if let is not None:
            entry["measures"] = [list(q.measures).index(measure) for measure in let]
        verdicts.append(entry)
    program: Program = {
        "format": FORMAT,
        "id": name,
        "salt": 0,
        "items": _items(q, sections, dimensions),
        "groups": groups,
        "dimensions": dimensions,
        "steps": steps,
        "red_lines": [{"id": key, "when": rules["red_lines", key, "when"]} for key in q.red_lines],
        "measures": measures,
        "verdicts": verdicts,
        "cautions": [{"id": key, "unless": rules["cautions", key, "unless"]} for key in q.cautions],
        "notes": [{"id": key, "when": rules["notes", key, "when"]} for key in q.notes],
    }
    if q.step_by is not None:
        program["step_by"] = next(
            i for i, (_, question_id, _) in enumerate(q.questions()) if question_id == q.step_by
        )
    if q.reader_sets is not None:
        sets = q.reader_sets
        program["settings"] = {"weight": list(sets.weight), "knock_out": int(sets.knock_out)}
        if sets.keep is not None:
            program["settings"]["keep"] = list(sets.keep)
    program["salt"] = _salt(program)
    program["revision"] = hashlib.sha256(to_json(program).encode()).hexdigest()[:10]
    return program


def to_json(program: Program) -> str:
    """The bytes that travel: sorted keys, no spaces; `<` escaped, so it may stand in a page."""
    text = json.dumps(program, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c")


def _dimensions(q: Questionnaire, order: list[str]) -> list[Program]:
    scored: dict[str, list[int]] = {key: [] for key in q.dimensions}
    for section_id, question_id, question in q.questions():
        options = q.options(question)
        points = [o.points for o in options.values() if o.counts is None]
        dimension = q.dimension_of(section_id, question)
        if dimension in scored and points and None not in points:
            scored[dimension].append(order.index(question_id))
    dimensions: list[Program] = [
        {
            "id": key,
            "items": scored[key],
            "needs": [d.needs.numerator, d.needs.denominator],
            "weighted": int(d.weighted),
        }
        for key, d in q.dimensions.items()
    ]
    total = sorted(index for items in scored.values() for index in items)
    weighted = int(any(d.weighted for d in q.dimensions.values()))
    dimensions.append({"id": "total", "items": total, "needs": [0, 1], "weighted": weighted})
    return dimensions


def _items(q: Questionnaire, sections: list[str], dimensions: list[Program]) -> list[Program]:
    items = []
    for index, (section_id, question_id, question) in enumerate(q.questions()):
        options = q.options(question)
        item: Program = {
            "id": question_id,
            "options": list(options),
            "points": [o.points for o in options.values()],
            "unknown": [i for i, o in enumerate(options.values()) if o.counts == "unknown"],
            "skip": [i for i, o in enumerate(options.values()) if o.counts == "skip"],
            "in": [d for d, dimension in enumerate(dimensions) if index in dimension["items"]],
            "group": sections.index(section_id),
        }
        if all(points is None for points in item["points"]):
            del item["points"]
        if question.ours:
            item["ours"] = 1
        dimension = q.dimensions.get(q.dimension_of(section_id, question) or "")
        if dimension is not None and dimension.weighted and item["in"]:
            item["w"] = [question.weight, int(question.knock_out), int(question.kept)]
        items.append(item)
    return items


# -- share links --------------------------------------------------------------------------------


def tokens(program: Program) -> list[tuple[str, str]]:
    """Every (question, option) that an answer sheet may hold, settings included."""
    found = [(item["id"], option) for item in program["items"] for option in item["options"]]
    settings: Mapping[str, Any] | None = program.get("settings")
    if settings is not None:
        low, high = settings["weight"]
        for item in program["items"]:
            if "w" in item:
                found += [(f"{item['id']}.weight", str(w)) for w in range(low, high + 1)]
                found += [
                    (f"{item['id']}.{s}", v) for s in ("knock_out", "kept") for v in ("no", "yes")
                ]
    return found


def token(salt: int, question: str, option: str) -> int:
    """The 18 bits that stand for one answer in a share link: FNV-1a, folded."""
    value = 0x811C9DC5
    for byte in f"{salt}:{question}.{option}".encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (value ^ value >> _HASH_BITS) & (1 << _HASH_BITS) - 1


def _salt(program: Program) -> int:
    """The least salt under which no two answers share a token."""
    pairs = tokens(program)
    for salt in range(_MOST_SALT):
        if _is_injective(salt, pairs):
            return salt
    # checks.py caps the number of answers below the point where this could happen.
    raise AssertionError("no salt keeps the answers apart")


def _is_injective(salt: int, pairs: list[tuple[str, str]]) -> bool:
    seen: set[int] = set()
    for pair in pairs:
        found = token(salt, *pair)
        if found in seen:
            return False
        seen.add(found)
    return True
