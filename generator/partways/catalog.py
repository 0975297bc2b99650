"""Translations: gettext catalogues of questionnaires and interface. The only door of Babel.

A questionnaire is translated by `questionnaire/<language>/<name>.po`; the context of a message is
`<name>:<path by ids>`, so equal sentences in different places may differ. A changed source
sentence no longer matches its message and is reported as missing. The words of the interface are
in `locale/<language>.po`; their ids are the English sentences.
"""

from __future__ import annotations

import datetime
import decimal
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from babel import Locale, localedata
from babel.dates import format_date
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from babel.numbers import format_currency, format_decimal

from .model import Path, Questionnaire, Section, texts, with_texts, wrong_text
from .problems import Mark, Problem
from .source import invisible

#: The language in which questionnaires and interface are written.
SOURCE = "en"

#: gettext has three Russian forms, CLDR four; whole numbers never use the fourth.
_CATEGORIES = {"en": ("one", "other"), "bg": ("one", "other"), "ru": ("one", "few", "many")}

#: Where a number of four digits stands without a space or a comma: 2100, but 10 000. Babel does not
#: hold what CLDR says here; browsers do.
_FROM_FIVE_DIGITS = frozenset({"bg"})

_SUM = re.compile(r"(\d[\d\s]*(?:[.,]\d{1,2})?)(?:\s+([A-Z]{3}))?")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def is_language(code: str) -> bool:
    """Whether there is a language with this code of two letters."""
    return re.fullmatch("[a-z]{2}", code) is not None and localedata.exists(code)


def context(name: str, path: Path) -> str:
    """Where a text stands, by ids: the same in every language."""
    return f"{name}:{'.'.join(str(step) for step in path)}"


def messages(name: str, part: Questionnaire | Section, skip: Iterable[str] = ()) -> dict[str, str]:
    """Every translatable text of `part` by its context, without the sections in `skip`."""
    left_out = set(skip)
    return {
        context(name, path): text
        for path, text in texts(part)
        if not (path[0] == "sections" and path[1] in left_out)
    }


def read_catalogue(path: str, data: bytes) -> tuple[Catalog | None, list[Problem]]:
    """The catalogue in a `.po` file; a syntax mistake is a problem with its line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Problem(Mark(path, line), "encoding", "the file is not UTF-8 here")]
    if problems := invisible(path, text.replace("\r\n", "\n")):
        return None, problems
    try:
        catalogue = read_po(io.StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        line = getattr(error, "lineno", 0) + 1
        said = re.sub(r" on \d+$", "", str(error))  # a line counted from 0
        return None, [Problem(Mark(path, line), "po-syntax", f"not a gettext catalogue: {said}")]
    return catalogue, []


def translate(
    part: Questionnaire,
    name: str,
    catalogues: Mapping[str, tuple[str, Catalog | None]],
    shared: Mapping[str, str],
) -> tuple[Questionnaire, list[Problem]]:
    """`part` with every text from its catalogue, and what is missing there.

    `catalogues` maps "<name>" and the names of shared sections to a path and a catalogue;
    `shared` maps section ids to the shared section they come from.
    """
    problems: list[Problem] = []
    used: dict[str, set[tuple[str, str]]] = {key: set() for key in catalogues}

    def text_of(path: Path, text: str) -> str:
        source, where = name, path
        if path[0] == "sections" and path[1] in shared:
            source, where = shared[str(path[1])], path[2:]
        file, catalogue = catalogues[source]
        if catalogue is None:
            return text
        key = context(source, where)
        used[source].add((key, text))
        message = catalogue.get(text, context=key)
        if message is None or not message.string:
            mark = Mark(file, message.lineno or 1) if message else Mark(file)
            problems.append(
                Problem(mark, "translation-missing", f'{key}: "{text[:60]}" has no translation')
            )
            return text
        mark = Mark(file, message.lineno or 1)
        if message.fuzzy:
            told = f"{key}: marked fuzzy. check it and delete the mark"
            problems.append(Problem(mark, "translation-fuzzy", told))
        if wrong := wrong_text(str(message.string)):
            problems.append(Problem(mark, wrong[0], f"{key}: {wrong[1]}"))
            return text
        return str(message.string)

    translated = with_texts(part, text_of)
    for source, (file, catalogue) in catalogues.items():
        if source != name or catalogue is None:
            continue  # a shared section's catalogue is judged with the first file that uses it
        for message in catalogue:
            if message.id and (str(message.context), str(message.id)) not in used[source]:
                mark = Mark(file, message.lineno or 1)
                about = message.context or str(message.id)[:60]
                text = f"{about}: belongs to no text any more. run partways translate"
                problems.append(Problem(mark, "translation-unused", text))
    return translated, problems


def updated(language: str, wanted: Mapping[str, str], old: Catalog | None) -> bytes:
    """The catalogue of `wanted` (context to text), keeping what `old` has for the same places.

    Where the source sentence has changed, its translation stays, marked fuzzy and with the former
    sentence beside it: a translator mends it instead of beginning again.
    """
    catalogue = Catalog(locale=language, project="Partways", charset="utf-8", fuzzy=False)
    fresh = Catalog(locale=language, charset="utf-8", fuzzy=False)
    former = {m.context: m for m in old or () if m.id and m.string}
    for key, text in wanted.items():
        known = old.get(text, context=key) if old is not None else None
        changed = known is None or not known.string
        kept = former.get(key) if changed else known
        fresh.add(
            text,
            kept.string if kept else "",
            context=key,
            flags={"fuzzy"} if kept and changed else kept.flags if kept else (),
            user_comments=kept.user_comments if kept else (),
            previous_id=kept.id if kept and changed else (),
        )
    buffer = io.BytesIO()
    write_po(buffer, fresh, width=100, omit_header=True, no_location=True, include_previous=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    header += '"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    return header.encode() + buffer.getvalue().strip(b"\n") + b"\n"


# -- the interface ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interface:
    """The words of the interface in one language."""

    language: str
    catalogue: Catalog | None
    missing: list[str]

    def _message(self, singular: str) -> Message | None:
        if self.catalogue is None:
            return None
        found = self.catalogue.get(singular)
        if found is None or not found.string or found.fuzzy:
            if singular not in self.missing:
                self.missing.append(singular)
            return None
        return found

    def t(self, sentence: str, /, **values: object) -> str:
        """The sentence in this language, its `{places}` filled from `values`."""
        message = self._message(sentence)
        text = str(message.string) if message and isinstance(message.string, str) else sentence
        return _fill(text, values)

    def forms(self, singular: str, plural: str) -> dict[str, str]:
        """A counted sentence by CLDR category, for `Intl.PluralRules` in the browser.

        Places stay as they are. `other` is always there: it is what fractions get in Russian.
        """
        message = self._message(singular)
        if message is None or isinstance(message.string, str):
            # The browser asks for every form of the language, translated or not.
            named = dict.fromkeys(_CATEGORIES.get(self.language, ()), plural)
            return {**named, "one": singular, "other": plural}
        forms = [str(form) for form in message.string or ()]
        named = dict(zip(_CATEGORIES[self.language], forms, strict=False))
        named.setdefault("other", named.get("few", forms[-1]))
        return named

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The counted sentence for `n`."""
        forms = self.forms(singular, plural)
        category = Locale.parse(self.language).plural_form(n)
        return _fill(forms.get(category, forms["other"]), {"n": n, **values})

    @property
    def _locale(self) -> str:
        """Our English is the one of Europe: 21 January 2027."""
        return "en_GB" if self.language == SOURCE else self.language

    def date(self, day: datetime.date) -> str:
        """A day in words."""
        return str(format_date(day, format="long", locale=self._locale))

    def sum(self, text: str) -> str:
        """A sum like `1200 EUR` in the form of the language; anything else as it is."""
        match = _SUM.fullmatch(text.strip())
        if not match:
            return text.strip()
        amount = decimal.Decimal(re.sub(r"\s", "", match[1]).replace(",", "."))
        groups = amount >= 10_000 or self.language not in _FROM_FIVE_DIGITS
        if not match[2]:
            return str(format_decimal(amount, locale=self._locale, group_separator=groups))
        # A whole sum has no decimals, a broken one has two.
        pattern = Locale.parse(self._locale).currency_formats["standard"].pattern
        if amount == amount.to_integral_value():
            pattern = pattern.replace(".00", "")
        said = format_currency(
            amount,
            match[2],
            format=pattern,
            locale=self._locale,
            currency_digits=False,
            group_separator=groups,
        )
        # Letters keep away from digits: CHF 480, but €480.
        return re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", said)

    def language_name(self, language: str | None = None) -> str:
        """A language's own name for itself."""
        code = language or self.language
        name = Locale.parse(code).get_display_name(code) or code
        return name[0].upper() + name[1:]


def _fill(text: str, values: Mapping[str, object]) -> str:
    return _PLACEHOLDER.sub(lambda m: str(values.get(m[1], m[0])), text)


@cache
def interface(language: str) -> Interface:
    """The interface in `language`; English is what the sentences are written in."""
    if language == SOURCE:
        return Interface(language, None, [])
    file = resources.files(__package__) / "locale" / f"{language}.po"
    catalogue = Catalog(locale=language)
    if file.is_file():
        catalogue = read_po(io.StringIO(file.read_text("utf-8")), locale=language)
    return Interface(language, catalogue, [])


def placeholders_differ(source: str, translation: str) -> bool:
    """Whether a translation lost or invented a `{place}`."""
    return set(_PLACEHOLDER.findall(source)) != set(_PLACEHOLDER.findall(translation))
