"""The block `/// assessment | name` of a Markdown page; the only door of Python-Markdown.

The extension is told the language and the project's folder by its options and by nothing else: it
knows neither the file it stands in nor the folder the build was started from. Because it cannot
name a place, mistakes are found by `scan` instead, which reads the text of a page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from markdown import Markdown
from markdown.util import AtomicString
from pymdownx.blocks import BlocksExtension, BlocksProcessor
from pymdownx.blocks.block import Block

from partways import pages, project
from partways.problems import Mark, Problem, nearest

NAME = "assessment"

# The blocks of pymdown-extensions; a page may use them beside ours.
_FOREIGN = frozenset(
    {
        *("admonition", "attention", "caution", "danger", "error", "hint", "important", "note"),
        *("caption", "figure-caption", "table-caption"),
        *("definition", "details", "html", "success", "tab", "tip", "warning"),
    }
)

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_SLASHES = re.compile(r" {0,3}(?P<slashes>/{3,}) *(?P<header>.*?) *$")
_HEADER = re.compile(r"(?P<name>[\w-]+) *(?:\| *(?P<argument>.*))?$")


class Mistake(NamedTuple):
    """A slip in the text of a page: where, counted from 1, and what is wrong."""

    line: int
    column: int
    message: str


def scan(text: str, names: Iterable[str]) -> list[Mistake]:
    """Every block in `text` that would come out as plain text or swallow what follows.

    `names` are the questionnaires there are. Python-Markdown is silent about all of these.
    """
    known = sorted(names)
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
    # A questionnaire that does not compile is there all the same.
    broken = {Path(problem.mark.path).stem for problem in found.problems}
    for path in sorted(path for folder in folders for path in folder.rglob("*.md")):
        name = path.relative_to(found.root).as_posix()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            yield Problem(Mark(name, line), "encoding", "the file is not UTF-8 here")
        except OSError as error:
            yield Problem(Mark(name), "file", f"cannot be read: {error.strerror}")
        else:
            for slip in scan(text, {*broken, *found.questionnaires}):
                yield Problem(Mark(name, slip.line, slip.column), "block", slip.message)


def _slip(header: str, known: list[str]) -> tuple[int, str] | None:
    """What is wrong with what follows the strokes of a block's first line, and how far in."""
    match = _HEADER.match(header)
    example = f'"/// {NAME} | {known[0] if known else "warning-signs"}"'
    if not match:
        return 0, f"this is not the first line of a block: write it like {example}"
    name = match["name"].lower()
    if name in _FOREIGN:
        return None
    if name != NAME:
        return 0, f'there is no block called "{name}": {nearest(name, [NAME, *sorted(_FOREIGN)])}'
    argument = match["argument"]
    if not argument:
        return len(header), f"which questionnaire? write it like {example}"
    if argument not in known:
        place = match.start("argument")
        return place, f'there is no questionnaire called "{argument}": {nearest(argument, known)}'
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


class Assessment(Block):  # type: ignore[misc]
    """`/// assessment | name`: the questionnaire called `name`."""

    NAME = NAME
    ARGUMENT = True

    def on_create(self, parent: ElementTree.Element) -> ElementTree.Element:
        """A `div` that holds the place of the finished HTML.

        As the text of a `div`, and not of a paragraph, the stashed HTML is neither wrapped nor
        parsed again.
        """
        element = ElementTree.SubElement(parent, "div", {"class": "pw-block"})
        content = render(self.config["root"], self.argument, self.config["language"])
        element.text = AtomicString(self.md.htmlStash.store(content))
        return element

    def on_markdown(self) -> str:
        """What stands inside the block is kept below it: text is never lost."""
        return "block"


class PartwaysExtension(BlocksExtension):  # type: ignore[misc]
    """The extension: its options are `language` and `root`, the absolute folder of the project."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "language": ["en", "The language of the page"],
            "root": ["", "The folder of the project, absolute"],
        }
        super().__init__(**options)

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: BlocksProcessor) -> None:  # noqa: N802
        """Register the block; the name is that of pymdown-extensions."""
        del md
        if NAME not in block_mgr.blocks:  # the plugin may have named the extension a second time
            block_mgr.register(Assessment, self.getConfigs())


def makeExtension(**options: Any) -> PartwaysExtension:  # noqa: N802
    """What Python-Markdown looks for by this name."""
    return PartwaysExtension(**options)
