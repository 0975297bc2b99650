"""The wording check: rules of one language compiled to patterns, and texts judged by them.

`compile_rules` makes what the browser module `runtime/wording.mjs` reads; `check` does the same as
that module, so that every letter is judged when the site is built. Both run over the same
sentences in the tests. Places are counted in characters; a finding that speaks of the whole text
starts and ends at 0.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .model import NEEDS, Document, Wording
from .problems import Mark, Problem, nearest

#: Every language has these rules, in this order and of this kind.
KINDS = {
    "decision": "need",
    "reason": "need",
    "date": "need",
    "help": "need",
    "label": "avoid",
    "motive": "avoid",
    "absolute": "avoid",
    "threat": "avoid",
    "apology": "avoid",
    "vague": "avoid",
    "softener": "avoid",
    "length": "length",
    "sentence": "sentence",
    "blank": "blank",
}

#: The rules as JSON for the page, and with Python's own classes of characters.
Rules = dict[str, Any]

_SIGN = re.compile(r"\s*…\s*|\s+|<\w+>|[()|*]|.", re.DOTALL)
#: A letter or digit, in the two dialects.
_JS, _PY = r"[\p{L}\p{N}]", r"[^\W_]"
_WORD = r"[^\s.!?;\[\]]+"
#: A space, or the end of a line; never of a paragraph.
_SPACE = r"(?:[^\S\n]+\n?[^\S\n]*|\n[^\S\n]*)"
_GAP = rf"(?:{_SPACE}{_WORD}){{0,4}}?{_SPACE}"


@dataclass(frozen=True)
class Finding:
    """A place in a text, the rule it breaks, why that matters, and a better form."""

    rule: str
    start: int
    end: int
    message: str
    better: str


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says why."""


# -- phrases ------------------------------------------------------------------------------------


def pattern(phrases: Iterable[str], date: str, letter: str = _PY) -> str:
    """One regular expression for all of `phrases`, at the borders of words."""
    found = "|".join(_phrase(phrase, date, letter) for phrase in phrases)
    return f"(?<!{letter})(?:{found})(?!{letter})" if found else ""


def _phrase(phrase: str, date: str, letter: str) -> str:
    tokens = _SIGN.findall(phrase)
    body, rest = _alternatives(tokens, date, letter, inside=False)
    assert not rest
    return body


def _alternatives(
    tokens: list[str], date: str, letter: str, *, inside: bool
) -> tuple[str, list[str]]:
    """What stands up to the closing bracket, and the tokens after it."""
    done: list[str] = []
    here = ""
    while tokens:
        sign, tokens = tokens[0], tokens[1:]
        if sign == ")":
            if not inside:
                raise PhraseError("a bracket closes that never opened")
            return "|".join([*done, here]), tokens
        if sign == "|":
            if not inside:
                raise PhraseError("“|” stands outside of brackets")
            done.append(here)
            here = ""
        elif sign == "(":
            group, tokens = _alternatives(tokens, date, letter, inside=True)
            parts = _split(group)
            if "" not in parts:
                here += f"(?:{group})"
                continue
            group = "|".join(part for part in parts if part)
            # What may be absent takes the space beside it along.
            if (not here or here.endswith(_SPACE)) and tokens and tokens[0].isspace():
                here += f"(?:(?:{group}){_SPACE})?"
                tokens = tokens[1:]
            elif here.endswith(_SPACE) and not tokens:
                here = here.removesuffix(_SPACE) + f"(?:{_SPACE}(?:{group}))?"
            else:
                here += f"(?:{group})?"
        else:
            here += _literal(sign, date, letter)
    if inside:
        raise PhraseError("a bracket opens that never closes")
    return here, []


def _split(group: str) -> list[str]:
    """The alternatives of a finished group, brackets inside it respected."""
    parts, depth, escaped = [""], 0, False
    for char in group:
        if char == "|" and depth == 0 and not escaped:
            parts.append("")
            continue
        if not escaped:
            depth += (char == "(") - (char == ")")
        escaped = char == "\\" and not escaped
        parts[-1] += char
    return parts


def _literal(sign: str, date: str, letter: str) -> str:
    match sign:
        case "*":
            return f"{letter}*"
        case "<date>":
            return date
        case "<number>":
            return r"\d[\d.,]*"
        case "<word>":
            return _WORD
        case "'" | "’":
            return "['’]"
        case "е":
            return "[её]"
        case _:
            pass
    if "…" in sign:
        return _GAP
    if sign.isspace():
        return _SPACE
    if len(sign) > 1:
        raise PhraseError(f"“{sign}” is no sign. expected <date>, <number> or <word>")
    return re.sub(r"([.^$+?{}\[\]\\/])", r"\\\1", sign)


def _dates(months: Iterable[str], letter: str) -> str:
    """Every way to write a whole date, with or without its year."""
    names = "|".join(_phrase(month, "", letter) for month in months)
    return (
        r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?:{names})(?:,?\s+\d{{4}})?"
        rf"|(?:{names})\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)"
    )


# -- rules --------------------------------------------------------------------------------------


def compile_rules(wording: Wording, *, browser: bool = True) -> Rules:
    """The rules with patterns in place of phrases: for the browser, or for `check`."""
    letter = _JS if browser else _PY
    date = _dates(wording.months, letter)

    def made(phrases: Iterable[str]) -> str:
        return pattern(phrases, date, letter)

    rules = []
    for key, rule in wording.rules.items():
        entry: dict[str, Any] = {"id": key, "kind": rule.kind, "title": rule.title, "why": rule.why}
        optional = {
            "better": rule.better,
            "most": rule.most,
            "many": rule.many,
            "pattern": made(rule.phrases),
            "cases": [
                {"pattern": made(case.phrases), "better": case.better}
                for case in rule.cases.values()
            ],
            "except": made(rule.except_),
            "unless": made(rule.unless),
            "field": rule.unless_field,
        }
        rules.append(entry | {name: value for name, value in optional.items() if value})
    return {
        "rules": rules,
        "channels": {
            channel: {
                "words": limits.words or 0,
                "sentence": limits.sentence or 0,
                "needs": list(limits.needs),
            }
            for channel, limits in wording.channels.items()
        },
        "capital": made(wording.capital),
    }


def problems(wording: Wording, document: Document) -> Iterator[Problem]:
    """Rules are complete, in their order, and every phrase can be read."""
    if tuple(wording.rules) != tuple(KINDS):
        missing = [key for key in KINDS if key not in wording.rules]
        extra = [key for key in wording.rules if key not in KINDS]
        for key in extra:
            message = f'"{key}" is no rule of the check. {nearest(key, KINDS)}'
            yield Problem(document.key_mark("rules", key), "unknown-name", message)
        what = f"missing: {', '.join(missing)}" if missing else f"expected {', '.join(KINDS)}"
        if missing or not extra:
            message = f"every language has the same rules in the same order. {what}"
            yield Problem(document.key_mark("rules"), "wording", message)
    if len(wording.months) != 12:
        message = f"{len(wording.months)} months. expected twelve"
        yield Problem(document.key_mark("months"), "wording", message)
    for key, rule in wording.rules.items():
        if key in KINDS and rule.kind != KINDS[key]:
            message = f'"{key}" is of the kind "{KINDS[key]}"'
            yield Problem(document.mark("rules", key, "kind"), "wording", message)
        if rule.kind == "need" and not rule.phrases:
            message = f'"{key}" needs “phrases:”, one of which must stand in a text'
            yield Problem(document.key_mark("rules", key), "missing-key", message)
        if rule.kind == "avoid" and not rule.cases:
            message = f'"{key}" needs “cases:”, the phrases that may not stand in a text'
            yield Problem(document.key_mark("rules", key), "missing-key", message)
        if rule.kind == "need" and (rule.most is None) != (not rule.many):
            message = "“most” and “many” need each other: how many are fine, and what is wrong then"
            yield Problem(document.key_mark("rules", key), "missing-key", message)
    for mark, phrase in _phrases(wording, document):
        try:
            re.compile(pattern([phrase], "0"))
        except (PhraseError, re.error) as error:
            yield Problem(mark, "phrase", f"{error}")


def _phrases(wording: Wording, d: Document) -> Iterator[tuple[Mark, str]]:
    for index, phrase in enumerate(wording.capital):
        yield d.mark("capital", index), phrase
    for index, phrase in enumerate(wording.months):
        yield d.mark("months", index), phrase
    for key, rule in wording.rules.items():
        for name, phrases in (
            ("phrases", rule.phrases),
            ("except", rule.except_),
            ("unless", rule.unless),
        ):
            for index, phrase in enumerate(phrases):
                yield d.mark("rules", key, name, index), phrase
        for case, group in rule.cases.items():
            for index, phrase in enumerate(group.phrases):
                yield d.mark("rules", key, "cases", case, "phrases", index), phrase


# -- the check ----------------------------------------------------------------------------------

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|\n")
_COUNTED = re.compile(r"[^\W_]")
_BRACKETS = re.compile(r"\[[^\[\]\n]{1,80}\]")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence starts and ends.

    A small letter goes on with the sentence, a digit does so after a full stop: “No. 14”.
    """
    found = []
    start = 0
    for match in _END.finditer(text):
        rest = text[match.end() :].lstrip()
        after = rest[:1]
        if after and after.lower() == after and after.upper() != after:
            continue
        if after.isdigit() and match[0] != "\n":
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    trimmed = []
    for low, high in found:
        body = text[low:high]
        if body.strip():
            first = low + len(body) - len(body.lstrip())
            trimmed.append((first, first + len(body.strip())))
    return trimmed


def _words_in(text: str) -> int:
    return sum(_COUNTED.search(part) is not None for part in text.split())


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def _spans(source: str | None, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _compiled(source).finditer(text)] if source else []


def check(
    text: str,
    rules: Rules,
    *,
    channel: str = "",
    fields: Mapping[str, str] | None = None,
    needs: Collection[str] = NEEDS,
    has: Collection[str] = (),
) -> list[Finding]:
    """What the rules find in `text`.

    Needs and the length are judged only where a `channel` is named; `has` names the needs that
    are met by how the text was put together.
    """
    limits = rules["channels"].get(channel, {"words": 0, "sentence": 0, "needs": []})
    filled = fields or {}
    parts = sentences(text)
    found: list[Finding] = []
    for rule in rules["rules"]:
        match rule["kind"]:
            case "need":
                asked = rule["id"] in limits["needs"] and rule["id"] in needs
                met = rule["id"] in has
                found += _need(text, rule, parts, missing=asked and not met)
            case "avoid":
                if not (filled.get(rule.get("field", "")) or "").strip():
                    found += _avoid(text, rule, parts)
            case "length":
                count = _words_in(text)
                if limits["words"] and count > limits["words"]:
                    found.append(_finding(rule, (0, 0), n=count, most=limits["words"]))
            case "sentence":
                most = limits["sentence"] or max(c["sentence"] for c in rules["channels"].values())
                for low, high in parts:
                    count = _words_in(text[low:high])
                    if most and count > most:
                        found.append(_finding(rule, (low, high), n=count, most=most))
            case _:
                found += [_finding(rule, match.span()) for match in _BRACKETS.finditer(text)]
    return sorted(found, key=lambda finding: finding.start)


def _finding(
    rule: dict[str, Any], span: tuple[int, int], better: str = "", why: str = "", **values: int
) -> Finding:
    message = why or str(rule["why"])
    for name, value in values.items():
        message = message.replace(f"{{{name}}}", str(value))
    return Finding(rule["id"], *span, message, better or rule.get("better", ""))


def _need(
    text: str, rule: dict[str, Any], parts: list[tuple[int, int]], *, missing: bool
) -> list[Finding]:
    spans = _spans(rule.get("pattern"), text)
    if not spans:
        return [_finding(rule, (0, 0))] if missing else []
    if not rule.get("most"):
        return []
    holding = [part for part in parts if any(part[0] <= low < part[1] for low, _ in spans)]
    return [_finding(rule, part, why=rule["many"]) for part in holding[rule["most"] :]]


def _avoid(text: str, rule: dict[str, Any], parts: list[tuple[int, int]]) -> list[Finding]:
    allowed = _spans(rule.get("except"), text)
    pardons = _spans(rule.get("unless"), text)
    found: list[Finding] = []
    for case in rule["cases"]:
        for low, high in _spans(case["pattern"], text):
            if any(a <= low and high <= b for a, b in allowed):
                continue
            part = next((p for p in parts if p[0] <= low < p[1]), (low, high))
            if any(part[0] <= a < part[1] for a, _ in pardons):
                continue
            found.append(_finding(rule, (low, high), case["better"]))
    found.sort(key=lambda finding: (finding.start, -finding.end))
    apart: list[Finding] = []
    for finding in found:
        if not apart or finding.start >= apart[-1].end:
            apart.append(finding)
    return apart[rule.get("most", 0) :]
