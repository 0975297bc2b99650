"""The blocks of a page, `/// assessment | name` and others; the only door of Python-Markdown.

The extension is told the language and the project's folder by its options and by nothing else: it
knows neither the file it stands in nor the folder the build was started from. Because it cannot
name a place, mistakes are found by `scan` instead, which reads the text of a page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from markdown import Markdown
from markdown.util import AtomicString
from pymdownx.blocks import BlocksExtension, BlocksProcessor
from pymdownx.blocks.block import Block

from partways import guidance, pages, project
from partways.problems import Mark, Problem, nearest

NAME = "assessment"

#: Blocks of the words: with the name of one of them, and of all together.
_ONE = ("word", "sign", "document")
_ALL = ("words", "signs", "documents", "practice", "check", "claims")

# The blocks of pymdown-extensions; a page may use them beside ours.
_FOREIGN = frozenset(
    {
        *("admonition", "attention", "caution", "danger", "error", "hint", "important", "note"),
        *("caption", "figure-caption", "table-caption"),
        *("definition", "details", "html", "success", "tab", "tip", "warning"),
    }
)

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_SLASHES = re.compile(r" {0,3}(?P<slashes>/{3,}) *(?P<header>(?:.*[^ ])?) *$")
_HEADER = re.compile(r"(?P<name>[\w-]+) *(?:\| *(?P<argument>.*))?$")


class Mistake(NamedTuple):
    """A slip in the text of a page: where, counted from 1, and what is wrong."""

    line: int
    column: int
    message: str


def scan(
    text: str, names: Iterable[str], words: Mapping[str, Iterable[str]] | None = None
) -> list[Mistake]:
    """Every block in `text` that would come out as plain text or swallow what follows.

    `names` are the questionnaires there are, `words` the names of words, signs and documents by
    the name of their block. Python-Markdown is silent about all of these.
    """
    known = {NAME: sorted(names), **{key: list(ids) for key, ids in (words or {}).items()}}
    found: list[Mistake] = []
    unclosed: list[tuple[int, Mistake]] = []
    for number, line in _outside_fences(text):
        match = _SLASHES.match(line)
        if not match:
            continue
        slashes = match["slashes"]
        if match["header"]:
            closing = f'this block is never closed: end it with a line "{slashes}"'
            unclosed.append((len(slashes), Mistake(number, match.start("slashes") + 1, closing)))
            slip = _slip(match["header"], known)
            if slip:
                found.append(Mistake(number, match.start("header") + 1 + slip[0], slip[1]))
        elif len(slashes) in (length for length, _ in unclosed):
            while unclosed.pop()[0] != len(slashes):
                pass
        else:
            message = f'"{slashes}" closes no block: none is open with as many strokes'
            found.append(Mistake(number, match.start("slashes") + 1, message))
    return sorted(found + [mistake for _, mistake in unclosed])


def problems(found: project.Project, folders: Iterable[Path]) -> Iterator[Problem]:
    """What is wrong with the blocks in the pages below `folders`."""
    for path in sorted(path for folder in folders for path in folder.rglob("*.md")):
        name = path.relative_to(found.root).as_posix()
        if project.is_device(path):
            yield Problem(Mark(name), "file", project.NO_FILE)
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            yield Problem(Mark(name, line), "encoding", "the file is not UTF-8 here")
        except OSError as error:
            yield Problem(Mark(name), "file", f"cannot be read: {error.strerror}")
        else:
            for slip in scan(text, found.there[NAME], {name: found.there[name] for name in _ONE}):
                yield Problem(Mark(name, slip.line, slip.column), "block", slip.message)


def _slip(header: str, known: Mapping[str, list[str]]) -> tuple[int, str] | None:
    """What is wrong with what follows the strokes of a block's first line, and how far in."""
    match = _HEADER.match(header)
    if not match:
        example = f'"/// {NAME} | {next(iter(known[NAME]), "warning-signs")}"'
        return 0, f"this is not the first line of a block: write it like {example}"
    name = match["name"].lower()
    if name in _FOREIGN or name in _ALL:
        return None
    if name not in (NAME, *_ONE):
        names = [NAME, *_ONE, *_ALL, *sorted(_FOREIGN)]
        return 0, f'there is no block called "{name}": {nearest(name, names)}'
    argument = match["argument"]
    names = known.get(name, [])
    what = "questionnaire" if name == NAME else name
    if not argument:
        example = f'"/// {name} | {next(iter(names), "warning-signs")}"'
        return len(header), f"which {what}? write it like {example}"
    if argument not in names:
        place = match.start("argument")
        return place, f'there is no {what} called "{argument}": {nearest(argument, names)}'
    return None


def _outside_fences(text: str) -> Iterator[tuple[int, str]]:
    """The lines of `text` that stand in no fenced code, with their numbers."""
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _FENCE.match(line)
        if not match:
            if not fence:
                yield number, line
        elif not fence:
            fence = match[1]
        elif match[1].startswith(fence) and not match[2].strip():
            fence = ""


def render(root: str, name: str, language: str) -> str:
    """The HTML of a questionnaire, or of what is wrong with it.

    A build stops at a problem before it comes here; who is writing, and looks at a page after every
    change, reads the problem in its place.
    """
    if not root:
        raise ValueError(f"{__name__}: the option `root`, the folder of the project, is not set")
    found = project.load(Path(root))
    if name in found.questionnaires:
        return pages.assessment(found, name, language)
    about = [problem for problem in found.problems if Path(problem.mark.path).stem == name]
    known = nearest(name, found.questionnaires)
    lines = [str(problem) for problem in about] or [
        f'there is no questionnaire called "{name}": {known}'
    ]
    items = "".join(f"<li><code>{html.escape(line)}</code></li>" for line in lines)
    return f'<ul class="pw-broken" role="alert">{items}</ul>'


def guide(root: str, name: str, argument: str, language: str) -> str:
    """The HTML of a block of the words; nothing where there are none of that name."""
    found = project.load(Path(root))
    made = guidance.Guide(found, language)
    if name in _ALL:
        return str(getattr(made, name)())
    bank = found.banks.get(language)
    if bank is None or argument not in {**bank.words, **bank.signs, **bank.worksheets}:
        return ""
    return str(getattr(made, name)(argument))


class _Finished(Block):  # type: ignore[misc]
    """A block that comes as finished HTML."""

    def content(self) -> str:
        """The HTML."""
        raise NotImplementedError

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        """A `div` that holds the place of the finished HTML.

        As the text of a `div`, and not of a paragraph, the stashed HTML is neither wrapped nor
        parsed again.
        """
        element = ElementTree.SubElement(parent, "div", {"class": "pw-block"})
        element.text = AtomicString(self.md.htmlStash.store(self.content()))
        return element

    def on_markdown(self) -> str:
        """What stands inside the block is kept below it: text is never lost."""
        return "block"


class Assessment(_Finished):
    """`/// assessment | name`: the questionnaire called `name`."""

    NAME = NAME
    ARGUMENT = True

    def content(self) -> str:
        """The form, the result and the table."""
        return render(self.config["root"], self.argument, self.config["language"])


class _Words(_Finished):
    """A block of the words."""

    def content(self) -> str:
        """What `guidance` makes of it."""
        argument = self.argument or ""
        return guide(self.config["root"], self.NAME, argument, self.config["language"])


_BLOCKS: tuple[type[_Finished], ...] = (
    Assessment,
    *(type(name.title(), (_Words,), {"NAME": name, "ARGUMENT": True}) for name in _ONE),
    *(type(name.title(), (_Words,), {"NAME": name, "ARGUMENT": False}) for name in _ALL),
)


class PartwaysExtension(BlocksExtension):  # type: ignore[misc]
    """The extension: its options are `language` and `root`, the absolute folder of the project."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "language": ["en", "The language of the page"],
            "root": ["", "The folder of the project, absolute"],
        }
        super().__init__(**options)

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: BlocksProcessor) -> None:  # noqa: N802
        """Register the blocks; the name is that of pymdown-extensions."""
        del md
        if NAME not in block_mgr.blocks:  # the plugin may have named the extension a second time
            for block in _BLOCKS:
                block_mgr.register(block, self.getConfigs())


def makeExtension(**options: Any) -> PartwaysExtension:  # noqa: N802
    """What Python-Markdown looks for by this name."""
    return PartwaysExtension(**options)
