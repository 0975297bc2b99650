"""A folder to everything in it: questionnaires compiled and translated, and all that is wrong.

The only door to the disk for what authors write. `load` remembers its answer for as long as no
file changed, because every page of a site asks for it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from . import bank, catalog, checks, claims, program
from .bank import Bank
from .memo import Memo
from .model import (
    Blank,
    Case,
    Claims,
    Exercise,
    Part,
    Questionnaire,
    Section,
    Sign,
    Word,
    Wording,
    Worksheet,
)
from .model import Path as ModelPath
from .problems import Mark, Problem, nearest
from .program import Program
from .reading import Document, is_mended, read_part, read_parts

P = TypeVar("P", bound=Part)

QUESTIONNAIRES = "questionnaire"
CONTENT = "content"
CASES = "cases"

#: The name under which the device keeps what a result leaves for a letter, beside the answers.
LEFT = "case"


@dataclass(frozen=True)
class Heading:
    """A text to say, as a result names it."""

    title: str
    #: A text that refuses: stands back while a caution is on.
    refuses: bool
    #: Where it stands, as a mark: a page of its own, or a heading on the page of words.
    mark: str


@dataclass(frozen=True)
class Compiled:
    """One questionnaire, ready for pages and scorers."""

    name: str
    model: Questionnaire
    document: Document
    program: Program
    #: The questionnaire in each language; the source among them.
    translated: Mapping[str, Questionnaire]

    @property
    def revision(self) -> str:
        return str(self.program["revision"])

    @property
    def program_json(self) -> str:
        return program.to_json(self.program)


@dataclass(frozen=True)
class Project:
    """Everything in a folder."""

    root: Path
    languages: tuple[str, ...]
    questionnaires: Mapping[str, Compiled]
    #: Texts to say, by language and id.
    words: Mapping[str, Mapping[str, Heading]]
    #: The bank of words, for the languages that have one.
    banks: Mapping[str, Bank]
    #: Where each point of the articles leads.
    leads: Mapping[str, list[claims.Lead]]
    claims: Claims | None
    #: Titles of pages, by language and name.
    titles: Mapping[str, Mapping[str, str]]
    #: Names that blocks of pages may have, of what is there, right or not.
    there: Mapping[str, frozenset[str]]
    #: Names of the pages in `content/<source language>`, without ending.
    pages: frozenset[str]
    problems: tuple[Problem, ...]


#: Questionnaires as they were read, whatever is wrong with them.
_Asked = dict[str, tuple[Questionnaire, Document]]
#: Shared sections; None = the file is there and cannot be read.
_Shared = Mapping[str, tuple[Section, Document] | None]


@dataclass
class _Loader:
    root: Path
    problems: list[Problem] = field(default_factory=list)
    #: What is wrong with the shape of files, and where it was mended to look further.
    _shapes: list[Problem] = field(default_factory=list)
    _mended: set[Mark] = field(default_factory=set)
    #: A questionnaire could not be read: what it leads to is not known.
    _unread: bool = False

    def name(self, path: Path) -> str:
        """How an author names the file: from the project's folder, with slashes."""
        return path.relative_to(self.root).as_posix()

    def read(self, path: Path) -> bytes | None:
        if is_device(path):
            self.add(Mark(self.name(path)), "file", NO_FILE)
            return None
        try:
            return path.read_bytes()
        except OSError as error:
            self.add(Mark(self.name(path)), "file", f"cannot be read: {error.strerror}")
            return None

    def add(self, mark: Mark, rule: str, message: str) -> None:
        self.problems.append(Problem(mark, rule, message))

    def all_problems(self) -> list[Problem]:
        """Everything that is wrong, in order. Of what was mended, nothing more is said."""
        found = [p for p in self.problems if not is_mended(p.mark, self._mended)]
        return sorted({*self._shapes, *found})

    def part(self, kind: type[P], path: Path) -> tuple[P | None, Document | None]:
        """The `kind` in a file, and the document it came from."""
        data = self.read(path)
        if data is None:
            return None, None
        part, document, problems = read_part(kind, self.name(path), data)
        self._note(document, problems)
        return part, document

    def _note(self, document: Document | None, problems: list[Problem]) -> None:
        self._shapes += problems
        self._mended |= document.mended if document else frozenset()

    def load(self) -> Project:
        folder = self.root / QUESTIONNAIRES
        content = self.root / CONTENT
        languages = _languages(content)
        banks = {
            language: self._bank(folder, language)
            for language in languages
            if (folder / "words" / language).is_dir()
        }
        words = {
            language: self._words(content / language, banks.get(language, Bank()))
            for language in languages
        }
        source = content / catalog.SOURCE
        pages = frozenset(
            p.relative_to(source).with_suffix("").as_posix() for p in source.rglob("*.md")
        )
        if not folder.is_dir():
            self.add(Mark(QUESTIONNAIRES), "file", f'there is no folder "{QUESTIONNAIRES}" here')
        shared = self._shared(folder / "shared")
        asked: _Asked = {}
        found: dict[str, Compiled] = {}
        for path in sorted(folder.glob("*.yml")):
            compiled = self._questionnaire(path, shared, languages, asked)
            if compiled is not None:
                found[compiled.name] = compiled
        for path in sorted(folder.glob("*.yaml")):
            self.add(Mark(self.name(path)), "file-name", "expected the ending .yml")
        for model, document in asked.values():
            self._links(model, document, words, banks, pages)
        self._judge(banks, asked)
        points, document_of_points = self._claims(folder)
        there = {
            "assessment": {path.stem for path in folder.glob("*.yml")},
            "word": {key for own in banks.values() for key in own.words},
            "sign": {key for own in banks.values() for key in own.signs},
            "document": {key for own in banks.values() for key in own.worksheets},
        }
        banks = {language: bank.sound(own) for language, own in banks.items()}
        models = {name: compiled.model for name, compiled in found.items()}
        leads = claims.leads(points, models, banks.get(catalog.SOURCE, Bank()))
        # A questionnaire that does not compile leads nowhere yet.
        if points is not None and document_of_points is not None and not self.all_problems():
            self.problems += claims.problems(points, document_of_points, leads, pages)
        return Project(
            root=self.root,
            languages=languages,
            questionnaires=found,
            words={
                language: self._words(content / language, banks.get(language, Bank()))
                for language in languages
            },
            banks=banks,
            leads=leads,
            claims=points,
            titles={language: self._titles(content / language) for language in languages},
            there={name: frozenset(keys) for name, keys in there.items()},
            pages=pages,
            problems=tuple(self.all_problems()),
        )

    def _claims(self, folder: Path) -> tuple[Claims | None, Document | None]:
        path = folder / "sources/claims.yml"
        found, document = self.part(Claims, path) if path.is_file() else (None, None)
        return (found if document and document.sound else None), document

    def _titles(self, folder: Path) -> dict[str, str]:
        """The title of each page: its first heading, or what stands above it."""
        found = {}
        for path in folder.rglob("*.md"):
            text = (self.read(path) or b"").decode("utf-8", "replace")
            match = re.search(r"^# (.+)$|^title: (.+)$", text, re.MULTILINE)
            if match:
                name = path.relative_to(folder).with_suffix("").as_posix()
                found[name] = (match[1] or match[2]).strip("\"' ")
        return found

    def _shared(self, folder: Path) -> _Shared:
        found: dict[str, tuple[Section, Document] | None] = {}
        for path in sorted(folder.glob("*.yml")):
            section, document = self.part(Section, path)
            found[path.stem] = None
            if section is not None and document is not None:
                if section.use is not None:
                    message = "a shared section cannot use another one"
                    self.add(document.key_mark("use"), "section-use", message)
                else:
                    found[path.stem] = section, document
        return found

    def _questionnaire(
        self, path: Path, shared: _Shared, languages: tuple[str, ...], asked: _Asked
    ) -> Compiled | None:
        """One questionnaire, if nothing is wrong with it; in `asked` it is left in any case."""
        name = self.name(path)
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", path.stem):
            message = f'"{path.stem}" becomes an address. expected small letters, digits and -'
            self.add(Mark(name), "file-name", message)
            return None
        if path.stem == LEFT:
            message = f'"{LEFT}" is what pages keep the reasons of a result by. expected another'
            self.add(Mark(name), "file-name", message)
            return None
        model, document = self.part(Questionnaire, path)
        if model is None or document is None:
            self._unread = True
            return None
        before = len(self.problems)
        model, document, uses = self._put_in(model, document, shared)
        asked[path.stem] = model, document
        self.problems += checks.structure(model, document)
        if any(section.use is not None for section in model.sections.values()):
            return None  # the names of a section that is not there may stand in any rule
        rules, problems = program.compile_rules(model, document)
        self.problems += problems + checks.compiled(model, document, rules)
        is_right = document.sound and len(self.problems) == before
        translated = {catalog.SOURCE: model}
        for language in languages if document.sound else ():
            if language != catalog.SOURCE:
                translated[language] = self._translate(path, model, uses, language)
        if not is_right:
            return None
        built = program.build(path.stem, model, rules)
        return Compiled(path.stem, model, document, built, translated)

    def _put_in(
        self,
        model: Questionnaire,
        document: Document,
        shared: _Shared,
    ) -> tuple[Questionnaire, Document, dict[str, str]]:
        """The questionnaire with shared sections in their places; which section is which."""
        sections = dict(model.sections)
        parts: dict[ModelPath, Document] = {}
        uses = {}
        for key, section in model.sections.items():
            if section.use is None:
                continue
            for other in sorted(section.model_fields_set - {"use"}):
                message = f'"{other}" says nothing beside “use:”. the shared section has its own'
                self.add(document.key_mark("sections", key, other), "section-use", message)
            if section.use not in shared:
                message = f"there is no {QUESTIONNAIRES}/shared/{section.use}.yml. "
                hint = nearest(section.use, shared)
                self.add(document.mark("sections", key, "use"), "unknown-name", message + hint)
            elif (found := shared[section.use]) is not None:
                sections[key], parts[("sections", key)] = found
                uses[key] = section.use
        merged = model.model_copy(update={"sections": sections})
        sound = document.sound and all(part.sound for part in parts.values())
        return merged, replace(document, parts=parts, sound=sound), uses

    def _translate(
        self, path: Path, model: Questionnaire, uses: Mapping[str, str], language: str
    ) -> Questionnaire:
        folder = path.parent / language
        files = {path.stem: folder / f"{path.stem}.po"}
        files |= {name: folder / "shared" / f"{name}.po" for name in uses.values()}
        catalogues = {}
        for source, file in files.items():
            catalogue = None
            if not file.is_file():
                message = "there is no such file. run partways translate to begin it"
                self.add(Mark(self.name(file)), "translation-missing", message)
            elif (data := self.read(file)) is not None:
                catalogue, problems = catalog.read_catalogue(self.name(file), data)
                self.problems += problems
            catalogues[source] = (self.name(file), catalogue)
        translated, problems = catalog.translate(model, path.stem, catalogues, uses)
        self.problems += problems
        return translated

    def _words(self, folder: Path, known: Bank) -> dict[str, Heading]:
        """What results may name: the bank, and headings on the page of words beside it."""
        path = folder / "words.md"
        text = (self.read(path) or b"").decode("utf-8", "replace") if path.is_file() else ""
        found = {}
        for match in re.finditer(r"^#+ (.+?) \{ *#(w\d+)((?: \.[\w-]+)*) *\}$", text, re.MULTILINE):
            refuses = ".refuses" in match[3].split()
            found[match[2]] = Heading(match[1], refuses, f"pw:words.md#{match[2]}")
        for key, word in known.words.items():
            found[key] = Heading(word.title, word.refuses, f"pw:words/{key}.md")
        return found

    # -- the bank of words

    def _bank(self, folder: Path, language: str) -> Bank:
        documents: dict[str, Document] = {}
        digests: dict[str, str] = {}

        def one(kind: type[P], path: Path, name: str) -> P | None:
            data = self.read(path) if path.is_file() else None
            if data is None:
                return None
            part, document, problems = read_part(kind, self.name(path), data)
            self._note(document, problems)
            if document is not None:
                documents[name] = document
                digests[name] = hashlib.sha256(data).hexdigest()
            return part

        def many(kind: type[P], path: Path, name: str) -> dict[str, P]:
            data = self.read(path) if path.is_file() else None
            if data is None:
                return {}
            parts, document, problems = read_parts(kind, self.name(path), data)
            self._note(document, problems)
            if document is not None:
                documents[name] = document
                digests[name] = hashlib.sha256(data).hexdigest()
            return parts or {}

        here = folder / "words" / language
        words = {}
        for path in sorted(here.glob("*.yml"), key=lambda p: (len(p.stem), p.stem)):
            if path.stem in ("fields", "check"):
                continue
            if not re.fullmatch(r"w\d{1,3}", path.stem):
                message = f'"{path.stem}" is no name for words. expected w and a number'
                self.add(Mark(self.name(path)), "file-name", message)
                continue
            word = one(Word, path, f"words/{path.stem}.yml")
            if word is not None:
                words[path.stem] = word
        sheets = {}
        for path in sorted((folder / "documents" / language).glob("*.yml")):
            sheet = one(Worksheet, path, f"documents/{path.stem}.yml")
            if sheet is not None:
                sheets[path.stem] = sheet
        return Bank(
            fields=many(Blank, here / "fields.yml", "words/fields.yml"),
            words=words,
            signs=many(Sign, folder / "signs" / f"{language}.yml", "signs.yml"),
            practice=many(Exercise, folder / "practice" / f"{language}.yml", "practice.yml"),
            worksheets=sheets,
            wording=one(Wording, here / "check.yml", "words/check.yml"),
            documents=documents,
            digests=digests,
        )

    def _judge(self, banks: Mapping[str, Bank], asked: _Asked) -> None:
        """Everything that is wrong with the words; letters are judged once they can be read."""
        if not banks:
            return
        memo = Memo(self.root, "judged")
        source = banks.get(catalog.SOURCE)
        for language, own in banks.items():
            interface = catalog.interface(language)
            broken = list(bank.problems(own, memo))
            self.problems += broken
            if source is not None and own is not source:
                self.problems += bank.differences(source, own, language)
            right = bank.sound(own)
            if not broken and len(right.fields) == len(own.fields):
                self.problems += bank.judged(right, interface, memo)
        memo.save()
        if source is None:
            return
        if source.words and not self._unread:
            models = {name: model for name, (model, _) in asked.items()}
            self.problems += bank.lost(source, bank.led_to(banks, models))
        if source.signs:
            for model, document in asked.values():
                self._signs(model, document, source)
            named = {q.sign for model, _ in asked.values() for _, _, q in model.questions()}
            for key in source.signs if not self._unread else ():
                if key not in named:
                    mark = source.documents["signs.yml"].key_mark(key)
                    message = f"no question names this sign. add “sign: {key}” to the one about it"
                    self.add(mark, "lost-sign", message)

    def _signs(self, model: Questionnaire, document: Document, source: Bank) -> None:
        """A sign that a question names has its page, and the page names that question."""
        for section, key, question in model.questions():
            if question.sign is None:
                continue
            where = document.mark("sections", section, "questions", key, "sign")
            sign = source.signs.get(question.sign)
            if sign is None:
                message = f'there is no page for the sign "{question.sign}". '
                self.add(where, "unknown-sign", message + nearest(question.sign, source.signs))
            elif sign.question != key:
                message = f'the page of this sign is about "{sign.question}"'
                self.add(where, "unknown-sign", message)

    def _links(
        self,
        model: Questionnaire,
        document: Document,
        words: Mapping[str, Mapping[str, Heading]],
        banks: Mapping[str, Bank],
        pages: frozenset[str],
    ) -> None:
        """Words and pages that a questionnaire leads to exist, the words in every language."""
        for path, ids in _word_lists(model):
            for word in ids:
                for language, known in words.items():
                    if word not in known:
                        place = f"{CONTENT}/{language}/words.md"
                        message = f'"{word}" is not in {place}. {nearest(word, known)}'
                        if language in banks:
                            place = f"{QUESTIONNAIRES}/words/{language}/{word}.yml"
                            message = f"there is no {place}. {nearest(word, known)}"
                        self.add(document.mark(*path), "unknown-word", message)
        for kind, parts in (("verdicts", model.verdicts), ("cautions", model.cautions)):
            for key, part in parts.items():
                page = part.page
                if page is not None and page not in pages:
                    message = (
                        f"there is no {CONTENT}/{catalog.SOURCE}/{page}.md. {nearest(page, pages)}"
                    )
                    self.add(document.mark(kind, key, "page"), "unknown-page", message)


def _word_lists(model: Questionnaire) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    yield ("not_enough", "words"), model.not_enough.words
    for key, verdict in model.verdicts.items():
        yield ("verdicts", key, "words"), verdict.words or ()
    for key, measure in model.measures.items():
        yield ("measures", key, "words"), measure.words
        for option, also in measure.also.items():
            yield ("measures", key, "also", option, "words"), also.words


def _languages(content: Path) -> tuple[str, ...]:
    found = sorted(
        path.name for path in content.glob("*") if path.is_dir() and catalog.is_language(path.name)
    )
    return (catalog.SOURCE, *(name for name in found if name != catalog.SOURCE))


_Stamp = tuple[tuple[str, int, int], ...]
_KNOWN: dict[Path, tuple[_Stamp, Project]] = {}


def load(root: Path) -> Project:
    """Everything in the folder `root`; read again only when a file changed."""
    root = root.resolve()
    stamp = tuple(sorted(_stamps(root / QUESTIONNAIRES, root / CONTENT)))
    known = _KNOWN.get(root)
    if known is None or known[0] != stamp:
        known = _KNOWN[root] = (stamp, _Loader(root).load())
    return known[1]


NO_FILE = "a link to a device, or something else without an end. expected a file"


def is_device(path: Path) -> bool:
    """Whether reading `path` might never end: a link in a project can lead to /dev/zero."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _stamps(*folders: Path, seen: set[str] | None = None) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of every file that `_Loader.load` may read.

    Every page asks for the project, so this walks by what the system gives with the names.
    `seen` holds where links to folders led: they may lead in a circle.
    """
    seen = set() if seen is None else seen
    for folder in folders:
        if not folder.is_dir():
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink() and Path(entry.path).is_dir():
                    real = os.path.realpath(entry.path)
                    if real not in seen:
                        seen.add(real)
                        yield from _stamps(Path(entry.path), seen=seen)
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name != CASES:
                        yield from _stamps(Path(entry.path), seen=seen)
                elif entry.name.endswith((".yml", ".yaml", ".po", ".md")):
                    try:
                        stat = entry.stat()
                    except OSError:  # a link to nowhere, which reading it will name
                        yield entry.path, 0, 0
                    else:
                        yield entry.path, stat.st_size, stat.st_mtime_ns


def cases(root: Path) -> tuple[int, list[Problem]]:
    """How many cases there are in the folder `root`, and what is wrong with them.

    They lie in `questionnaire/cases/<questionnaire>/`. Those of a questionnaire that is wrong
    itself are not run.
    """
    project = load(root)
    loader = _Loader(project.root)
    folder = project.root / QUESTIONNAIRES
    count = 0
    for place in sorted((folder / CASES).glob("*")):
        if not (folder / f"{place.name}.yml").is_file():
            names = sorted(path.stem for path in folder.glob("*.yml"))
            message = f'there is no questionnaire "{place.name}". {nearest(place.name, names)}'
            loader.add(Mark(loader.name(place)), "file", message)
            continue
        found: dict[str, tuple[Case, Document]] = {}
        for path in sorted(place.glob("*.yml")):
            count += 1
            case, document = loader.part(Case, path)
            if case is not None and document is not None:
                found[path.stem] = (case, document)
        compiled = project.questionnaires.get(place.name)
        if compiled is not None:
            loader.problems += checks.cases(compiled.program, found)
    return count, loader.all_problems()


def translations(root: Path, language: str) -> tuple[dict[Path, bytes], list[Problem]]:
    """The catalogues of every questionnaire in `language`, brought up to date (not written).

    A catalogue that cannot be read is a problem and is left out: renewing it would lose what it
    holds.
    """
    project = load(root)
    loader = _Loader(project.root)
    folder = project.root / QUESTIONNAIRES
    wanted: dict[Path, dict[str, str]] = {}
    for compiled in project.questionnaires.values():
        uses = {
            key: name
            for key in compiled.model.sections
            if (name := _shared_name(compiled.document, key))
        }
        own = catalog.messages(compiled.name, compiled.model, uses)
        wanted[folder / language / f"{compiled.name}.po"] = own
        for key, name in uses.items():
            section = compiled.model.sections[key]
            path = folder / language / "shared" / f"{name}.po"
            wanted[path] = catalog.messages(name, section)
    found = {}
    for path, texts in wanted.items():
        old = None
        if path.is_file():
            data = loader.read(path)
            if data is None:
                continue
            old, problems = catalog.read_catalogue(loader.name(path), data)
            loader.problems += problems
            if old is None:
                continue
        found[path] = catalog.updated(language, texts, old)
    return found, loader.problems


def _shared_name(document: Document, section: str) -> str | None:
    part = document.parts.get(("sections", section))
    return Path(part.path).stem if part else None
