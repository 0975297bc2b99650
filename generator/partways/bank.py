"""The words of one language: letters put together from their parts, and what can be wrong.

`compose` does what `runtime/letters.mjs` does in the browser. The checks are like those of
questionnaires: one small function for each rule, which yields problems with their place.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from . import wording
from .catalog import Interface
from .memo import Memo
from .model import (
    CHANNELS,
    Blank,
    Exercise,
    Letter,
    Part,
    Path,
    Questionnaire,
    Sign,
    Word,
    Wording,
    Worksheet,
    has_texts,
)
from .problems import Mark, Problem, nearest
from .reading import Document

#: Channels whose texts have a subject line.
WITH_SUBJECT = ("email", "letter")
_FIELD = re.compile(r"\{([^{}\n]*)\}")
_FILLED = re.compile(r"\{(\w+)\}(\.?)")
_NONE = "_none"
_CHECK = "words/check.yml"


@dataclass(frozen=True)
class Bank:
    """Everything that is said in one language, and the documents it was read from."""

    fields: Mapping[str, Blank] = field(default_factory=dict)
    words: Mapping[str, Word] = field(default_factory=dict)
    signs: Mapping[str, Sign] = field(default_factory=dict)
    practice: Mapping[str, Exercise] = field(default_factory=dict)
    worksheets: Mapping[str, Worksheet] = field(default_factory=dict)
    wording: Wording | None = None
    #: By the path of each file inside the folder of questionnaires, the language left out.
    documents: Mapping[str, Document] = field(default_factory=dict)
    #: What those files held, as hashes, by the same paths.
    digests: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The rules of the wording check, ready to be used; none where there is no check."""
        return wording.compile_rules(self.wording) if self.wording else {}

    def known(self, part: Word | Worksheet) -> dict[str, Blank]:
        """The fields a text may use: the common ones, and its own instead of those."""
        return {**self.fields, **part.fields}

    def used(self, part: Word | Worksheet) -> dict[str, Blank]:
        """The fields a text does use, in the order in which they are met."""
        known = self.known(part)
        return {
            name: known[name]
            for _, text in templates(part)
            for name in fields_in(text)
            if name in known
        }


def sound(bank: Bank) -> Bank:
    """`bank` without the parts that had to be mended to look for more mistakes."""

    def right(file: str) -> bool:
        document = bank.documents.get(file)
        return document is None or document.sound

    return replace(
        bank,
        fields=bank.fields if right("words/fields.yml") else {},
        words={key: word for key, word in bank.words.items() if right(f"words/{key}.yml")},
        signs=bank.signs if right("signs.yml") else {},
        practice=bank.practice if right("practice.yml") else {},
        worksheets={
            k: sheet for k, sheet in bank.worksheets.items() if right(f"documents/{k}.yml")
        },
        wording=bank.wording if right(_CHECK) else None,
    )


class Said(NamedTuple):
    """A part of a letter, ready to be read."""

    name: str
    text: str


def channel_of(key: str) -> str:
    """`letter` of `letter_first`."""
    return key.partition("_")[0]


def step_of(key: str) -> str:
    """`first` of `letter_first`; empty for a channel with one text."""
    return key.partition("_")[2]


def fields_in(text: str) -> list[str]:
    """The fields that `text` uses."""
    return list(dict.fromkeys(_FIELD.findall(text)))


def templates(part: Word | Worksheet) -> Iterator[tuple[Path, str]]:
    """Every text that may hold fields, with its path."""
    if isinstance(part, Word):
        for key, tones in part.letters.items():
            for tone, letter in tones.items():
                if letter.subject:
                    yield ("letters", key, tone, "subject"), letter.subject
                for name, text in letter.parts.items():
                    yield ("letters", key, tone, "parts", name), text
        for name in type(part.reactions).model_fields:
            yield ("reactions", name, "you"), getattr(part.reactions, name).you
        return
    for key, section in part.sections.items():
        if section.text:
            yield ("sections", key, "text"), section.text
        for index, line in enumerate(section.lines):
            yield ("sections", key, "lines", index), line


def compose(letter: Letter, fields: Mapping[str, Blank], values: Mapping[str, str]) -> list[Said]:
    """The letter as it is sent: optional parts left out while blank, blanks as `[label]`."""

    def is_out(text: str) -> bool:
        return any(fields[n].optional and not values.get(n) for n in fields_in(text) if n in fields)

    said = []
    for name, text in letter.parts.items():
        partner = letter.parts.get(name.removesuffix(_NONE)) if name.endswith(_NONE) else None
        if is_out(text) or (partner is not None and not is_out(partner)):
            continue
        said.append(Said(name, fill(text, fields, values)))
    return said


def fill(text: str, fields: Mapping[str, Blank], values: Mapping[str, str]) -> str:
    """`text` with its fields filled. A value that ends in a full stop brings its own."""

    def put(match: re.Match[str]) -> str:
        name, stop = match[1], match[2]
        value = values.get(name) or f"[{fields[name].label if name in fields else name}]"
        return value if value.endswith(".") else value + stop

    return _FILLED.sub(put, text)


def shown(value: str, kind: str, interface: Interface) -> str:
    """A value as a letter says it: dates and sums in the form of the language."""
    if kind == "date":
        try:
            return interface.date(datetime.date.fromisoformat(value))
        except ValueError:
            return value
    if kind == "sum":
        return interface.sum(value)
    return value.strip()


def met(parts: list[Said]) -> set[str]:
    """The needs that a letter meets by having a part of that name."""
    return {said.name.removesuffix(_NONE) for said in parts}


# -- checks -------------------------------------------------------------------------------------


def problems(bank: Bank, memo: Memo) -> Iterator[Problem]:
    """What is wrong in one language by itself."""
    if bank.wording is not None:
        document = bank.documents[_CHECK]
        rests_on = ("the rules can be read", bank.digests[_CHECK])
        if memo.get(*rests_on) is None:
            found = list(wording.problems(bank.wording, document))
            yield from found
            if not found:
                memo.keep("", *rests_on)
    for key, word in bank.words.items():
        document = bank.documents[f"words/{key}.yml"]
        yield from _fields_are_defined(bank, word, document)
        yield from _letters_have_their_place(word, document)
        yield from _fallbacks_have_a_part(bank, word, document)
        yield from _word_is_whole(word, document)
    for key, sheet in bank.worksheets.items():
        document = bank.documents[f"documents/{key}.yml"]
        yield from _fields_are_defined(bank, sheet, document)
        yield from _tables_have_both(sheet, document)
    yield from _dates_are_dates(bank)
    yield from _names_lead_somewhere(bank)
    yield from _exercises_have_a_good_answer(bank)


def judged(bank: Bank, interface: Interface, memo: Memo) -> Iterator[Problem]:
    """Every letter, filled with the examples, passes the check of its own language."""
    if bank.wording is None:
        return
    for key in bank.words:
        files = (_CHECK, "words/fields.yml", f"words/{key}.yml")
        rests_on = ("its letters pass", *(bank.digests.get(file, "") for file in files))
        if memo.get(interface.language, *rests_on) is None:
            found = list(_judged(bank, key, interface))
            yield from found
            if not found:
                memo.keep("", interface.language, *rests_on)


def _judged(bank: Bank, key: str, interface: Interface) -> Iterator[Problem]:
    """The letters of one situation."""
    word = bank.words[key]
    document = bank.documents[f"words/{key}.yml"]
    known = bank.known(word)
    full = {n: shown(f.example, f.kind, interface) for n, f in known.items()}
    least = {n: value for n, value in full.items() if not known[n].optional}
    for form, tones in word.letters.items():
        for tone, letter in tones.items():
            seen = set()
            for values in (full, least):
                parts = compose(letter, known, values)
                for finding, name in judge(bank.rules, parts, channel_of(form), word, values):
                    path: Path = ("letters", form, tone, "parts")
                    mark = document.key_mark(*path, name) if name else document.key_mark(*path)
                    message = f"{finding.rule}: {finding.message}"
                    if (mark, message) not in seen:
                        seen.add((mark, message))
                        yield Problem(mark, "wording", message)


def judge(
    rules: wording.Rules,
    parts: list[Said],
    channel: str,
    word: Word,
    values: Mapping[str, str],
) -> Iterator[tuple[wording.Finding, str]]:
    """The findings in a letter, each with the part it stands in."""
    text = "\n\n".join(said.text for said in parts)
    found = wording.check(
        text, rules, channel=channel, fields=values, needs=word.needs, has=met(parts)
    )
    for finding in found:
        place, name = 0, ""
        for said in parts:
            if finding.end and place <= finding.start <= place + len(said.text):
                name = said.name
                break
            place += len(said.text) + 2
        quoted = text[finding.start : finding.end]
        message = f"“{quoted[:60]}”. {finding.message}" if quoted else finding.message
        yield replace(finding, message=message), name


def _fields_are_defined(bank: Bank, part: Word | Worksheet, d: Document) -> Iterator[Problem]:
    """A field that a text uses is defined, and one of its own is used."""
    known = bank.known(part)
    used = set()
    for path, text in templates(part):
        for name in fields_in(text):
            used.add(name)
            if name not in known:
                message = f"{{{name}}} is no field of this text. {nearest(name, known)}"
                yield Problem(d.mark(*path), "unknown-field", message)
        if re.search(r"[{}]", _FIELD.sub("", text)):
            yield Problem(d.mark(*path), "unknown-field", "a brace that belongs to no {field}")
    for name in part.fields:
        if name not in used:
            message = f'no text uses the field "{name}". use it, or delete it'
            yield Problem(d.key_mark("fields", name), "unused-field", message)


def _letters_have_their_place(word: Word, d: Document) -> Iterator[Problem]:
    """A letter stands in a known channel, under a step with a name, with a subject where due."""
    if not word.letters:
        yield Problem(d.key_mark("letters"), "letters", "there is no text. write one")
    steps = set()
    for key, tones in word.letters.items():
        channel, step = channel_of(key), step_of(key)
        where = d.key_mark("letters", key)
        if channel not in CHANNELS:
            message = f'"{channel}" is no channel. {nearest(channel, CHANNELS)}'
            yield Problem(where, "unknown-name", message)
        if step and step not in word.steps:
            message = f'"{step}" has no name under “steps”. {nearest(step, word.steps)}'
            yield Problem(where, "unknown-name", message)
        steps.add(step)
        for tone, letter in tones.items():
            here = d.key_mark("letters", key, tone)
            if bool(letter.subject) != (channel in WITH_SUBJECT):
                message = "e-mails and letters have a subject, other texts have none"
                yield Problem(here, "subject", message)
            if not letter.parts:
                yield Problem(here, "letters", "the text has no parts")
    for step in word.steps:
        if step not in steps:
            message = f'no text belongs to the step "{step}"'
            yield Problem(d.key_mark("steps", step), "unused-step", message)


def _fallbacks_have_a_part(bank: Bank, word: Word, d: Document) -> Iterator[Problem]:
    """`X_none` stands in for a part `X` that can be left out."""
    known = bank.known(word)
    for key, tones in word.letters.items():
        for tone, letter in tones.items():
            for name in letter.parts:
                if not name.endswith(_NONE):
                    continue
                partner = letter.parts.get(name.removesuffix(_NONE), "")
                if not any(known[n].optional for n in fields_in(partner) if n in known):
                    message = (
                        f'"{name}" stands in for "{name.removesuffix(_NONE)}", which is never '
                        "left out: no field of it is optional"
                    )
                    where = d.key_mark("letters", key, tone, "parts", name)
                    yield Problem(where, "fallback", message)


def _word_is_whole(word: Word, d: Document) -> Iterator[Problem]:
    """A guidance page says when, when not, what to have ready, why, and what never to write."""
    for name in ("use", "not", "ready", "why", "never", "sources"):
        if not getattr(word, {"not": "not_"}.get(name, name)):
            yield Problem(d.key_mark(name), "empty-list", f'"{name}" is empty')


def _tables_have_both(sheet: Worksheet, d: Document) -> Iterator[Problem]:
    """A table has rows and columns."""
    for key, section in sheet.sections.items():
        if bool(section.columns) != bool(section.rows):
            message = "a table has both “columns” and “rows”"
            yield Problem(d.key_mark("sections", key), "table", message)


def _dates_are_dates(bank: Bank) -> Iterator[Problem]:
    """The example of a date is written like 2027-03-12, so that each language says it its way."""
    places: list[tuple[str, tuple[str, ...], Mapping[str, Blank]]] = [
        ("words/fields.yml", (), bank.fields),
        *((f"words/{key}.yml", ("fields",), word.fields) for key, word in bank.words.items()),
    ]
    for name, path, fields in places:
        for key, blank in fields.items():
            if blank.kind == "date" and not _is_date(blank.example):
                mark = bank.documents[name].mark(*path, key, "example")
                yield Problem(mark, "date", f'"{blank.example}". expected a day like 2027-03-12')


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _names_lead_somewhere(bank: Bank) -> Iterator[Problem]:
    """Words that a sign, an exercise or a worksheet names are there."""
    places: list[tuple[Mark, str]] = []
    for key, sign in bank.signs.items():
        d = bank.documents["signs.yml"]
        places += [(d.mark(key, "words", i), word) for i, word in enumerate(sign.words)]
    for key, exercise in bank.practice.items():
        places.append((bank.documents["practice.yml"].mark(key, "word"), exercise.word))
    for key, sheet in bank.worksheets.items():
        d = bank.documents[f"documents/{key}.yml"]
        for section, content in sheet.sections.items():
            for row, cells in content.rows.items():
                path = ("sections", section, "rows", row, "words")
                places += [(d.mark(*path, i), word) for i, word in enumerate(cells.words)]
    for mark, word in places:
        if word not in bank.words:
            message = f'there are no words "{word}". {nearest(word, bank.words)}'
            yield Problem(mark, "unknown-word", message)


def _exercises_have_a_good_answer(bank: Bank) -> Iterator[Problem]:
    """An exercise has three answers, one of them good."""
    for key, exercise in bank.practice.items():
        d = bank.documents["practice.yml"]
        if tuple(exercise.answers) != ("a", "b", "c"):
            message = "expected the answers a, b and c"
            yield Problem(d.key_mark(key, "answers"), "answers", message)
        if all(answer.good != "yes" for answer in exercise.answers.values()):
            yield Problem(d.key_mark(key, "answers"), "answers", "none of the answers is good")


def led_to(banks: Mapping[str, Bank], asked: Mapping[str, Questionnaire]) -> set[str]:
    """The words that a verdict, a measure, a sign or a worksheet leads to."""
    found: set[str] = set()
    for q in asked.values():
        found |= set(q.not_enough.words)
        for verdict in q.verdicts.values():
            found |= set(verdict.words or ())
        for measure in q.measures.values():
            found |= set(measure.words)
            for also in measure.also.values():
                found |= set(also.words)
    for bank in banks.values():
        for sign in bank.signs.values():
            found |= set(sign.words)
        for sheet in bank.worksheets.values():
            for section in sheet.sections.values():
                for row in section.rows.values():
                    found |= set(row.words)
    return found


def lost(bank: Bank, found: set[str]) -> Iterator[Problem]:
    """Words that nothing leads to are never read."""
    for key in bank.words:
        if key not in found:
            mark = Mark(bank.documents[f"words/{key}.yml"].path)
            message = f'no verdict, measure, sign or document leads to "{key}"'
            yield Problem(mark, "lost-words", message)


# -- the same in every language -----------------------------------------------------------------


def differences(source: Bank, other: Bank, language: str) -> Iterator[Problem]:
    """Where another language has a structure of its own: only texts may differ."""
    here = Mark(f"questionnaire/words/{language}")
    kinds: tuple[tuple[str, Mapping[str, Part], Mapping[str, Part]], ...] = (
        ("words/fields.yml", source.fields, other.fields),
        ("signs.yml", source.signs, other.signs),
        ("practice.yml", source.practice, other.practice),
    )
    for name, ours, theirs in kinds:
        document = other.documents.get(name)
        if document is None and ours:
            yield Problem(here, "translation-missing", f'there is no "{name}" in this language')
        if document is not None:
            yield from _differing(ours, theirs, document, ())
    files: tuple[tuple[str, Mapping[str, Part], Mapping[str, Part]], ...] = (
        ("words", source.words, other.words),
        ("documents", source.worksheets, other.worksheets),
    )
    for folder, ours, theirs in files:
        for key in ours:
            if key not in theirs:
                if f"{folder}/{key}.yml" not in other.documents:
                    message = f'there is no "{folder}/{key}.yml" in this language'
                    yield Problem(here, "translation-missing", message)
                continue
            document = other.documents[f"{folder}/{key}.yml"]
            yield from _differing(_shape(ours[key]), _shape(theirs[key]), document, ())
        for key in theirs:
            if key not in ours:
                mark = Mark(other.documents[f"{folder}/{key}.yml"].path)
                yield Problem(mark, "structure", "the source language has no such file")


def _differing(ours: Any, theirs: Any, d: Document, path: Path) -> Iterator[Problem]:
    ours, theirs = _shape(ours), _shape(theirs)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours:
            if key in theirs:
                yield from _differing(ours[key], theirs[key], d, (*path, key))
            else:
                message = f'"{key}" is missing, the source language has it'
                yield Problem(d.key_mark(*path), "structure", message)
        for key in theirs:
            if key not in ours:
                message = f'"{key}" is not in the source language'
                yield Problem(d.key_mark(*path, key), "structure", message)
        if set(ours) == set(theirs) and list(ours) != list(theirs):
            message = f"another order than in the source language: {', '.join(ours)}"
            yield Problem(d.key_mark(*path), "structure", message)
    elif ours != theirs:
        message = f"{_said(theirs)}. the source language has {_said(ours)}"
        yield Problem(d.mark(*path), "structure", message)


_TEXT, _TEXTS = "a text", "texts"


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "a mapping" if isinstance(value, dict) else str(value or "nothing")


def _shape(value: Any) -> Any:
    """`value` without what may differ between languages."""
    if isinstance(value, Part):
        return {
            info.alias or name: _shape_of(getattr(value, name), is_text=has_texts(info))
            for name, info in type(value).model_fields.items()
        }
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    return value


def _shape_of(value: Any, *, is_text: bool) -> Any:
    # A text, or texts in a list or a mapping.
    if not is_text:
        return _shape(value)
    if isinstance(value, dict):
        return {key: _shape_of(inner, is_text=True) for key, inner in value.items()}
    if isinstance(value, tuple):
        return _TEXTS if value else ""
    return _TEXT if value else ""
