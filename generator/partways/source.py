"""YAML text to nodes that know their place. The only door of `yaml`.

Every scalar stays the text its author wrote: `no`, `1.10`, `012` and `12:30` mean nothing else
here (the model decides what is a number). Duplicate keys, tags, anchors, aliases, merge keys,
several documents, foreign encodings and over-long files are problems with a place.
A line that YAML cannot read is told, and read as one text if that helps; if it does not, it ends
the reading of its own file only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from .problems import Mark, Problem

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: the same events, six times slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

#: Largest file that is read, in bytes, deepest nesting, and what is told of one file at a time.
MOST_BYTES = 256 * 1024
MOST_DEPTH = 24
MOST_PROBLEMS = 100
#: Lines of one file that are read as one text because YAML cannot read them.
MOST_SYNTAX = 10

#: Characters that no author types on purpose: controls, bidirectional overrides, zero width, and
#: ends of lines that editors do not count and YAML does.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
#: A key or the sign of a list, and the text behind it.
_VALUE = re.compile(r"(\s*(?:-\s+)*[\w-]+:\s+|\s*(?:-\s+)+)(\S.*)")


@dataclass(frozen=True)
class Scalar:
    """A text. `plain` = written without quotes; `cut` = a comment follows on its line."""

    text: str
    mark: Mark
    plain: bool = True
    cut: bool = False
    #: Column of the first character of the text; None when the text spans lines, so that places
    #: inside it cannot be named.
    inner: Mark | None = None


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True)
class Mapping:
    """Keys and values in the order of the file. `flow` = written in braces."""

    pairs: tuple[tuple[Scalar, Node], ...]
    mark: Mark
    flow: bool = False

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.pairs)

    def get(self, key: str) -> tuple[Scalar, Node] | None:
        return next((pair for pair in self.pairs if pair[0].text == key), None)


Node = Scalar | Sequence | Mapping


@dataclass
class _Open:
    """A list or mapping whose end has not been read yet."""

    mark: Mark
    mapping: bool
    flow: bool
    children: list[Node] = field(default_factory=list)


def read(path: str, data: bytes) -> tuple[Node | None, list[Problem]]:
    """The one document in `data`, and what is wrong with it as YAML.

    `path` is how the author names the file. No node comes back when the text cannot be read.
    """
    text, problems = _decode(path, data)
    if text is None:
        return None, problems
    return _Reader(path, text, problems).read()


def _decode(path: str, data: bytes) -> tuple[str | None, list[Problem]]:
    start = Mark(path)
    if len(data) > MOST_BYTES:
        size = f"the file has {len(data)} bytes. expected at most {MOST_BYTES}"
        return None, [Problem(start, "file-size", size)]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [Problem(start, "encoding", "the file is UTF-16. expected UTF-8")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = "the file is not UTF-8 here. save it as UTF-8"
        return None, [Problem(Mark(path, line), "encoding", message)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = invisible(path, text)
    return _INVISIBLE.sub("_", text), problems


def invisible(path: str, text: str) -> list[Problem]:
    """The characters in `text` that nobody can see, or that turn the text around them.

    No more of them are told than of anything else in one file.
    """
    problems = []
    for number, line_text in enumerate(text.split("\n"), 1):
        for match in _INVISIBLE.finditer(line_text):
            name = unicodedata.name(match[0], f"U+{ord(match[0]):04X}")
            mark = Mark(path, number, match.start() + 1)
            message = f"invisible character {name}. expected text one can see; delete it"
            problems.append(Problem(mark, "text-invisible", message))
            if len(problems) >= MOST_PROBLEMS:
                return problems
    return problems


class _Reader:
    """Builds nodes from the parser's events with a stack of its own, so depth is bounded."""

    def __init__(self, path: str, text: str, problems: list[Problem]) -> None:
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.first = problems
        self.problems = list(problems)

    def problem(self, mark: Mark, rule: str, message: str) -> None:
        self.problems.append(Problem(mark, rule, message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Enough

    def mark(self, where: Any) -> Mark:
        return Mark(self.path, where.line + 1, where.column + 1)

    def read(self) -> tuple[Node | None, list[Problem]]:
        root: Node | None = None
        told: list[Problem] = []
        try:
            while True:
                try:
                    root = self._build(yaml.parse(self.text, Loader=_Loader))
                    break
                except yaml.MarkedYAMLError as error:
                    # What never ends is best named where it begins.
                    endless = "end of stream" in str(error) or "expected ','" in str(error)
                    where = (error.context_mark if endless else None) or error.problem_mark
                    mark = self.mark(where) if where else Mark(self.path)
                    before = told[-1].mark.line if told else -1
                    if mark.line == before:
                        return None, self.problems + told
                    explained = self._explain(error, mark)
                    is_mended = self._mend(mark.line)
                    # The line after one that was mended may only go on with it.
                    if is_mended or mark.line > before + 1 or not told:
                        told.append(Problem(mark, "yaml-syntax", explained))
                    if not is_mended or len(told) > MOST_SYNTAX:
                        return None, self.problems + told
                    self.problems = list(self.first)
            self.problems += told
        except yaml.YAMLError as error:
            self.problem(Mark(self.path), "yaml-syntax", f"not YAML: {error}")
            return None, self.problems
        except _TooDeep as error:
            self.problem(error.mark, "yaml-depth", f"nested deeper than {MOST_DEPTH} levels")
            return None, self.problems
        except _Enough:
            return None, self.problems
        if root is None and not self.problems:
            self.problem(Mark(self.path), "empty-file", "the file is empty")
        return root, self.problems

    def _explain(self, error: yaml.MarkedYAMLError, mark: Mark) -> str:
        line = self.lines[mark.line - 1] if mark.line <= len(self.lines) else ""
        what = " ".join(part for part in (error.context, error.problem) if part)
        if "\t" in line[: len(line) - len(line.lstrip())] or "\\t" in what:
            hint = ". indent with spaces, not with tabs"
        elif "end of stream" in what:
            hint = ". a quotation mark opens here and never closes"
        elif "did not find expected ','" in what:
            hint = ". a bracket opens here and never closes, or a comma is missing"
        elif re.search(r":\s.*:\s", line) or "mapping values are not allowed" in what:
            hint = '. a text with ": " in it must stand in quotes'
        elif re.match(r"\s*[^\s:]+:\s*[\[{*&!|>%@`]", line):
            hint = ". a text that begins with a sign like { [ * & ! @ must stand in quotes"
        else:
            hint = ". expected “key: value” lines, indented by two spaces a level"
        return f"this line cannot be read as YAML: {what}{hint}"

    def _mend(self, number: int) -> bool:
        """Read what stands on a line as one text in quotes; whether there is any."""
        match = _VALUE.fullmatch(self.lines[number - 1]) if number <= len(self.lines) else None
        if match is None:
            return False
        self.lines[number - 1] = match[1] + "'" + match[2].replace("'", "''") + "'"
        self.text = "\n".join(self.lines)
        return True

    def _build(self, events: Iterator[Event]) -> Node | None:
        root: Node | None = None
        documents = 0
        stack: list[_Open] = []
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    where = self.mark(event.start_mark)
                    self.problem(where, "yaml-documents", "a second document (---). expected one")
                    return None  # what is missing in the first may stand in the second
                continue
            node: Node
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._plain(event)
                mapping = isinstance(event, MappingStartEvent)
                mark = self.mark(event.start_mark)
                if len(stack) >= MOST_DEPTH:
                    raise _TooDeep(mark)
                stack.append(_Open(mark, mapping, bool(event.flow_style)))
                continue
            if isinstance(event, ScalarEvent):
                self._plain(event)
                node = self._scalar(event)
            elif isinstance(event, AliasEvent):
                message = f'"*{event.anchor}" repeats another place. write it out, or use a scale'
                self.problem(self.mark(event.start_mark), "yaml-alias", message)
                # A text of some kind, so that nobody complains of an empty one as well.
                node = Scalar(event.anchor or "*", self.mark(event.start_mark))
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                node = self._close(stack.pop())
            else:
                continue
            if stack:
                stack[-1].children.append(node)
            else:
                root = node
        return root

    def _plain(self, event: Any) -> None:
        mark = self.mark(event.start_mark)
        if event.anchor is not None:
            message = f'"&{event.anchor}" names a place. anchors are not used here; delete it'
            self.problem(mark, "yaml-alias", message)
        if event.tag is not None:
            self.problem(mark, "yaml-tag", f'tag "{event.tag}". tags are not used here; delete it')

    def _scalar(self, event: Any) -> Scalar:
        mark = self.mark(event.start_mark)
        if event.style == '"':  # "\u202e" is seen in the file, and not on the page
            for found in invisible(self.path, event.value):
                self.problem(mark, found.rule, found.message)
        plain = not event.style
        one_line = event.start_mark.line == event.end_mark.line
        inner = None
        if one_line and (plain or event.style in "'\""):
            inner = mark if plain else mark.right(1)
        # What is not there ("?" alone) may stand on a line after the last.
        line = "".join(self.lines[event.end_mark.line : event.end_mark.line + 1])
        rest = line[event.end_mark.column :] if one_line else ""
        cut = plain and rest.lstrip().startswith("#")
        return Scalar(event.value, mark, plain, cut, inner)

    def _close(self, opened: _Open) -> Node:
        if not opened.mapping:
            return Sequence(tuple(opened.children), opened.mark)
        pairs: list[tuple[Scalar, Node]] = []
        seen: dict[str, Mark] = {}
        for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problem(key.mark, "yaml-key", "a key is a list or a mapping. expected a word")
            elif key.text in seen:
                message = f'"{key.text}" stands twice. first defined at {seen[key.text]}'
                self.problem(key.mark, "yaml-duplicate-key", message)
            elif key.text == "<<" and key.plain:
                message = '"<<" merges another place. write the keys out'
                self.problem(key.mark, "yaml-alias", message)
            else:
                seen[key.text] = key.mark
                pairs.append((key, value))
        return Mapping(tuple(pairs), opened.mark, opened.flow)


class _Enough(Exception):
    """So much is wrong that more would help nobody."""


class _TooDeep(Exception):
    def __init__(self, mark: Mark) -> None:
        self.mark = mark


def to_data(node: Node) -> Any:
    """The same tree as dicts, lists and texts: what the model validates."""
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [to_data(item) for item in items]
        case Mapping(pairs=pairs):
            return {key.text: to_data(value) for key, value in pairs}


def from_data(data: Any, mark: Mark) -> Node:
    """Dicts, lists and texts as nodes that all stand at one place."""
    match data:
        case dict():
            pairs = ((Scalar(key, mark), from_data(value, mark)) for key, value in data.items())
            return Mapping(tuple(pairs), mark)
        case list():
            return Sequence(tuple(from_data(item, mark) for item in data), mark)
        case _:
            return Scalar(data, mark)


def changed(node: Node, path: tuple[str | int, ...], change: Callable[[Node], Node]) -> Node:
    """The tree with the node at `path`, which is there, handed to `change`."""
    if not path:
        return change(node)
    step, rest = path[0], path[1:]
    match node:
        case Mapping():
            pairs = (
                (key, changed(value, rest, change) if key.text == step else value)
                for key, value in node
            )
            return Mapping(tuple(pairs), node.mark, node.flow)
        case Sequence():
            items = (
                changed(item, rest, change) if place == step else item
                for place, item in enumerate(node.items)
            )
            return Sequence(tuple(items), node.mark)
        case Scalar():
            return node


def find(node: Node, path: tuple[str | int, ...]) -> tuple[Node, Scalar | None]:
    """The deepest node on `path` that exists, and the key it stands under."""
    key: Scalar | None = None
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            pair = node.get(step)
            if pair is None:
                break
            key, node = pair
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            key, node = None, node.items[step]
        else:
            break
    return node, key
