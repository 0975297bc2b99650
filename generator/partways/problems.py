"""What is wrong with an author's files, as values: a place, a rule and a sentence.

Nothing is printed or raised here; `cli.py` and `plugin.py` decide how problems are told.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file: path as the author knows it, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def right(self, columns: int) -> Mark:
        """The place so many characters further on the same line."""
        return Mark(self.path, self.line, self.column + columns)


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: where, the id of the rule it breaks, and what is wrong and was expected."""

    mark: Mark
    rule: str
    message: str

    def __str__(self) -> str:
        return printable(f"{self.mark}: {self.message} [{self.rule}]")


def printable(text: str) -> str:
    """`text` on one line, with control characters spelled out.

    Messages quote the author's file and its name: a control character in them must not drive a
    terminal, and a line of its own could be read as a command by the log of a build service.
    """
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def close(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` is likely meant to be, if one is like it."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"? ` or the list of what is known, to end a message about a wrong name."""
    names = list(known)
    meant = close(word, names)
    if meant is not None:
        return f'did you mean "{meant}"?'
    if not names:
        return "nothing is defined there"
    shown = ", ".join(f'"{name}"' for name in names[:12])
    return f"expected one of {shown}" + (", …" if len(names) > 12 else "")
