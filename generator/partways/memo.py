"""What was worked out before, by the hash of all that it rests on: `.cache/partways` of a project.

Judging every letter by every rule takes longer than reading all of a project, and between two
builds nearly nothing changes. Nothing rests on the folder: without it the same is worked out again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from functools import cache
from pathlib import Path

#: Many times what a project needs; a larger file was not made here.
MOST_BYTES = 4 * 1024 * 1024


class Memo:
    """Texts by the hash of what they were made of; `save` keeps those that were asked for.

    There is one for each purpose `name`.
    """

    def __init__(self, root: Path, name: str) -> None:
        self._folder = root / ".cache" / "partways"
        self._file = self._folder / f"{name}.json"
        self._asked: dict[str, str] = {}
        self._kept = _read(self._file)

    def get(self, *parts: str) -> str | None:
        """What was kept for `parts`, all that it rests on beside this program."""
        key = _key(parts)
        if key in self._kept:
            self._asked[key] = self._kept[key]
        return self._asked.get(key)

    def keep(self, text: str, *parts: str) -> str:
        """Keep `text` for `parts`, and give it back."""
        self._asked[_key(parts)] = text
        return text

    def save(self) -> None:
        """Write what was asked for this time; a folder that may not be written stays as it is."""
        if self._asked == self._kept:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / ".gitignore").write_text("*\n", encoding="utf-8")
            new = self._file.with_suffix(".new")
            new.write_text(json.dumps(self._asked), encoding="utf-8")
            new.replace(self._file)


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        found: object = json.loads(data) if len(data) <= MOST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return {}
    if isinstance(found, dict) and all(isinstance(text, str) for text in found.values()):
        return found
    return {}


def _key(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join([_program(), *parts]).encode()).hexdigest()


@cache
def _program() -> str:
    """Everything that decides beside what an author wrote: our code, and Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
