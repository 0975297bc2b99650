"""The wording check: rules of one language compiled to patterns, and texts judged by them.

`compile_rules` makes what the browser module `runtime/wording.mjs` reads; `check` does the same as
that module, so that every letter is judged when the site is built. Both run over the same
sentences in the tests. Places are counted in characters; a finding that speaks of the whole text
starts and ends at 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from .model import NEEDS, Wording
from .problems import Mark, Problem, nearest
from .reading import Document

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

#: The rules as JSON, for the page and for `check`.
Rules = dict[str, Any]
#: Where something starts and ends.
Span = tuple[int, int]

_SIGN = re.compile(r"\s*…\s*|\s+|<\w+>|[()|*]|.", re.DOTALL)
#: A letter or digit, as ranges that Python and browsers read alike and build fast.
_LETTER = r"[0-9a-z\u00c0-\u1fff\u2c00-\ud7ff]"
_WORD = r"[^\s.!?;\[\]]+"
#: Borders of paragraphs are no spaces in what is searched, see `flat`.
_SPACE = r"\s+"
_GAP = rf"(?:{_SPACE}{_WORD}){{0,4}}?{_SPACE}"
#: An ending with its apostrophe stands close: “we 'll”.
_CLOSE = r"(?:\s+|(?=['’]))"
_ENDING = re.compile(r"(?:^|\(\?:|\|)\['’\]")


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


def pattern(phrases: Iterable[str], date: str) -> str:
    """One regular expression for all of `phrases`, at the borders of words."""
    found = "|".join(_phrase(phrase, date) for phrase in phrases)
    return f"(?<!{_LETTER})(?:{found})(?!{_LETTER})" if found else ""


def _phrase(phrase: str, date: str) -> str:
    (body,), _ = _alternatives(_SIGN.findall(phrase), date, inside=False)
    return body


def _alternatives(tokens: list[str], date: str, *, inside: bool) -> tuple[list[str], list[str]]:
    """What may stand up to the closing bracket, and the tokens after it."""
    done: list[str] = []
    row = _Row()
    while tokens:
        sign, tokens = tokens[0], tokens[1:]
        if sign == ")":
            if not inside:
                raise PhraseError("a bracket closes that never opened")
            return [*done, row.pattern()], tokens
        if sign == "|":
            if not inside:
                raise PhraseError("“|” stands outside of brackets")
            done.append(row.pattern())
            row = _Row()
        elif sign == "(":
            group, tokens = _alternatives(tokens, date, inside=True)
            row.add(f"(?:{'|'.join(filter(None, group))})", absent="" in group)
        elif "…" in sign or sign.isspace():
            row.part(_GAP if "…" in sign else _SPACE)
        else:
            row.add(_literal(sign, date))
    if inside:
        raise PhraseError("a bracket opens that never closes")
    return [row.pattern()], []


class _Row:
    """Words and what parts them."""

    def __init__(self) -> None:
        self.words = [""]
        #: Which words may be absent as a whole.
        self.absent = [False]
        self.parts: list[str] = []

    def add(self, piece: str, *, absent: bool = False) -> None:
        alone = not self.words[-1]
        if self.absent[-1]:
            self.words[-1] += "?"
        self.absent[-1] = absent and alone
        self.words[-1] += piece if alone or not absent else f"{piece}?"

    def part(self, between: str) -> None:
        self.words.append("")
        self.absent.append(False)
        self.parts.append(between)

    def pattern(self) -> str:
        """A word that may be absent takes what stands on one side of it along.

        Between two words that must stand one part stays: a gap if there is one.
        """
        words, parts = self.words, self.parts
        if any(_ENDING.search(word) for word in words):
            parts = [_CLOSE if part == _SPACE else part for part in parts]
        needed = [index for index, absent in enumerate(self.absent) if not absent]
        if not needed:
            raise PhraseError("all of it may be absent. expected a word that must stand")

        def before(start: int, end: int) -> str:
            return "".join(f"(?:{parts[i - 1]}{words[i]})?" for i in range(start, end))

        def after(start: int, end: int) -> str:
            return "".join(f"(?:{words[i]}{parts[i]})?" for i in range(start, end))

        found = after(0, needed[0]) + words[needed[0]]
        for low, high in pairwise(needed):
            stays = next((i for i in range(low, high) if parts[i] == _GAP), high - 1)
            found += before(low + 1, stays + 1) + parts[stays] + after(stays + 1, high)
            found += words[high]
        return found + before(needed[-1] + 1, len(words))


def _literal(sign: str, date: str) -> str:
    match sign:
        case "*":
            return f"{_LETTER}*"
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
    if len(sign) > 1:
        raise PhraseError(f"“{sign}” is no sign. expected <date>, <number> or <word>")
    return re.sub(r"([.^$+?{}\[\]\\/])", r"\\\1", sign)


def _dates(months: Iterable[str]) -> str:
    """Every way to write a whole date, with or without its year."""
    names = "|".join(_phrase(month, "") for month in months)
    return (
        r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?:{names})(?:,?\s+\d{{4}})?"
        rf"|(?:{names})\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)"
    )


# -- rules --------------------------------------------------------------------------------------


def compile_rules(wording: Wording) -> Rules:
    """The rules with patterns in place of phrases."""
    date = _dates(wording.months)

    def made(phrases: Iterable[str]) -> str:
        return pattern(phrases, date)

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
            "back": made(rule.back),
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
            _compiled(pattern([phrase], "0"))
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
            ("back", rule.back),
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
#: Three words or more in quotation marks are what someone said; a hit there is theirs.
_QUOTED = re.compile(r"[\"“„«](?:[^\s\"“”„«»]+[^\S\n]+){2,}[^\s\"“”„«»]+[\"“”»]")


def sentences(text: str) -> list[Span]:
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


_BORDER = re.compile(r"\n\s*\n")


def flat(text: str) -> str:
    """The text as phrases are searched in it: a hit never goes from one paragraph to the next."""
    return _BORDER.sub(lambda match: ";" * len(match[0]), text)


def _words_in(text: str) -> int:
    return sum(_COUNTED.search(part) is not None for part in text.split())


class _Searched(NamedTuple):
    """A text, and where its sentences and quotations stand."""

    text: str
    sentences: list[Span]
    quoted: list[Span]


@cache
def _compiled(source: str) -> re.Pattern[str]:
    # Python takes seconds to fold the case of such ranges, and has a class of its own.
    return re.compile(source.replace(_LETTER, r"[^\W_]"), re.IGNORECASE)


def _spans(source: str | None, text: str) -> list[Span]:
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
    searched = _Searched(flat(text), parts, [match.span() for match in _QUOTED.finditer(text)])
    found: list[Finding] = []
    for rule in rules["rules"]:
        match rule["kind"]:
            case "need":
                asked = rule["id"] in limits["needs"] and rule["id"] in needs
                met = rule["id"] in has
                found += _need(searched, rule, missing=asked and not met)
            case "avoid":
                if not (filled.get(rule.get("field", "")) or "").strip():
                    found += _avoid(searched, rule)
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
    rule: dict[str, Any], span: Span, better: str = "", why: str = "", **values: int
) -> Finding:
    message = why or str(rule["why"])
    for name, value in values.items():
        message = message.replace(f"{{{name}}}", str(value))
    return Finding(rule["id"], *span, message, better or rule.get("better", ""))


def _counted(searched: _Searched, rule: dict[str, Any]) -> Callable[[Span], bool]:
    """Whether a hit counts: it is no exception, not quoted, and nothing near it pardons it."""
    allowed = _spans(rule.get("except"), searched.text)
    pardons = _spans(rule.get("unless"), searched.text)
    back = _spans(rule.get("back"), searched.text)
    parts = searched.sentences

    def counts(span: Span) -> bool:
        if any(low <= span[0] and span[1] <= high for low, high in allowed):
            return False
        if any(low < span[1] <= high for low, high in searched.quoted):
            return False
        at = next((i for i, (low, high) in enumerate(parts) if low <= span[0] < high), -1)
        first, last = parts[at] if at >= 0 else span
        if at > 0 and any(first <= low < last for low, _ in back):
            first = parts[at - 1][0]
        return not any(first <= low < last for low, _ in pardons)

    return counts


def _need(searched: _Searched, rule: dict[str, Any], *, missing: bool) -> list[Finding]:
    spans = _spans(rule.get("pattern"), searched.text)
    if not spans:
        return [_finding(rule, (0, 0))] if missing else []
    if not rule.get("most"):
        return []
    starts = [span[0] for span in filter(_counted(searched, rule), spans)]
    holding = [p for p in searched.sentences if any(p[0] <= start < p[1] for start in starts)]
    return [_finding(rule, part, why=rule["many"]) for part in holding[rule["most"] :]]


def _avoid(searched: _Searched, rule: dict[str, Any]) -> list[Finding]:
    counts = _counted(searched, rule)
    found = [
        _finding(rule, span, case["better"])
        for case in rule["cases"]
        for span in filter(counts, _spans(case["pattern"], searched.text))
    ]
    found.sort(key=lambda finding: (finding.start, -finding.end))
    apart: list[Finding] = []
    for finding in found:
        if not apart or finding.start >= apart[-1].end:
            apart.append(finding)
    return apart[rule.get("most", 0) :]
