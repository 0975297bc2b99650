"""The command line: `partways check, score, schema, translate, single, new`.

The only door of printing and of exit codes: 0 = fine, 1 = something is wrong with the files, 2 =
the command was called wrongly. Whatever a user gets wrong is told in a sentence with its place;
a traceback is a bug.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import click

from . import __version__, catalog, project, scoring
from .model import (
    Blank,
    Case,
    Exercise,
    Part,
    Questionnaire,
    Section,
    Sign,
    Span,
    Word,
    Wording,
    Worksheet,
    schema_of,
)
from .problems import Problem, nearest, printable
from .project import Compiled, Project

#: Answers are a few kilobytes; what is larger was not made by this program.
MOST_BYTES = 65536

#: What a file can hold, and whether it is a mapping of many.
_KINDS: dict[str, tuple[type[Part], bool]] = {
    "questionnaire": (Questionnaire, False),
    "section": (Section, False),
    "case": (Case, False),
    "word": (Word, False),
    "fields": (Blank, True),
    "check": (Wording, False),
    "signs": (Sign, True),
    "practice": (Exercise, True),
    "document": (Worksheet, False),
}
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class _Failure(click.ClickException):
    """The end of the program with a sentence, which may quote a name with control characters."""

    def format_message(self) -> str:
        return printable(self.message)


def main() -> None:
    """What the command `partways` runs."""
    for stream in (sys.stdout, sys.stderr):
        # Windows gives a pipe the code page of the system, in which no Russian word can be said.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app(prog_name="partways")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="partways")
def app() -> None:
    """Compile questionnaires written in YAML, and see that they are right."""


# -- check --------------------------------------------------------------------------------------


@app.command()
@click.argument("folder", type=_FOLDER, default=".")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def check(folder: Path, form: str) -> None:
    """Name every mistake in FOLDER as file:line:col, then run the cases.

    Looks at questionnaires, their translations and cases, and at the blocks in pages.
    """
    found = _load(folder)
    ran, failed = project.cases(folder)
    problems = sorted({*found.problems, *failed, *_blocks(found)})
    if form == "json":
        rows = [
            {
                "file": p.mark.path,
                "line": p.mark.line,
                "column": p.mark.column,
                "rule": p.rule,
                "message": p.message,
            }
            for p in problems
        ]
        _print(_json({"count": len(rows), "problems": rows}))
    else:
        for problem in problems:
            _print(printable(str(problem)))
        what = _counted(len(found.questionnaires), "questionnaire")
        _print(
            _counted(len(problems), "problem")
            if problems
            else f"no problems in {what}, {_counted(ran, 'case')} as expected"
        )
    if os.environ.get("GITHUB_ACTIONS") and form == "text":
        for problem in problems:
            _print(_annotation(problem, folder))
    sys.exit(1 if problems else 0)


def _blocks(found: Project) -> Iterator[Problem]:
    """Blocks in pages that would come out as text, which the site generator is silent about."""
    from . import markdown

    yield from markdown.problems(found, [found.root / project.CONTENT])


def _annotation(problem: Problem, folder: Path) -> str:
    """The problem as a command for the log of GitHub Actions, which shows it beside the line."""
    mark = problem.mark

    def escaped(text: str, also: str = "") -> str:
        for char in "%\r\n" + also:
            text = text.replace(char, f"%{ord(char):02X}")
        return text

    place = escaped(printable((folder / mark.path).as_posix()), ":,")
    said = escaped(printable(f"{problem.message} [{problem.rule}]"))
    return f"::error file={place},line={mark.line},col={mark.column}::{said}"


# -- score --------------------------------------------------------------------------------------


@app.command()
@click.argument("questionnaire")
@click.argument("answers", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--folder", type=_FOLDER, default=".", help="The project, if it is not here.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--language", default=catalog.SOURCE, help="Of the text: en, ru, bg, …")
def score(questionnaire: str, answers: str, folder: Path, form: str, language: str) -> None:
    """Print the result of the file ANSWERS, the same as the page shows.

    QUESTIONNAIRE is a name like warning-signs, or the path of its file. ANSWERS is what the page
    offers for download, or just {"question": "option"} in JSON; - reads it from standard input.
    """
    found, compiled = _find(questionnaire, folder)
    _language(found, compiled, language)
    given = _answers(answers, compiled.name)
    result = scoring.assess(compiled.program, given)
    if form == "json":
        _print(_json(result))
    else:
        report = _Report(found, compiled, language, result, given)
        _print("\n".join(report.lines()))


def _answers(source: str, name: str) -> dict[str, str]:
    """The answers in a file, or the end of the program with a sentence."""
    called = "standard input" if source == "-" else source
    try:
        with click.open_file(source, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _Failure(f"{called} cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        message = f"{called} has more than {MOST_BYTES} bytes, too many for answers"
        raise _Failure(message)
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _Failure(f"{called} is not UTF-8. save it as UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"{called}:{error.lineno}:{error.colno}"
        raise _Failure(f"{place}: this is not JSON: {error.msg}") from None
    except RecursionError:
        raise _Failure(f"{called}: this is nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise _Failure(f"{called}: this cannot be read: {error}") from None
    example = 'expected answers like {"invoices": "few"}'
    if isinstance(found, dict) and isinstance(found.get("answers"), dict):
        other = found.get("questionnaire", name)
        if other != name:
            message = f"{called} holds answers to {printable(json.dumps(other))}, not to {name}"
            raise _Failure(message)
        found = found["answers"]
    if not isinstance(found, dict):
        raise _Failure(f"{called} holds no answers. {example}")
    for question, option in found.items():
        if not isinstance(option, str):
            message = f'{called}: the answer to "{printable(question)[:60]}" is no word. {example}'
            raise _Failure(message)
    return found


@dataclass
class _Report:
    """A result in words, for a terminal: what the page says, in its order."""

    found: Project
    compiled: Compiled
    language: str
    result: scoring.Result
    answers: Mapping[str, str]

    def __post_init__(self) -> None:
        self.words = catalog.interface(self.language)
        self.t: Callable[..., str] = self.words.t
        self.q = self.compiled.translated[self.language]
        self.questions = {key: question for _, key, question in self.q.questions()}

    def lines(self) -> Iterator[str]:
        yield self.q.title
        yield "=" * len(self.q.title)
        for part in (
            self._red_lines, self._verdict, self._cautions, self._week, self._letters,
            self._picture, self._why, self._change, self._unknown, self._notes, self._dropped,
        ):  # fmt: skip
            found = list(part())
            if found:
                yield ""
                yield from found

    def _head(self, title: str) -> str:
        return f"## {title}"

    def _line(self, text: str) -> str:
        return _wrapped(text, "- ", "  ")

    def title(self, verdict: str) -> str:
        return _plain(self.q.verdicts[verdict].title)

    def name(self, item: str) -> str:
        return _plain(self.questions[item].name)

    def label(self, item: str, option: str) -> str:
        return _plain(self.q.options(self.questions[item])[option].label)

    def _red_lines(self) -> Iterator[str]:
        for line in self.result["red_lines"]:
            if line["is"] == "yes":
                red = self.q.red_lines[line["id"]]
                yield f"!! {self.t('Red line')}: {_plain(red.title)}"
                if red.card:
                    card = self.q.cards[red.card]
                    yield _wrapped(f"{card.title}. {card.text}", "   ")
                    yield from (_wrapped(text, "   - ", "     ") for text in card.do)

    def _verdict(self) -> Iterator[str]:
        t, result = self.t, self.result
        if result["verdict"] is None:
            yield _plain(self.q.not_enough.title).upper()
            yield _wrapped(self.q.not_enough.text)
        else:
            verdict = self.q.verdicts[result["verdict"]]
            yield _plain(verdict.title).upper()
            yield _wrapped(verdict.text)
            if result["state"] == "so_far":
                said = t("As far as known. Answers that are still open can make it sterner.")
                yield _wrapped(said)
            elif result["unknown"] or result["unanswered"]:
                yield _wrapped(t("Nothing that is still open can change this."))
            if result["borderline"]:
                yield _wrapped(t("It is close: one answer, one step different, would change it."))
        others = [v for v in result["possible"] if v != result["verdict"]]
        if others:
            yield ""
            yield self._head(t("It could also become"))
            yield from (self._line(self.title(v)) for v in others)

    def _cautions(self) -> Iterator[str]:
        for key in self.result["cautions"]:
            caution = self.q.cautions[key]
            yield _wrapped(f"! {_plain(caution.title)}: {caution.text}")

    def _week(self) -> Iterator[str]:
        verdict = self.q.verdicts.get(self.result["verdict"] or "")
        lines = [self._line(text) for text in verdict.do] if verdict else []
        for row in self.result["measures"]:
            lines += self._measure(row)
        if verdict and verdict.again:
            today = datetime.datetime.now().astimezone().date()
            day = self.words.date(_shifted(today, verdict.again))
            lines.append(self._line(f"{self.t('Look again on this day')}: {day}"))
        if lines:
            yield self._head(self.t("This week"))
            yield from lines

    def _measure(self, row: Mapping[str, Any]) -> Iterator[str]:
        t = self.t
        measure = self.q.measures[row["id"]]
        remarks = [_plain(self.q.steps[row["step"]].label)] if row["step"] else []
        if row["is"] == "open":
            remarks = [t("perhaps")]
        elif not row["let"]:
            remarks = [t("waits for the steps above")]
        yield self._line(" · ".join([_plain(measure.title), *remarks]))
        if row["is"] == "yes" and row["let"]:
            yield _wrapped(measure.text, "  ")
            first = [measure.do_at.get(row["step"], measure.do)]
            first += [also.do for also in self._also(row["id"])]
            yield _wrapped(f"{t('First step:')} {' '.join(first)}", "  ")
            if measure.highlights:
                highest = sorted(
                    (d for d in self.result["dimensions"][:-1] if not d["empty"]),
                    key=lambda d: (-d["low"], -d["high"]),
                )
                names = [self.q.dimensions[d["id"]].title for d in highest[: measure.highlights]]
                yield _wrapped(t("Topics: {list}", list=", ".join(names)), "  ")

    def _also(self, measure: str) -> list[Any]:
        told = self.answers.get(self.q.step_by or "", "")
        also = self.q.measures[measure].also.get(told)
        return [also] if also else []

    def _letters(self) -> Iterator[str]:
        verdict = self.q.verdicts.get(self.result["verdict"] or "")
        ids = list((verdict.words if verdict else self.q.not_enough.words) or ())
        for row in self.result["measures"]:
            if row["is"] == "yes" and row["let"]:
                ids += self.q.measures[row["id"]].words
                ids += [word for also in self._also(row["id"]) for word in also.words]
        known = self.found.words.get(self.language, {})
        lines = [
            self._line(_plain(known[word].title))
            for word in dict.fromkeys(ids)
            if word in known and not (known[word].refuses and self.result["cautions"])
        ]
        if lines:
            yield self._head(self.t("The words for it"))
            yield from lines

    def _picture(self) -> Iterator[str]:
        t = self.t
        rows = [(d, self._dimension_title(d["id"])) for d in self.result["dimensions"]]
        rows = [(d, title) for d, title in rows if title]
        if not rows:
            return
        yield self._head(t("The picture"))
        width = max(len(title) for _, title in rows)
        for d, title in rows:
            if d["empty"]:
                said = [t("does not apply")]
            elif d["low"] == d["high"]:
                said = [t("{low}", low=d["low"])]
            else:
                said = [t("{low} to {high}", low=d["low"], high=d["high"])]
            if not d["empty"]:
                said += {"yes": [t("raised")], "open": [t("perhaps raised")]}.get(d["raised"], [])
                if d["known"] < d["of"]:
                    said.append(t("{known} of {of} known", known=d["known"], of=d["of"]))
            if d["id"] == "total" and self.q.overall and not d["empty"]:
                bands = sorted((b.from_, _plain(b.label)) for b in self.q.overall.bands.values())
                ends = [low for low, _ in bands[1:]] + [101]
                said += [
                    label
                    for (low, label), end in zip(bands, ends, strict=True)
                    if d["high"] >= low and d["low"] < end
                ]
            yield f"{title:<{width}}  {' · '.join(said)}"
        verdict = self.q.verdicts.get(self.result["verdict"] or "")
        if verdict and verdict.tips:
            for d in self.result["dimensions"][:-1]:
                dimension = self.q.dimensions[d["id"]]
                if dimension.tip and not d["empty"] and d["low"] >= self.q.tip_from:
                    yield self._line(f"{dimension.title}. {dimension.tip}")

    def _dimension_title(self, key: str) -> str:
        if key == "total":
            return _plain(self.q.overall.title) if self.q.overall else ""
        return _plain(self.q.dimensions[key].title)

    def _why(self) -> Iterator[str]:
        lines = []
        rule = self.q.verdicts.get(self.result["rule"] or "")
        if rule:
            note = rule.rule_note or (self.q.verdicts[rule.is_].rule_note if rule.is_ else "")
            lines += [_wrapped(note)] if note else []
        for row in self.result["because"]:
            because = self.questions[row["item"]].because
            lines.append(self._line(f"{because} ({self.label(row['item'], row['option'])})"))
        for section in self.result["off"]:
            part = self.q.sections[section]
            lines.append(self._line(f"{part.title}: {part.off}"))
        if lines:
            yield self._head(self.t("Why"))
            yield from lines

    def _change(self) -> Iterator[str]:
        t = self.t
        if self.result["state"] != "settled":
            return
        yield self._head(t("What would change it"))
        for change in self.result["changes"]:
            answers = [
                t("“{name}”: {answer}", name=self.name(c["item"]), answer=self.label(**c))
                for c in change["set"]
            ]
            yield self._line(f"{', '.join(answers)} → {self.title(change['verdict'])}")
        if not self.result["changes"]:
            yield self._line(t("No single answer would. It rests on several."))
        for row in self.result["weights"]:
            name = self.name(row["item"])
            said = (
                t("“{name}” weighs one more", name=name)
                if row["by"] > 0
                else t("“{name}” weighs one less", name=name)
            )
            yield self._line(f"{said} → {self.title(row['verdict'])}")

    def _unknown(self) -> Iterator[str]:
        t, result = self.t, self.result
        could = {row["item"]: row["to"] for row in result["deciding"]}
        rows = [i for i in could if i in result["unknown"]]
        rows += [i for i in result["unknown"] if i not in could]
        open_ = result["unanswered"]
        if rows or open_:
            yield self._head(t("What is not known"))
        for item in rows:
            yield self._line(f"{self.name(item)}: {self.questions[item].find_out}")
            for to in could.get(item, ()):
                answer, verdict = self.label(item, to["option"]), self.title(to["verdict"])
                said = t("If “{answer}”: {verdict}", answer=answer, verdict=verdict)
                yield _wrapped(said, "  ")
        if open_:
            names = [self.name(i) for i in [*(i for i in could if i in open_), *open_]]
            yield _wrapped(f"{t('Not answered')}: {', '.join(dict.fromkeys(names))}")

    def _notes(self) -> Iterator[str]:
        texts = [self.q.notes[key].text for key in self.result["notes"]]
        for item, option in self.answers.items():
            question = self.questions.get(item)
            chosen = self.q.options(question).get(option) if question else None
            if chosen and chosen.advice:
                texts.append(chosen.advice)
        if texts:
            yield self._head(self.t("Also worth saying"))
            yield from (self._line(text) for text in texts)

    def _dropped(self) -> Iterator[str]:
        rows = [f"{row['item']}: {row['option']}" for row in self.result["dropped"]]
        if rows:
            yield _wrapped(
                self.words.plural(
                    "The questionnaire has changed, and {n} saved answer no longer fits: {list}.",
                    "The questionnaire has changed, and {n} saved answers no longer fit: {list}.",
                    len(rows),
                    list=printable(", ".join(rows)),
                )
            )


def _plain(text: str) -> str:
    """Inline Markdown as plain text: the words of a link, and no stars."""
    text = re.sub(r"[ \n]+", " ", text.strip())  # a space that must not break stays one
    text = re.sub(r"\[([^\]\[]+)\]\(([^()\s]+)\)", r"\1", text)
    text = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"\1", text)
    return re.sub(r"\*(?=\S)(.+?)(?<=\S)\*", r"\1", text)


def _wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(
        _plain(text),
        width=88,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _shifted(today: datetime.date, span: Span) -> datetime.date:
    """The day so far from `today`; the 31st of a shorter month is its last day."""
    if span.unit == "days":
        return today + datetime.timedelta(days=span.number)
    months = today.year * 12 + today.month - 1 + span.number
    first = datetime.date(months // 12, months % 12 + 1, 1)
    after = datetime.date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    return first.replace(day=min(today.day, (after - first).days))


# -- schema, translate, single, new -------------------------------------------------------------


@app.command()
@click.option("--of", "kind", type=click.Choice(list(_KINDS)), default="questionnaire")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
def schema(kind: str, output: Path | None) -> None:
    """Print the JSON Schema of a questionnaire, or of another file, for editors.

    An editor with yaml-language-server reads it from a first line like
    "# yaml-language-server: $schema=questionnaire.schema.json".
    """
    part, many = _KINDS[kind]
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema_of(part, many=many),
    }
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    _give(text, output)


@app.command()
@click.argument("language", required=False)
@click.option("--folder", type=_FOLDER, default=".", help="The project, if it is not here.")
def translate(language: str | None, folder: Path) -> None:
    """Begin or renew the catalogues (.po) of LANGUAGE, or of every language there is.

    Keeps every translation whose sentence is unchanged, and says what is missing.
    """
    found = _load(folder)
    if language is not None and not catalog.is_language(language):
        message = f'"{printable(language)}" is no language code. expected one like ru'
        raise _Failure(message)
    if language == catalog.SOURCE:
        message = f"{catalog.SOURCE} is what questionnaires are written in; there is nothing to do"
        raise _Failure(message)
    others = [code for code in found.languages if code != catalog.SOURCE]
    wanted = others if language is None else [language]
    if not wanted:
        raise _Failure("which language? write it like: partways translate ru")
    if not found.questionnaires:
        _stop(found.problems, "no questionnaire can be translated before this is put right")
    problems: list[Problem] = []
    for code in wanted:
        renewed, wrong = project.translations(folder, code)
        problems += wrong
        for path, data in renewed.items():
            name = path.relative_to(found.root).as_posix()
            before = path.read_bytes() if path.is_file() else None
            if data != before:
                _write(path, data)
            said = "new" if before is None else "unchanged" if data == before else "renewed"
            _print(printable(f"{name}: {said}, {_progress(name, data)}"))
    if problems:
        _stop(problems, "these catalogues were left alone")


def _progress(name: str, data: bytes) -> str:
    catalogue, _ = catalog.read_catalogue(name, data)
    messages = [message for message in catalogue or () if message.id]
    missing = sum(not message.string for message in messages)
    fuzzy = sum(message.fuzzy for message in messages)
    said = f"{missing} of {len(messages)} missing" if missing else f"all {len(messages)} there"
    return said + (f", {fuzzy} marked fuzzy" if fuzzy else "")


@app.command()
@click.argument("questionnaire")
@click.option("--folder", type=_FOLDER, default=".", help="The project, if it is not here.")
@click.option("--language", default=catalog.SOURCE, help="Of the page: en, ru, bg, …")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
def single(questionnaire: str, folder: Path, language: str, output: Path | None) -> None:
    """Write QUESTIONNAIRE as one HTML file that needs no network."""
    from . import pages

    found, compiled = _find(questionnaire, folder)
    _language(found, compiled, language)
    text = pages.single(found, compiled.name, language)
    target = Path(f"{compiled.name}.html") if output is None else output
    _give(text, target)


@app.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def new(folder: Path) -> None:
    """Write a small working project into FOLDER, to change into your own."""
    start = resources.files(__package__) / "starter"
    files = {folder / name: text for name, text in _starter(start)}
    for path in files:
        if path.exists():
            raise _Failure(f"{path} is there already; nothing was written")
    for path, data in files.items():
        _write(path, data)
        _print(printable(f"wrote {path}"))
    _print(printable(f"now: cd {folder}; partways check; mkdocs serve"))


def _starter(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _starter(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


# -- shared -------------------------------------------------------------------------------------


def _print(text: str) -> None:
    click.echo(text)


def _json(data: Any) -> str:
    """For programs, but a terminal may be the first to read it: controls stay escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def _load(folder: Path) -> Project:
    try:
        return project.load(folder)
    except OSError as error:
        message = f"{error.filename or folder} cannot be read: {error.strerror}"
        raise _Failure(message) from None


def _find(questionnaire: str, folder: Path) -> tuple[Project, Compiled]:
    """The project and the questionnaire that was named, or the end with what is wrong with it."""
    name = questionnaire
    if questionnaire.endswith(".yml"):
        path = Path(questionnaire).absolute()
        if path.parent.name != project.QUESTIONNAIRES or not path.is_file():
            message = f"{questionnaire} is no file in a folder “{project.QUESTIONNAIRES}”"
            raise _Failure(message)
        folder, name = path.parent.parent, path.stem
    found = _load(folder)
    compiled = found.questionnaires.get(name)
    if compiled is None:
        own = f"{project.QUESTIONNAIRES}/{name}.yml"
        parts = f"{project.QUESTIONNAIRES}/shared/"
        wrong = [p for p in found.problems if p.mark.path == own or p.mark.path.startswith(parts)]
        if (found.root / own).is_file() and wrong:
            _stop(wrong, f"{name} cannot be used before this is put right")
        message = f'there is no questionnaire "{printable(name)}" here. '
        raise _Failure(message + nearest(name, found.questionnaires))
    return found, compiled


def _language(found: Project, compiled: Compiled, language: str) -> None:
    """End if there is no such translation; say what is missing in it."""
    if language not in compiled.translated:
        message = f'there is no language "{printable(language)}" here. '
        raise _Failure(message + nearest(language, found.languages))
    folder = f"{project.QUESTIONNAIRES}/{language}/"
    missing = sum(p.mark.path.startswith(folder) for p in found.problems)
    if missing:
        what = _counted(missing, "problem")
        click.echo(f"{what} with the translation, see partways check", err=True)


def _stop(problems: Iterable[Problem], message: str) -> None:
    for problem in problems:
        click.echo(printable(str(problem)), err=True)
    raise _Failure(message)


def _give(text: str, output: Path | None) -> None:
    """To the file `output`, or to the terminal."""
    if output is None:
        _print(text.rstrip("\n"))
        return
    _write(output, text.encode())
    _print(printable(f"wrote {output}"))


def _write(path: Path, data: bytes) -> None:
    """Write a whole file or none: a stopped program must not leave half of one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(data)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _Failure(f"{path} cannot be written: {error.strerror}") from None


if __name__ == "__main__":  # without it `python -m partways.cli` would end without a word
    main()
