"""The words to HTML: situations with their texts, signs, exercises and worksheets.

As with questionnaires the page is complete before the script: every text stands in it, its blanks
shown as blanks. Here is decided what stands where; templates only print. `pages_of` lists the
pages that the site generator makes of a project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from partways import bundle, catalog
from partways.bank import WITH_SUBJECT, Bank, channel_of, fields_in, shown, step_of
from partways.memo import Memo
from partways.pages import Html, data, inline, render

if TYPE_CHECKING:
    from partways.catalog import Interface
    from partways.claims import Lead
    from partways.model import Blank, Letter, Question, WordingRule, Worksheet
    from partways.project import Project

_PIECE = re.compile(r"\{(\w+)\}")
_NONE = "_none"
#: Channels whose parts are steps of a talk, each with its heading.
_OUTLINES = ("call", "meeting")


@dataclass(frozen=True)
class Stub:
    """A page that is generated: what stands in its Markdown file."""

    title: str
    description: str
    block: str
    #: What links in the frame of pages call it.
    short: str = ""

    @property
    def text(self) -> str:
        """The Markdown file."""
        # A JSON text is a YAML text.
        title, description = (
            json.dumps(text, ensure_ascii=False) for text in (self.title, self.description)
        )
        front = f"title: {title}\ndescription: {description}\ntemplate: words.html"
        if self.short:
            front += f"\nshort: {json.dumps(self.short, ensure_ascii=False)}"
        return f"---\n{front}\n---\n\n/// {self.block}\n///\n"


def pages_of(project: Project, language: str) -> dict[str, Stub]:
    """The pages that are made of the words of a language, by their paths in its folder."""
    bank = project.banks.get(language)
    if bank is None:
        return {}
    t = catalog.interface(language).t
    found = {
        f"words/{key}.md": Stub(word.title, word.summary, f"word | {key}")
        for key, word in bank.words.items()
    }
    if bank.wording is not None:
        title, text = t("Check a text"), t("Paste a text of your own and see what the check says.")
        found["check.md"] = Stub(title, text, "check")
    if bank.signs:
        text = t("What each sign looks like, what is still normal, and what to do first.")
        found["signs/index.md"] = Stub(t("The signs"), text, "signs", t("Signs"))
        for key, sign in bank.signs.items():
            found[f"signs/{key}.md"] = Stub(sign.title, sign.behaviour, f"sign | {key}")
    if bank.practice:
        text = t("What they say, and what you answer: situations to practise, alone or in a group.")
        found["practice.md"] = Stub(t("Practise saying no"), text, "practice", t("Practice"))
    if bank.worksheets:
        text = t("Plans and agreements to fill in and to print.")
        found["documents/index.md"] = Stub(t("Documents"), text, "documents")
        for key, sheet in bank.worksheets.items():
            found[f"documents/{key}.md"] = Stub(sheet.title, sheet.summary, f"document | {key}")
    return found


def rules_scripts(project: Project, languages: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name and text of the script that leaves the rules of the wording check, by language."""
    memo = Memo(project.root, "rules")
    found = {}
    for language in languages:
        bank = project.banks.get(language)
        if bank is not None and bank.wording is not None:
            digest = bank.digests["words/check.yml"]
            text = memo.get(digest)
            if text is None:
                text = memo.keep(f"self.partwaysWording={data(bank.rules)};\n", digest)
            found[language] = bundle.hashed("wording", "js", text), text
    memo.save()
    return found


# -- what the templates print -------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A stretch of a letter: text, or a blank to be filled."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class PartView:
    """A part of a letter."""

    name: str
    heading: str
    pieces: tuple[Piece, ...]
    #: What is said of it: that it may be left out, or that it stands in for the one before.
    note: str


@dataclass(frozen=True)
class Variant:
    """One text of a situation, in one channel and tone."""

    id: str
    label: str
    tone: str
    subject: tuple[Piece, ...]
    parts: tuple[PartView, ...]
    is_outline: bool


@dataclass(frozen=True)
class BlankView:
    """A field, as the form asks for it and as the list of blanks names it."""

    id: str
    label: str
    hint: str
    kind: str
    example: str
    optional: bool


@dataclass(frozen=True)
class LinkView:
    """A link to one of our pages."""

    title: str
    text: str
    href: str
    id: str = ""


@dataclass(frozen=True)
class Group:
    """Links under a heading."""

    title: str
    links: tuple[LinkView, ...]


class Guide:
    """Renders the blocks of one project in one language."""

    def __init__(self, project: Project, language: str) -> None:
        self._project = project
        self._bank: Bank = project.banks.get(language, Bank())
        self._language = language
        self._i: Interface = catalog.interface(language)

    def _render(self, template: str, **values: Any) -> str:
        common = {
            "t": self._i.t,
            "plural": self._i.plural,
            "language": self._language,
            "root": "pw:/",
            "phrases": _phrases(self._i),
        }
        return render(template, **common, **values)

    def _inline(self, texts: Iterable[str]) -> tuple[Html, ...]:
        return tuple(inline(text) for text in texts)

    def _page(self, path: str) -> str:
        """The address of a page of the site, or nothing where it has none."""
        return f"pw:{path}.md" if path in self._project.pages else ""

    # -- situations

    def words(self) -> str:
        """The list of all situations."""
        names = _groups(self._i)
        groups = tuple(
            Group(
                title,
                tuple(
                    LinkView(word.title, word.summary, f"pw:words/{key}.md", key)
                    for key, word in self._bank.words.items()
                    if word.group == group
                ),
            )
            for group, title in names.items()
        )
        t = self._i.t
        more = [
            (self._bank.signs, "signs/index", t("The signs")),
            (self._bank.practice, "practice", t("Practise saying no")),
            (self._bank.wording, "check", t("Check a text")),
            (self._bank.worksheets, "documents/index", t("Documents")),
        ]
        stubs = pages_of(self._project, self._language)
        return self._render(
            "words.html",
            groups=tuple(group for group in groups if group.links),
            more=tuple(
                LinkView(title, stubs[f"{path}.md"].description, f"pw:{path}.md")
                for there, path, title in more
                if there
            ),
        )

    def word(self, key: str) -> str:
        """One situation: its guidance, its texts, and what fills them."""
        word = self._bank.words[key]
        t = self._i.t
        fields = self._bank.used(word)
        reactions = _reactions(self._i)
        letters = {
            form: {
                tone: {"subject": letter.subject, "parts": list(letter.parts.items())}
                for tone, letter in tones.items()
            }
            for form, tones in word.letters.items()
        }
        return self._render(
            "word.html",
            key=key,
            word=word,
            group=_groups(self._i)[word.group],
            home=self._page("words"),
            law=inline(word.law),
            legal=self._page("legal"),
            use=self._inline(word.use),
            avoid=self._inline(word.not_),
            ready=self._inline(word.ready),
            why=self._inline(word.why),
            never=self._inline(word.never),
            sources=self._sources(word.sources),
            reactions=tuple(
                (
                    reactions[name],
                    getattr(word.reactions, name).they,
                    self._pieces(getattr(word.reactions, name).you, fields),
                )
                for name in type(word.reactions).model_fields
            ),
            variants=tuple(
                self._variant(form, tone, letter, word.steps, fields)
                for form, tones in word.letters.items()
                for tone, letter in tones.items()
            ),
            blanks=tuple(self._blanks(fields)),
            practice=f"pw:practice.md#{self._exercise(key)}" if self._exercise(key) else "",
            signs=tuple(
                LinkView(sign.title, "", f"pw:signs/{name}.md")
                for name, sign in self._bank.signs.items()
                if key in sign.words
            ),
            has_capital=bool(self._bank.wording and self._bank.wording.capital),
            letter=data(
                {
                    "id": key,
                    "needs": list(word.needs),
                    "letters": letters,
                    "fields": {name: _field(blank) for name, blank in fields.items()},
                }
            ),
            facts=t("Behaviour and dates only: nothing on health, belief, origin or private life."),
        )

    def _exercise(self, word: str) -> str:
        return next((k for k, e in self._bank.practice.items() if e.word == word), "")

    def _sources(self, sources: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sources))

    def _variant(
        self,
        form: str,
        tone: str,
        letter: Letter,
        steps: Mapping[str, str],
        fields: Mapping[str, Blank],
    ) -> Variant:
        channel, step = channel_of(form), step_of(form)
        label = _channels(self._i)[channel]
        is_outline = channel in _OUTLINES
        return Variant(
            id=f"{form}-{tone}",
            label=f"{label}: {steps[step]}" if step else label,
            tone=_tones(self._i)[tone],
            subject=self._pieces(letter.subject, fields) if channel in WITH_SUBJECT else (),
            parts=tuple(
                PartView(
                    name,
                    _headings(self._i).get(name.removesuffix(_NONE), "") if is_outline else "",
                    self._pieces(text, fields),
                    self._note(name, text, fields),
                )
                for name, text in letter.parts.items()
            ),
            is_outline=is_outline,
        )

    def _note(self, name: str, text: str, fields: Mapping[str, Blank]) -> str:
        t = self._i.t
        if name.endswith(_NONE):
            return t("or, if there is nothing to name")
        if any(fields[field].optional for field in fields_in(text) if field in fields):
            return t("only if it applies")
        return ""

    def _pieces(self, text: str, fields: Mapping[str, Blank]) -> tuple[Piece, ...]:
        found = []
        for index, part in enumerate(_PIECE.split(text)):
            if index % 2:
                found.append(Piece(f"[{fields[part].label if part in fields else part}]", part))
            elif part:
                found.append(Piece(part))
        return tuple(found)

    def _blanks(self, fields: Mapping[str, Blank]) -> Iterator[BlankView]:
        for name, blank in fields.items():
            example = shown(blank.example, blank.kind, self._i)
            yield BlankView(name, blank.label, blank.hint, blank.kind, example, blank.optional)

    # -- the check

    def check(self) -> str:
        """A place to paste a text of one's own."""
        wording_ = self._bank.wording
        channels = _channels(self._i)
        return self._render(
            "check.html",
            channels=tuple((key, channels[key]) for key in wording_.channels) if wording_ else (),
            listed=tuple(_listed(wording_.rules) if wording_ else ()),
        )

    # -- signs

    def signs(self) -> str:
        """The list of all signs, by the part of the questionnaire that asks for them."""
        groups: dict[str, list[LinkView]] = {}
        for section, _, question in self._asked():
            if question.sign and question.sign in self._bank.signs:
                sign = self._bank.signs[question.sign]
                href = f"pw:signs/{question.sign}.md"
                link = LinkView(sign.title, sign.behaviour, href, question.sign)
                groups.setdefault(section, []).append(link)
        return self._render(
            "signs.html", groups=tuple(Group(k, tuple(links)) for k, links in groups.items())
        )

    def _asked(self) -> Iterator[tuple[str, str, Question]]:
        for name, compiled in self._project.questionnaires.items():
            q = compiled.translated[self._language]
            for section, _, question in q.questions():
                yield q.sections[section].title, name, question

    def sign(self, key: str) -> str:
        """One sign: the behaviour, what is normal, the measure, the escalation, the words."""
        sign = self._bank.signs[key]
        found = [(s, n, q) for s, n, q in self._asked() if q.sign == key]
        section, name, question = found[0] if found else ("", "", None)
        return self._render(
            "sign.html",
            sign=sign,
            section=section,
            home="pw:signs/index.md",
            ask=inline(question.ask) if question else "",
            questionnaire=self._page(name) if name else "",
            find_out=inline(question.find_out) if question else "",
            behaviour=inline(sign.behaviour),
            normal=inline(sign.normal),
            measure=inline(sign.measure),
            escalation=self._inline(sign.escalation),
            words=tuple(self._word_links(sign.words)),
            sources=self._sources(sign.sources),
            all_sources=self._page("sources"),
        )

    def _word_links(self, words: Iterable[str]) -> Iterator[LinkView]:
        for key in words:
            word = self._bank.words.get(key)
            if word is not None:
                yield LinkView(word.title, word.summary, f"pw:words/{key}.md", key)

    # -- practice

    def practice(self) -> str:
        """The exercises."""
        channels = _channels(self._i)
        exercises = []
        for key, exercise in self._bank.practice.items():
            word = next(iter(self._word_links((exercise.word,))), None)
            exercises.append((key, exercise, word))
        verdicts = {
            "yes": self._i.t("A good answer"),
            "partly": self._i.t("Partly good"),
            "no": self._i.t("Better not"),
        }
        return self._render(
            "practice.html",
            exercises=tuple(exercises),
            verdicts=verdicts,
            channels=channels,
        )

    # -- where the points lead

    def claims(self) -> str:
        """Every point of the articles that leads somewhere, with where it leads."""
        claims = self._project.claims
        t = self._i.t
        kinds = {
            "sign": t("sign"),
            "measure": t("measure"),
            "exception": t("exception"),
            "step": t("step"),
            "advice": t("advice"),
        }
        articles: dict[str, list[tuple[str, str, tuple[LinkView, ...]]]] = {}
        of = (
            {point: kind for kind, points in claims.kinds.items() for point in points}
            if claims
            else {}
        )
        for point in sorted(of):
            if of[point] in kinds:
                # Nothing, while a questionnaire has a mistake and its author looks at the page.
                leads = self._project.leads.get(point, ())
                links = dict.fromkeys(self._lead(lead) for lead in leads)
                row = point, kinds[of[point]], tuple(links)
                articles.setdefault(point.partition("-")[0], []).append(row)
        return self._render("claims_map.html", articles=tuple(articles.items()))

    def _lead(self, lead: Lead) -> LinkView:
        t, bank = self._i.t, self._bank
        waits = {
            "cost": t("waits for: what a client costs"),
            "part": t("waits for: before you part, with answers"),
            "state": t("waits for: your own state"),
            "training": t("waits for: more training"),
        }
        match lead.kind:
            case "question":
                q = self._project.questionnaires[lead.name].translated[self._language]
                name = next(x.name for _, key, x in q.questions() if key == lead.key)
                return LinkView(name, "", f"pw:{lead.name}.md#{lead.name}--{lead.key}")
            case "part":
                q = self._project.questionnaires[lead.name].translated[self._language]
                group, _, key = lead.key.partition(".")
                part = getattr(q, group)[key]
                title = getattr(part, "title", "") or q.title
                return LinkView(title, "", f"pw:{lead.name}.md")
            case "word":
                href = f"pw:words/{lead.name}.md"
                return LinkView(bank.words[lead.name].title, "", href)
            case "sign":
                href = f"pw:signs/{lead.name}.md"
                return LinkView(bank.signs[lead.name].title, "", href)
            case "document":
                href = f"pw:documents/{lead.name}.md"
                return LinkView(bank.worksheets[lead.name].title, "", href)
            case "page":
                title = self._project.titles[self._language].get(lead.name, lead.name)
                return LinkView(title, "", self._page(lead.name))
            case _:
                return LinkView(waits[lead.name], "", "")

    # -- worksheets

    def documents(self) -> str:
        """The list of all worksheets."""
        links = tuple(
            LinkView(sheet.title, sheet.summary, f"pw:documents/{key}.md", key)
            for key, sheet in self._bank.worksheets.items()
        )
        return self._render("documents.html", links=links)

    def document(self, key: str) -> str:
        """A worksheet to fill in."""
        sheet: Worksheet = self._bank.worksheets[key]
        fields = self._bank.used(sheet)
        sections = tuple(
            (
                name,
                section,
                tuple(self._text(section.text, fields)) if section.text else (),
                tuple(tuple(self._text(line, fields)) for line in section.lines),
                tuple(
                    (
                        row,
                        content,
                        inline(content.text),
                        tuple(self._word_links(content.words)),
                    )
                    for row, content in section.rows.items()
                ),
            )
            for name, section in sheet.sections.items()
        )
        return self._render(
            "document.html",
            key=key,
            sheet=sheet,
            home="pw:documents/index.md",
            intro=inline(sheet.intro),
            sections=sections,
            blanks=tuple(self._blanks(fields)),
            sources=self._sources(sheet.sources),
            fields=data({name: _field(blank) for name, blank in fields.items()}),
        )

    def _text(self, text: str, fields: Mapping[str, Blank]) -> Iterator[tuple[Html, str]]:
        """Inline Markdown and blanks: each piece with the field it stands for, if it does."""
        for piece in self._pieces(text, fields):
            yield inline(piece.text), piece.field


def _field(blank: Blank) -> dict[str, Any]:
    entry: dict[str, Any] = {"label": blank.label, "kind": blank.kind}
    if blank.optional:
        entry["optional"] = 1
    if blank.from_:
        entry["from"] = blank.from_
    return entry


def _listed(rules: Mapping[str, WordingRule]) -> Iterator[tuple[str, str]]:
    for rule in rules.values():
        yield rule.title, rule.why


# -- words of the interface ---------------------------------------------------------------------


def _groups(i: Interface) -> dict[str, str]:
    t = i.t
    return {
        "enquiry": t("A new enquiry"),
        "work": t("Work and money"),
        "conduct": t("How we work together"),
        "end": t("The end"),
    }


def _channels(i: Interface) -> dict[str, str]:
    t = i.t
    return {
        "email": t("E-mail"),
        "messenger": t("Messenger"),
        "call": t("Phone call"),
        "meeting": t("Meeting"),
        "letter": t("Letter"),
        "chat": t("Chat"),
        "public": t("Public reply"),
    }


def _tones(i: Interface) -> dict[str, str]:
    return {"warm": i.t("warm"), "neutral": i.t("neutral"), "firm": i.t("firm")}


def _headings(i: Interface) -> dict[str, str]:
    t = i.t
    return {
        "greeting": t("Greeting"),
        "thanks": t("Thanks"),
        "decision": t("The decision"),
        "reason": t("The reason"),
        "until": t("Until then"),
        "help": t("Help"),
        "money": t("Money and files"),
        "question": t("Question"),
        "close": t("The close"),
    }


def _reactions(i: Interface) -> dict[str, str]:
    t = i.t
    return {
        "anger": t("Anger"),
        "bargaining": t("Bargaining"),
        "guilt": t("Guilt"),
        "review": t("Threat of a review"),
        "silence": t("Silence"),
    }


def _phrases(i: Interface) -> Html:
    """The sentences that the script says, by the names it has for them."""
    t, forms = i.t, i.forms
    plain = {
        "clean": t("The check finds nothing. Read it aloud once, then send it."),
        "empty": t("Nothing to check yet."),
        "copied": t("The text is copied."),
        "not_copied": t("Copying was refused. The text is selected: copy it by hand."),
        "saved": t("The draft is kept on this device."),
        "refused": t("This browser does not let the page keep a draft."),
        "deleted": t("The draft is deleted."),
        "case": t("Filled in from your result of {date}. Look at it before you use it."),
        "incomplete": t("Not complete: a cell is empty"),
        "subject": t("Subject"),
        "better": t("Better:"),
        "show": t("Show in the text"),
    }
    counted = {
        "found": forms("{n} place to look at", "{n} places to look at"),
        "blanks": forms("{n} blank is still empty", "{n} blanks are still empty"),
        "rows": forms("{n} row is not complete", "{n} rows are not complete"),
    }
    return data({**plain, **counted})
