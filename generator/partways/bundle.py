"""The browser files: modules joined into one classic script, styles into one sheet.

The modules in `runtime/` run as they are in git. For the page they are joined in the order of their
imports into one function's scope: one request, and it works from a file on disk, where browsers
block modules. The name of a file carries the hash of its text, so a page never meets another
release's script. What was joined is squeezed by Terser once, when it changes, and lies beside the
modules: without it the page works the same, with a script twice the size.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from graphlib import TopologicalSorter
from importlib import resources

#: More dimensions or points than these get no totals without a script.
MOST_DIMENSIONS = 24
MOST_POINTS = 30

#: What acts when it is loaded: questionnaires, and the pages of words.
_START = "main.mjs"
_WORDS_START = "desk.mjs"
#: Made by `make script` from the joined modules, so that a build needs no Node.
_SQUEEZED = "squeezed.js"
_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./([\w-]+\.mjs)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const |class )", re.MULTILINE)
_NO_EXPORTS = re.compile(r"^export \{\};\n", re.MULTILINE)
_TOP_LEVEL = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE
)
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n", re.MULTILINE)
_CSS_COMMENT = re.compile(r"[ \t]*/\*(?:[^*]|\*(?!/))*\*/")
_LINE_COMMENT = re.compile(r"^[ \t]*//[^\n]*\n", re.MULTILINE)
_NESTED = re.compile(r"`[^`]*\$\{[^}`]*`[^`]*`[^`]*\}")
_BLANK = re.compile(r"\n{2,}")


class BundleError(Exception):
    """A module breaks a rule that joining rests on: a mistake in `runtime/`, not in a site."""


@cache
def script() -> tuple[str, str]:
    """Name and text of the script: squeezed where that is in step, else as it was joined."""
    text = joined()
    head, _, squeezed = _texts("runtime", ".js")[_SQUEEZED].partition("\n")
    if head == f"/* {hashlib.sha256(text.encode()).hexdigest()} */":
        text = squeezed
    return hashed("partways", "js", text), text


def joined() -> str:
    """The modules of a questionnaire as one script, as they were written."""
    return join(_texts("runtime", ".mjs"))


@cache
def words_script() -> tuple[str, str]:
    """Name and text of the script for the pages of words."""
    text = join(_texts("runtime", ".mjs"), _WORDS_START)
    return hashed("words", "js", text), text


@cache
def words_style() -> tuple[str, str]:
    """Name and text of the style sheet that pages of words load beside the common one."""
    package = resources.files("partways")
    text = _squeezed(_CSS_COMMENT.sub("", (package / "words.css").read_text(encoding="utf-8")))
    return hashed("words", "css", text), text


@cache
def style(extra: str = "") -> tuple[str, str]:
    """Name and text of the style sheet: tokens, ours, counters, and what the caller adds."""
    package = resources.files("partways")
    parts = [
        (package / "tokens.css").read_text(encoding="utf-8"),
        (package / "partways.css").read_text(encoding="utf-8"),
        counters(),
        extra,
    ]
    text = _squeezed(_CSS_COMMENT.sub("", "\n".join(parts)))
    return hashed("partways", "css", text), text


def join(modules: dict[str, str], start: str = _START) -> str:
    """Those of `modules` (texts by file name) that `start` needs, as one script.

    Raises BundleError where a module does what one common scope cannot hold.
    """
    needs = needed(modules, start)
    owners: dict[str, str] = {}
    for name in sorted(needs):
        for declared in _TOP_LEVEL.findall(modules[name]):
            if declared in owners:
                raise BundleError(f"{name}: “{declared}” is declared in {owners[declared]} too")
            owners[declared] = name
    for name in needs:
        for names, source in _IMPORT.findall(modules[name]):
            for wanted in names.split(", "):
                if owners.get(wanted) != source:
                    raise BundleError(f"{name}: {source} has no “{wanted}”")
    order = TopologicalSorter({start: needs.get(start, []), **needs}).static_order()
    body = "".join(_stripped(name, modules[name]) for name in order if name in modules)
    return _squeezed(f'(() => {{\n"use strict";\n{body}}})();\n')


def needed(modules: dict[str, str], start: str = _START) -> dict[str, list[str]]:
    """The modules that `start` needs, itself among them, and what each of them imports."""
    needs: dict[str, list[str]] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in needs and name in modules:
            needs[name] = [source for _, source in _IMPORT.findall(modules[name])]
            waiting += needs[name]
    return needs


def counters() -> str:
    """Style rules that add up points without a script, in generated content.

    A checked answer counts its points for its dimension and for the total. Counters cannot be
    divided, so these are points and never a score.
    """
    names = [f"pw-d{place}" for place in range(MOST_DIMENSIONS)]
    lines = [f".pw-form{{counter-reset:pw-total {' '.join(names)}}}"]
    lines += [f'[data-points="{n}"]{{--_pw-points:{n}}}' for n in range(1, MOST_POINTS + 1)]
    for name in names:
        # No element can count for two rules at once: the last one would win.
        both = f"{name} var(--_pw-points) pw-total var(--_pw-points)"
        lines += [
            f".{name} [data-points]:checked{{counter-increment:{both}}}",
            f".pw-sum--{name}::after{{content:counter({name})}}",
        ]
    lines.append(".pw-sum--total::after{content:counter(pw-total)}")
    # Not where a script runs: each answer would be given a style of its own for nothing.
    return "\n".join(["@media (scripting: none){", *lines, "}"]) + "\n"


def _texts(folder: str, ending: str) -> dict[str, str]:
    found = resources.files("partways") / folder
    files = sorted((f for f in found.iterdir() if f.name.endswith(ending)), key=lambda f: f.name)
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def _stripped(name: str, text: str) -> str:
    # Whole lines are only safely comments where no template text spans lines.
    for number, line in enumerate(text.splitlines(), 1):
        code = line.strip()
        if not code.startswith(("*", "/*", "//")) and (line.count("`") % 2 or _NESTED.search(line)):
            raise BundleError(f"{name}:{number}: a template text over several lines, or in another")
    text = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text))
    text = _EXPORT.sub("", _NO_EXPORTS.sub("", _IMPORT.sub("", text)))
    if left := re.search(r"^(?:import|export)\b.*", text, re.MULTILINE):
        raise BundleError(f"{name}: “{left[0]}” cannot be joined")
    return text


def _squeezed(text: str) -> str:
    return _BLANK.sub("\n", text)


def hashed(name: str, ending: str, text: str) -> str:
    """A file's name with the hash of its text: no page meets another release's."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:10]
    return f"{name}.{digest}.{ending}"
