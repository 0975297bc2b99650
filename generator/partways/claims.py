"""The points of the articles, and where each of them leads: nothing that was learned is lost.

Whatever has `sources` counts: questions, red lines, measures, verdicts, words, signs and sheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from .bank import Bank
from .model import Claims, Part, Questionnaire
from .problems import Problem
from .reading import Document

#: Kinds of points that must lead somewhere.
LEADING: tuple[Literal["sign", "measure", "exception", "step", "advice"], ...] = (
    "sign",
    "measure",
    "exception",
    "step",
    "advice",
)


class Lead(NamedTuple):
    """What a point leads to: `key` is a question or another part of the questionnaire `name`."""

    kind: Literal["question", "part", "word", "sign", "document", "page", "waits"]
    name: str
    key: str = ""


def leads(
    claims: Claims | None, questionnaires: Mapping[str, Questionnaire], bank: Bank
) -> dict[str, list[Lead]]:
    """All that each point leads to."""
    found: dict[str, list[Lead]] = {}

    def note(sources: tuple[str, ...], lead: Lead) -> None:
        for source in sources:
            found.setdefault(source, []).append(lead)

    for name, q in questionnaires.items():
        for _, key, question in q.questions():
            note(question.sources, Lead("question", name, key))
        groups: tuple[tuple[str, Mapping[str, Part]], ...] = (
            ("red_lines", q.red_lines),
            ("measures", q.measures),
            ("verdicts", q.verdicts),
            ("notes", q.notes),
        )
        for group, parts in groups:
            for key, part in parts.items():
                note(getattr(part, "sources", ()), Lead("part", name, f"{group}.{key}"))
    for key, sign in bank.signs.items():
        note(sign.sources, Lead("sign", key))
    for key, word in bank.words.items():
        note(word.sources, Lead("word", key))
    for key, sheet in bank.worksheets.items():
        note(sheet.sources, Lead("document", key))
    if claims is not None:
        for page, points in claims.pages.items():
            note(points, Lead("page", page))
        for what, points in claims.waits.items():
            note(points, Lead("waits", what))
    return found


def problems(
    claims: Claims, document: Document, found: Mapping[str, list[Lead]], pages: frozenset[str]
) -> Iterator[Problem]:
    """Every point is listed once, and leads somewhere if it must."""
    seen: dict[str, str] = {}
    for kind, points in claims.kinds.items():
        for index, point in enumerate(points):
            mark = document.mark("kinds", kind, index)
            if point in seen:
                message = f'"{point}" is a point of the kind "{seen[point]}" already'
                yield Problem(mark, "claim", message)
            seen[point] = kind
            if kind in LEADING and point not in found:
                message = f'nothing has "{point}" among its sources, and no page is named for it'
                yield Problem(mark, "claim", message)
    for name, places in (("pages", claims.pages), ("waits", claims.waits)):
        for key, points in places.items():
            for index, point in enumerate(points):
                if point not in seen:
                    mark = document.mark(name, key, index)
                    yield Problem(mark, "claim", f'"{point}" is no point that is listed above')
    for page in claims.pages:
        if page not in pages:
            mark = document.key_mark("pages", page)
            yield Problem(mark, "unknown-page", f'there is no page "{page}"')
    for point, led in found.items():
        if point[:1] == "S" and point not in seen and led[0].kind not in ("page", "waits"):
            message = f'"{point}" is named by {led[0].name}, but is no point that is listed here'
            yield Problem(document.key_mark("kinds"), "claim", message)
