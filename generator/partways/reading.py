"""A file to the part it means, and every mistake in it.

No mistake ends the reading. What is wrong is put right the likeliest way: a key that is not known
is read as the one that its message proposes, in the place of a wrong value stands one that leads to
no further mistake. So the names, the rules and the texts of the rest are looked at in the same run.
A part that was mended so serves to find mistakes and for nothing else: `Document.sound` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, TypeVar

from . import model
from .model import Part, Path, Sign
from .problems import Mark, Problem, close, nearest
from .source import (
    MOST_PROBLEMS,
    Mapping,
    Node,
    Scalar,
    Sequence,
    changed,
    find,
    from_data,
    read,
    to_data,
)

P = TypeVar("P", bound=Part)

#: How often a file is mended; every time brings to light what was inside something wrong.
_MOST_TURNS = 12


@dataclass(frozen=True)
class Document:
    """A file that was read: its nodes, and the shared files that were put in."""

    path: str
    root: Node
    parts: dict[Path, Document] = field(default_factory=dict)
    #: Nothing was mended: the part says what its author wrote.
    sound: bool = True
    #: Where something stands in the place of a wrong value; no more can be said of it.
    #: Column 0 is all of a line.
    mended: frozenset[Mark] = frozenset()

    def mark(self, *path: str | int) -> Mark:
        """Where the value at `path` stands; the nearest thing above it if it is not written."""
        inner, rest = self._part(path)
        return inner.mark(*rest) if inner else find(self.root, path)[0].mark

    def key_mark(self, *path: str | int) -> Mark:
        """Where the key of the value at `path` stands."""
        inner, rest = self._part(path)
        if inner:
            return inner.key_mark(*rest)
        node, key = find(self.root, path)
        return key.mark if key else node.mark

    def scalar(self, *path: str | int) -> Scalar:
        """The text at `path`, as it was written."""
        inner, rest = self._part(path)
        if inner:
            return inner.scalar(*rest)
        node = find(self.root, path)[0]
        return node if isinstance(node, Scalar) else Scalar("", node.mark)

    def _part(self, path: Path) -> tuple[Document | None, Path]:
        """The shared file that holds `path`, and the path in it."""
        for prefix, part in self.parts.items():
            if path[: len(prefix)] == prefix and len(path) > len(prefix):
                return part, path[len(prefix) :]
        return None, path


def read_part(
    kind: type[P], path: str, data: bytes
) -> tuple[P | None, Document | None, list[Problem]]:
    """The `kind` written in `data`, the document it came from, and all that is wrong with both.

    `path` is how the author names the file. With problems, the part was mended; there is none
    where so much is missing that what is left would be misread.
    """
    return _read(kind, path, data)


def read_parts(
    kind: type[P], path: str, data: bytes
) -> tuple[dict[str, P] | None, Document | None, list[Problem]]:
    """Like `read_part` for a file that is a mapping of names to parts of one `kind`."""
    key = model.Slug if kind is Sign else model.Name
    return _read(dict[key, kind], path, data)  # type: ignore[valid-type]


def _read(kind: Any, path: str, data: bytes) -> tuple[Any, Document | None, list[Problem]]:
    root, problems = read(path, data)
    if root is None:
        return None, None, problems
    problems += _cut_texts(root)
    # A line that YAML could not read is a text now, whatever it was.
    lines = {Mark(path, p.mark.line, 0) for p in problems if p.rule == "yaml-syntax"}
    mender = _Mender(kind, root, lines)
    part = mender.part()
    problems += mender.problems
    mended = frozenset(mender.mended)
    return part, Document(path, mender.root, {}, not problems, mended), problems


def is_mended(mark: Mark, mended: AbstractSet[Mark]) -> bool:
    """Whether something else stands there than what was written, so that it is not to blame."""
    return mark in mended or Mark(mark.path, mark.line, 0) in mended


class _Unreadable(Exception):
    """Names are missing that the rest of the file may lean on."""


class _Mender:
    """Reads one file; `problems` are what was wrong, `root` is what it was read as."""

    def __init__(self, kind: Any, root: Node, mended: set[Mark]) -> None:
        self.kind = kind
        self.root = root
        self.mended = mended
        self.problems: list[Problem] = []

    def part(self) -> Any:
        """The part, or None if it cannot be mended."""
        readable = True
        for _ in range(_MOST_TURNS):
            part, findings = model.validated(self.kind, to_data(self.root))
            if not findings:
                return part if readable else None
            if len(findings) >= MOST_PROBLEMS:
                self.problems += [_problem(self.root, self.kind, found) for found in findings]
                return None  # more would help nobody
            # A key that is not known may be one that is missed: first those, and look again.
            unknown = [found for found in findings if found.type == "extra_forbidden"]
            keys = [found for found in findings if found.at_key]
            for found in unknown or [*(f for f in findings if not f.at_key), *keys]:
                if len(self.problems) >= MOST_PROBLEMS:
                    return None
                problem = _problem(self.root, self.kind, found)
                if problem not in self.problems and not is_mended(problem.mark, self.mended):
                    self.problems.append(problem)
                try:
                    self.mend(found)
                except _Unreadable:
                    readable = False
            if not readable and not unknown:
                return None
        return None

    def mend(self, found: model.Finding) -> None:
        """Put right what was found, the likeliest way."""
        above, name = found.path[:-1], found.path[-1] if found.path else ""
        if found.type == "extra_forbidden":
            known = model.keys_at(self.kind, above)
            new = close(str(name), known)
            self.root = changed(self.root, above, lambda node: _renamed(node, name, new))
        elif found.at_key:
            choices = found.choices
            new = (
                close(str(name), choices)
                if choices
                else model.name_instead(self.kind, above, str(name))
            )
            self.root = changed(self.root, above, lambda node: _renamed(node, name, new))
        elif found.type == "missing":
            instead = self.instead(found.path, None)
            over = find(self.root, above)[1]

            def put(node: Node) -> Node:
                assert isinstance(node, Mapping)
                key = Scalar(str(name), over.mark if over else node.mark)
                pair = (key, from_data(instead, key.mark))
                return Mapping((*node.pairs, pair), node.mark, node.flow)

            self.root = changed(self.root, above, put)
        else:
            node, key = find(self.root, found.path)
            instead = self.instead(found.path, node)
            self.mended.add(node.mark)
            if key and isinstance(instead, dict) and not isinstance(node, Sequence):
                self.mended.add(key.mark)
            self.root = changed(self.root, found.path, lambda _: from_data(instead, node.mark))

    def instead(self, path: Path, node: Node | None) -> Any:
        """What is read in the place of what is wrong or missing at `path`."""
        data = None if node is None else to_data(node)
        found = model.instead(self.kind, path, data)
        if found is None:
            raise _Unreadable
        return found


def _renamed(node: Node, name: str | int, new: str | None) -> Node:
    """A mapping with another name in the place of one; without it, if the other is taken."""
    assert isinstance(node, Mapping)
    there = {key.text for key, _ in node}
    pairs = []
    for key, value in node:
        if key.text != name:
            pairs.append((key, value))
        elif new is not None and new not in there:
            pairs.append((Scalar(new, key.mark), value))
    return Mapping(tuple(pairs), node.mark, node.flow)


def _problem(root: Node, kind: Any, found: model.Finding) -> Problem:
    """One finding, at its place and in the words of an author."""
    path = found.path
    name = str(path[-1]) if path else ""
    node, key = find(root, path)
    at_key = key.mark if key else node.mark
    match found.type:
        case "missing":
            above, key = find(root, path[:-1])
            where = key.mark if key else above.mark
            message = f'"{name}" is missing. every {_what(path[:-1])} has one'
            return Problem(where, "missing-key", message)
        case "extra_forbidden":
            parent, _ = find(root, path[:-1])
            pair = parent.get(name) if isinstance(parent, Mapping) and parent.flow else None
            if pair and isinstance(pair[1], Scalar) and pair[1].plain and not pair[1].text:
                message = (
                    f'"{name}" was cut off a text: inside {{ }} a comma ends it. '
                    "put the text in quotes, or write it on lines of its own"
                )
                return Problem(at_key, "text-cut", message)
            known = model.keys_at(kind, path[:-1])
            return Problem(at_key, "unknown-key", f'unknown key "{name}". {nearest(name, known)}')
        case "literal_error":
            message = f'"{found.input}". expected {found.expected}'
            return Problem(at_key if found.at_key else node.mark, "choice", message)
        case "model_type" | "model_attributes_type" | "dict_type":
            what = _kind(found.input)
            message = f"{what} stands here. expected “key: value” lines below it, indented"
            return Problem(node.mark, "shape", message)
        case "tuple_type" | "list_type":
            message = f"{_kind(found.input)} stands here. expected a list: lines beginning with -"
            return Problem(node.mark, "shape", message)
        case "string_pattern_mismatch" | "string_type":
            message = f'"{found.input}". expected a language code like en'
            return Problem(node.mark, "language", message)
        case rule:
            return Problem(at_key if found.at_key else node.mark, rule, found.message)


def _kind(value: object) -> str:
    if isinstance(value, str):
        return f'the text "{value[:40]}"' if value else "nothing"
    return "a list" if isinstance(value, list | tuple) else "a mapping"


_SINGULAR = {
    "questions": "question", "options": "option", "verdicts": "verdict", "measures": "measure",
    "sections": "section", "dimensions": "dimension", "red_lines": "red line", "cards": "card",
    "notes": "note", "cautions": "caution", "steps": "step", "bands": "band", "scales": "scale",
}  # fmt: skip


def _what(path: Path) -> str:
    if len(path) >= 2 and path[-2] in _SINGULAR:
        return _SINGULAR[str(path[-2])]
    if len(path) >= 3 and path[-3] == "scales":
        return "option"
    return f'"{path[-1]}"' if path else "file of this kind"


def _cut_texts(root: Node) -> list[Problem]:
    """Texts that end at a ` #`: YAML drops the rest of the line in silence."""
    message = (
        'the text ends at " #", the rest of the line is a comment. '
        "put the text in quotes, or the comment on a line of its own"
    )
    return [
        Problem(value.mark, "text-cut", message)
        for value in _values(root)
        if value.cut and " " in value.text
    ]


def _values(node: Node) -> Iterator[Scalar]:
    """The values of every mapping in `node` that are texts."""
    match node:
        case Mapping(pairs=pairs):
            for _, value in pairs:
                if isinstance(value, Scalar):
                    yield value
                else:
                    yield from _values(value)
        case Sequence(items=items):
            for item in items:
                yield from _values(item)
        case Scalar():
            return
