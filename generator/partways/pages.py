"""A compiled questionnaire to HTML; the only door of jinja2.

The page is complete before the script: every question, verdict and word stands in it. Here is
decided what stands where; the templates only print. What the script may show is rendered too and
stays hidden: `data-show` names the marks of which one must hold (`runtime/result.mjs` makes them),
`data-unless` those of which none may.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemBytecodeCache,
    PackageLoader,
    StrictUndefined,
)
from markupsafe import Markup, escape

from partways import __version__, bundle, catalog
from partways.explain import Explainer, Group, Tree

if TYPE_CHECKING:
    from partways.catalog import Interface
    from partways.model import Card, Option, Question, Questionnaire, Section, Span
    from partways.program import Program
    from partways.project import Compiled, Project

Html = Markup
"""Text that is HTML already."""

Links = Callable[[str], str]
"""A mark like `pw:words.md#w9` to the address that stands in the page."""


#: What was rendered of the last project: a page and its one-file version share the block.
_rendered: dict[str, tuple[Project, dict[tuple[str, str], str]]] = {}


def assessment(project: Project, name: str, language: str) -> str:
    """The HTML of the block for the questionnaire `name`; what stands inside `div.pw-block`.

    Links to pages are marks like `pw:words.md#w9`; who puts the block on a page resolves them.
    """
    last, blocks = _rendered.get("last", (None, {}))
    if last is not project:
        blocks = {}
        _rendered["last"] = project, blocks
    if (name, language) not in blocks:
        view = _Builder(project, name, language).block()
        blocks[name, language] = _render("assessment.html", view)
    return blocks[name, language]


def _nowhere(mark: str) -> str:
    # A file on its own has no pages beside it: the words of such a link stay, the link does not.
    del mark
    return ""


_MARKED = re.compile(r'(<p>)?<a\b[^>]*\bhref="(pw:[^"]*)"[^>]*>(.*?)</a>(</p>)?', re.DOTALL)


def single(project: Project, name: str, language: str, *, links: Links = _nowhere) -> str:
    """The questionnaire as one file that needs nothing else, with a policy of its own.

    `links` gives absolute addresses; without it no link leads out of the file.
    """

    def resolved(match: re.Match[str]) -> str:
        whole, mark, words = match[0], match[2], match[3]
        if mark.startswith("pw:single/"):
            return ""
        if target := links(mark):
            return whole.replace(f'"{mark}"', f'"{escape(target)}"')
        # A paragraph that was nothing but the link goes with it.
        return "" if match[1] and match[4] else f"{match[1] or ''}{words}{match[4] or ''}"

    block = _MARKED.sub(resolved, assessment(project, name, language))
    script = _html(bundle.script()[1])
    style = _html(bundle.style()[1])
    return (
        _environment()
        .get_template("single.html")
        .render(
            block=_html(block.replace('data-root="pw:/"', 'data-root="file"')),
            title=inline(project.questionnaires[name].translated[language].title),
            language=language,
            script=script,
            style=style,
            policy=_policy(script, style),
        )
    )


def _policy(script: str, style: str) -> str:
    def allowed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; script-src 'sha256-{allowed(script)}'; "
        f"style-src 'sha256-{allowed(style)}'; base-uri 'none'; form-action 'none'"
    )


# -- templates ----------------------------------------------------------------------------------


@cache
def compiled_templates() -> BytecodeCache | None:
    """Where Jinja keeps compiled templates between builds: a folder of this user for such files.

    Compiling them is a fifth of a small build. None where the system has no safe folder.
    """
    try:
        return FileSystemBytecodeCache(pattern=f"partways-{__version__}-%s.cache")
    except RuntimeError:
        return None


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("partways"),
        bytecode_cache=compiled_templates(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _render(template: str, view: Block) -> str:
    page = _environment().get_template(template)
    html = page.render(b=view, t=view.words.t, is_group=_is_group)
    return _BETWEEN.sub("><", html)


def render(template: str, **values: object) -> str:
    """The HTML of one of the templates of `guidance`."""
    return _LINES.sub("\n", _environment().get_template(template).render(**values))


def data(value: object) -> Markup:
    """`value` as JSON that may stand in a `script` element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _html(text.replace("<", "\\u003c"))


_LINES = re.compile(r"\n\s*\n+")
# A line's end between two tags parts nothing here, and would be a node of the page.
_BETWEEN = re.compile(r">\s*\n\s*<")


def _is_group(tree: Tree) -> bool:
    return isinstance(tree, Group)


# -- inline Markdown ----------------------------------------------------------------------------

_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_STRESS = re.compile(r"\*(?=\S)(.+?)(?<=\S)\*")
_LINK = re.compile(r"\[([^\]\[]+)\]\(([^()\s]+)\)")


@lru_cache(maxsize=4096)
def inline(text: str) -> Markup:
    """The Markdown of a text: emphasis, strong and links; all else is text.

    A link to a page becomes a mark, as in `assessment`.
    """
    safe = str(escape(text.replace("\0", "")))
    if "*" not in safe and "[" not in safe:
        return _html(safe)
    starts: list[str] = []

    def link(match: re.Match[str]) -> str:
        words, target = match[1], match[2]
        if not re.match(r"(?:https?|mailto|pw):|#", target):
            target = f"pw:{target}"
        starts.append(f'<a href="{target}">')
        # A star in an address is no Markdown: the address stands aside until that is done.
        return f"\0{len(starts) - 1}\0{words}</a>"

    safe = _LINK.sub(link, safe)
    safe = _STRONG.sub(r"<strong>\1</strong>", safe)
    safe = _STRESS.sub(r"<em>\1</em>", safe)
    return _html(re.sub("\0(\\d+)\0", lambda match: starts[int(match[1])], safe))


def _html(text: str) -> Markup:
    """Text that is HTML by how it was made; nothing else in this module may say so."""
    return Markup(text)  # noqa: S704


# -- what the templates print -------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """An option as it stands in the form."""

    id: str
    label: Markup
    points: int | None
    #: Which of the cards below the question it opens, counted from 1; 0 = none.
    opens: int


@dataclass(frozen=True)
class Opened:
    """A card below a question, and the answers that open it."""

    id: str
    card: CardView
    on: tuple[str, ...]
    #: Amber where only amber red lines show it: red is for danger.
    level: str


@dataclass(frozen=True)
class CardView:
    """A card."""

    title: Markup
    text: Markup
    do: tuple[Markup, ...]


@dataclass(frozen=True)
class QuestionView:
    """A question of the form."""

    id: str
    name: str
    ask: Markup
    hint: Markup
    choices: tuple[Choice, ...]
    asides: tuple[Choice, ...]
    cards: tuple[Opened, ...]
    #: "yes" or "no" where the reader chooses which questions to keep, else empty.
    kept: str


@dataclass(frozen=True)
class Setting:
    """What the reader may set for one question."""

    id: str
    name: str
    weights: tuple[tuple[int, bool], ...]
    knock_out: bool | None
    kept: bool | None


@dataclass(frozen=True)
class SectionView:
    """A section of the form."""

    id: str
    title: Markup
    #: Class that counts its points without a script.
    counter: str
    window: str
    window_text: str
    intro: Markup
    when: Tree | None
    off: Markup
    questions: tuple[QuestionView, ...]
    settings: tuple[Setting, ...]
    settings_text: str


@dataclass(frozen=True)
class Shown:
    """A line that is shown while one of its marks holds."""

    text: Markup
    show: str
    unless: str = ""
    href: str = ""
    #: Lines below it.
    parts: tuple[Shown, ...] = ()
    id: str = ""
    extra: str = ""
    number: int = 0


@dataclass(frozen=True)
class VerdictView:
    """A verdict, or “not enough”."""

    id: str
    title: Markup
    text: Markup
    tone: str
    tone_word: str
    page: str
    again: str
    tips: bool
    card: CardView | None


@dataclass(frozen=True)
class MeasureView:
    """A measure with its steps."""

    id: str
    title: Markup
    text: Markup
    steps: tuple[Shown, ...]
    do: tuple[Shown, ...]
    also: tuple[Shown, ...]
    highlights: int


@dataclass(frozen=True)
class BecauseView:
    """An answer that may have led to a verdict."""

    id: str
    text: Markup
    dimension: str
    alone: str
    #: The page about this sign.
    sign: str
    href: str


@dataclass(frozen=True)
class UnknownView:
    """A question whose answer may be unknown."""

    id: str
    name: Markup
    find_out: Markup


@dataclass(frozen=True)
class DimensionView:
    """A row of the picture."""

    id: str
    title: Markup
    about: Markup
    tip: Markup
    tip_from: int
    #: The limit that the line in its bar marks; -1 = none.
    limit: int
    bands: tuple[tuple[int, Markup], ...]


@dataclass(frozen=True)
class RuleView:
    """The rule of one entry of the verdicts, in words."""

    id: str
    title: Markup
    rule: Tree | None
    note: Markup


@dataclass(frozen=True)
class PaperDimension:
    """A line of the sheet that is filled in by hand."""

    id: str
    title: Markup
    counter: str
    most: int
    needs: str
    rule: Tree | None


@dataclass(frozen=True)
class PaperPoints:
    """Questions that share their options, and what each option counts."""

    names: tuple[Markup, ...]
    points: tuple[tuple[Markup, str], ...]


@dataclass(frozen=True)
class Paper:
    """The scoring table: how to read the verdict by hand."""

    dimensions: tuple[PaperDimension, ...]
    points: tuple[PaperPoints, ...]
    red_lines: tuple[tuple[Markup, Tree], ...]
    measures: tuple[tuple[Markup, Tree, tuple[str, ...]], ...]
    step_by: str
    step_columns: tuple[Markup, ...]
    verdicts: tuple[RuleView, ...]
    raised: bool


@dataclass(frozen=True)
class Block:
    """All that the templates of one questionnaire print."""

    name: str
    language: str
    title: Markup
    summary: Markup
    intro: tuple[Markup, ...]
    revision: str
    program: Markup
    words: Interface
    minutes: str
    download: str
    is_one_page: bool
    sections: tuple[SectionView, ...]
    red_lines: tuple[Shown, ...]
    red_cards: dict[str, CardView]
    verdicts: tuple[VerdictView, ...]
    todo: tuple[Shown, ...]
    measures: tuple[MeasureView, ...]
    letters: tuple[Shown, ...]
    cautions: tuple[Shown, ...]
    notes: tuple[Shown, ...]
    advice: tuple[Shown, ...]
    dimensions: tuple[DimensionView, ...]
    because: tuple[BecauseView, ...]
    unknowns: tuple[UnknownView, ...]
    rules: tuple[RuleView, ...]
    raised: str
    has_settings: bool
    has_measures: bool
    paper: Paper
    phrases: Html


# -- what stands where --------------------------------------------------------------------------


class _Builder:
    """Decides what the templates print for one questionnaire in one language."""

    def __init__(self, project: Project, name: str, language: str) -> None:
        compiled: Compiled = project.questionnaires[name]
        self._compiled = compiled
        self._name = name
        self._language = language
        self._q: Questionnaire = compiled.translated[language]
        self._program: Program = compiled.program
        self._words = project.words.get(language, {})
        self._signs = project.banks[language].signs if language in project.banks else {}
        self._i = catalog.interface(language)
        self._explain = Explainer(self._q, self._program, self._i)
        self._items: dict[str, Program] = {item["id"]: item for item in self._program["items"]}

    def block(self) -> Block:
        """All of it."""
        q, t = self._q, self._i.t
        return Block(
            name=self._name,
            language=self._language,
            title=self._inline(q.title),
            summary=self._inline(q.summary),
            intro=tuple(self._inline(p) for p in re.split(r"\n\s*\n", q.intro) if p.strip()),
            revision=self._compiled.revision,
            program=_html(self._compiled.program_json),
            words=self._i,
            minutes=t("About {n} minutes", n=q.minutes),
            download=f"pw:single/{self._name}",
            is_one_page=q.one_page,
            sections=tuple(self._section(key, s) for key, s in q.sections.items()),
            red_lines=tuple(self._red_lines()),
            red_cards={
                key: self._card(q.cards[line.card])
                for key, line in q.red_lines.items()
                if line.card
            },
            verdicts=tuple(self._verdicts()),
            todo=tuple(
                Shown(self._inline(text), f"verdict:{key}")
                for key, verdict in q.verdicts.items()
                for text in verdict.do
            ),
            measures=tuple(self._measure(key) for key in q.measures),
            letters=tuple(self._letters()),
            cautions=tuple(
                Shown(
                    self._inline(caution.text),
                    f"caution:{key}",
                    id=key,
                    extra=caution.title,
                    href=self._page(caution.page),
                )
                for key, caution in q.cautions.items()
            ),
            notes=tuple(
                Shown(self._inline(note.text), f"note:{key}", id=key)
                for key, note in q.notes.items()
            ),
            advice=tuple(
                Shown(self._inline(option.advice), f"advice:{key}:{option_id}", extra=question.name)
                for _, key, question in q.questions()
                for option_id, option in q.options(question).items()
                if option.advice
            ),
            dimensions=tuple(self._dimensions()),
            because=tuple(self._because()),
            unknowns=tuple(
                UnknownView(key, self._inline(question.name), self._inline(question.find_out))
                for _, key, question in q.questions()
                if question.find_out
            ),
            rules=tuple(self._rules()),
            raised=self._raised(),
            has_settings=q.reader_sets is not None,
            has_measures=bool(q.measures),
            paper=self._paper(),
            phrases=_phrases(self._i),
        )

    def _inline(self, text: str) -> Markup:
        return inline(text)

    def _page(self, slug: str | None) -> str:
        return f"pw:{slug}.md" if slug else ""

    # -- the form

    def _section(self, key: str, section: Section) -> SectionView:
        q = self._q
        places = [d["id"] for d in self._program["dimensions"]]
        counter = ""
        if section.dimension in places and self._counts_fit():
            counter = f"pw-d{places.index(section.dimension)}"
        group = next(g for g in self._program["groups"] if g["id"] == key)
        questions = tuple(self._question(i, question) for i, question in section.questions.items())
        settings: tuple[Setting, ...] = ()
        if q.reader_sets is not None:
            settings = tuple(
                self._setting(i, question)
                for i, question in section.questions.items()
                if "w" in self._items[i]
            )
        keep = q.reader_sets.keep if q.reader_sets else None
        return SectionView(
            id=key,
            title=self._inline(section.title),
            counter=counter,
            window=f"{section.window.number} {section.window.unit}" if section.window else "",
            window_text=self._window(section.window),
            intro=self._inline(section.intro),
            when=self._explain.rule(group["when"]) if "when" in group else None,
            off=self._inline(section.off),
            questions=questions,
            settings=settings,
            settings_text=self._i.t("Keep {low} to {high} in all.", low=keep[0], high=keep[1])
            if keep
            else "",
        )

    def _window(self, span: Span | None) -> str:
        plural = self._i.plural
        if span is None:
            return ""
        if span.unit == "days":
            return plural("The last {n} day", "The last {n} days", span.number)
        return plural("The last {n} month", "The last {n} months", span.number)

    def _question(self, key: str, question: Question) -> QuestionView:
        options = self._q.options(question)
        cards = self._cards_below(key, options)
        item = self._items[key]
        weight, kept = (item["w"][0], item["w"][2]) if "w" in item else (1, 1)
        # Without a script nobody can set anything: the defaults count.
        factor = weight * kept

        def choice(option_id: str, option: Option) -> Choice:
            opens = next((n for n, c in enumerate(cards, 1) if option_id in c.on), 0)
            points = None if option.points is None or option.counts else option.points * factor
            label = self._inline(option.label)
            if "<" in label:
                label = Markup("<span>{}</span>").format(label)  # one thing beside the button
            return Choice(option_id, label, points or None, opens)

        has_settings = "w" in item and self._q.reader_sets is not None
        return QuestionView(
            id=key,
            name=question.name,
            ask=self._inline(question.ask),
            hint=self._inline(question.hint),
            choices=tuple(choice(i, o) for i, o in options.items() if o.counts is None),
            asides=tuple(choice(i, o) for i, o in options.items() if o.counts is not None),
            cards=tuple(cards),
            kept=("yes" if kept else "no") if has_settings else "",
        )

    def _cards_below(self, key: str, options: dict[str, Option]) -> list[Opened]:
        """The cards that an answer to this question opens at once: its own, and a red line's."""
        q = self._q
        opened: dict[str, list[str]] = {}
        for option_id, option in options.items():
            if option.opens:
                opened.setdefault(option.opens, []).append(option_id)
        for line in self._program["red_lines"]:
            card = q.red_lines[line["id"]].card
            if card:
                for option_id in _alone(line["when"], key):
                    opened.setdefault(card, []).append(option_id)
        return [
            Opened(card, self._card(q.cards[card]), tuple(dict.fromkeys(on)), self._level(card))
            for card, on in opened.items()
        ]

    def _level(self, card: str) -> str:
        levels = {line.level for line in self._q.red_lines.values() if line.card == card}
        return "amber" if levels == {"amber"} else "stop"

    def _card(self, card: Card) -> CardView:
        return CardView(
            self._inline(card.title),
            self._inline(card.text),
            tuple(self._inline(text) for text in card.do),
        )

    def _setting(self, key: str, question: Question) -> Setting:
        sets = self._q.reader_sets
        assert sets is not None
        low, high = sets.weight
        return Setting(
            id=key,
            name=question.name,
            weights=tuple((n, n == question.weight) for n in range(low, high + 1)),
            knock_out=question.knock_out if sets.knock_out else None,
            kept=question.kept if sets.keep else None,
        )

    def _counts_fit(self) -> bool:
        most = max((p or 0 for i in self._program["items"] for p in i.get("points", [])), default=0)
        heaviest = max((i["w"][0] for i in self._program["items"] if "w" in i), default=1)
        places = len(self._program["dimensions"])
        return most * heaviest <= bundle.MOST_POINTS and places <= bundle.MOST_DIMENSIONS

    # -- the result

    def _red_lines(self) -> Iterator[Shown]:
        for key, line in self._q.red_lines.items():
            yield Shown(self._inline(line.title), f"red:{key}", id=key, extra=line.level)

    def _verdicts(self) -> Iterator[VerdictView]:
        t = self._i.t
        tones = {"stop": t("Stop"), "act": t("Act"), "care": t("Take care"), "go": t("Go on")}
        for key, verdict in self._q.verdicts.items():
            if verdict.is_ is None:
                again = verdict.again
                yield VerdictView(
                    id=key,
                    title=self._inline(verdict.title),
                    text=self._inline(verdict.text),
                    tone=verdict.tone,
                    tone_word=tones[verdict.tone],
                    page=self._page(verdict.page),
                    again=f"{again.number} {again.unit}" if again else "",
                    tips=verdict.tips,
                    card=self._card(self._q.cards[verdict.card]) if verdict.card else None,
                )
        enough = self._q.not_enough
        title, text = self._inline(enough.title), self._inline(enough.text)
        yield VerdictView("not_enough", title, text, "care", t("Still open"), "", "", False, None)

    def _measure(self, key: str) -> MeasureView:
        q = self._q
        measure = q.measures[key]
        used = list(dict.fromkeys(measure.step)) or [""]
        plain = [step for step in used if step not in measure.do_at]
        do = [Shown(self._inline(measure.do), " ".join(f"step:{key}:{s}" for s in plain))]
        do += [Shown(self._inline(x), f"step:{key}:{s}") for s, x in measure.do_at.items()]
        return MeasureView(
            id=key,
            title=self._inline(measure.title),
            text=self._inline(measure.text),
            steps=tuple(
                Shown(self._inline(q.steps[step].label), f"step:{key}:{step}")
                for step in used
                if step
            ),
            do=tuple(do),
            also=tuple(
                Shown(self._inline(also.do), f"also:{key}:{option}")
                for option, also in measure.also.items()
            ),
            highlights=measure.highlights,
        )

    def _letters(self) -> Iterator[Shown]:
        """Every text to say that is named somewhere, with the marks that call for it."""
        q = self._q
        marks: dict[str, list[str]] = {}
        about: dict[str, list[str]] = {}

        def call(words: Iterable[str], mark: str) -> None:
            for word in words:
                marks.setdefault(word, []).append(mark)
                if mark.startswith(("measure:", "also:")):
                    about.setdefault(word, []).extend(self._about(mark.split(":")[1]))

        for key, verdict in q.verdicts.items():
            call(verdict.words or (), f"verdict:{key}")
        call(q.not_enough.words, "verdict:not_enough")
        for key, measure in q.measures.items():
            call(measure.words, f"measure:{key}")
            for option, also in measure.also.items():
                call(also.words, f"also:{key}:{option}")
        for word, where in marks.items():
            known = self._words.get(word)
            if known is None:
                continue
            yield Shown(
                escape(known.title),
                " ".join(where),
                "caution:any" if known.refuses else "",
                href=known.mark,
                id=word,
                extra=" ".join(dict.fromkeys(about.get(word, ()))),
            )

    def _about(self, measure: str) -> Iterator[str]:
        """The questions that the rule of a measure rests on."""
        rule = next(m["when"] for m in self._program["measures"] if m["id"] == measure)
        named = set(re.findall(r'"(\w+)"', json.dumps(rule)))
        for dimension in self._program["dimensions"]:
            if dimension["id"] in named and dimension["id"] != "total":
                named |= {self._program["items"][index]["id"] for index in dimension["items"]}
        yield from (key for _, key, _ in self._q.questions() if key in named)

    def _dimensions(self) -> Iterator[DimensionView]:
        q = self._q
        for key, dimension in q.dimensions.items():
            program = next(d for d in self._program["dimensions"] if d["id"] == key)
            yield DimensionView(
                id=key,
                title=self._inline(dimension.title),
                about=self._inline(dimension.about),
                tip=self._inline(dimension.tip),
                tip_from=q.tip_from if dimension.tip else -1,
                limit=_limit(program.get("raised"), key),
                bands=(),
            )
        if q.overall is not None:
            bands = sorted((band.from_, band.label) for band in q.overall.bands.values())
            yield DimensionView(
                id="total",
                title=self._inline(q.overall.title),
                about=Markup(),
                tip=Markup(),
                tip_from=-1,
                limit=-1,
                bands=tuple((low, self._inline(label)) for low, label in bands),
            )

    def _because(self) -> Iterator[BecauseView]:
        q, t = self._q, self._i.t
        for section_id, key, question in q.questions():
            if not question.because:
                continue
            dimension = q.dimensions.get(q.sections[section_id].dimension or "")
            alone = ""
            if question.alarm:
                label = q.options(question)[question.alarm].label
                alone = t("counts on its own from “{answer}” on", answer=label)
            sign = self._signs.get(question.sign or "")
            yield BecauseView(
                id=key,
                text=self._inline(question.because),
                dimension=dimension.title if dimension else "",
                alone=alone,
                sign=sign.title if sign else "",
                href=f"pw:signs/{question.sign}.md" if sign else "",
            )

    def _rules(self) -> Iterator[RuleView]:
        """The rule of each verdict, in their order; the last has none."""
        q = self._q
        for entry in self._program["verdicts"]:
            verdict = q.verdicts[entry["id"]]
            yield RuleView(
                id=entry["id"],
                title=self._inline(q.verdicts[entry["is"]].title),
                rule=self._explain.rule(entry["when"]) if "when" in entry else None,
                note=self._inline(verdict.rule_note or q.verdicts[entry["is"]].rule_note),
            )

    def _raised(self) -> str:
        """What the line in the picture means; empty where nothing is ever raised by its score."""
        t = self._i.t
        scored = [d for d in self._program["dimensions"] if _limit(d.get("raised"), d["id"]) >= 0]
        if not scored:
            return ""
        limit = _limit(scored[0]["raised"], scored[0]["id"])
        text = t("The line marks {n}. From there on, an area counts as raised.", n=limit)
        if any("or" in d["raised"] for d in scored):
            text += " " + t("One grave answer can be enough.")
        return text

    # -- on paper

    def _paper(self) -> Paper:
        q = self._q
        steps = list(q.steps.values())
        measures = []
        for measure in self._program["measures"]:
            view = q.measures[measure["id"]]
            labels = tuple(steps[rank - 1].label for rank in measure["step"])
            measures.append((self._inline(view.title), self._explain.rule(measure["when"]), labels))
        columns: tuple[Markup, ...] = ()
        step_by = ""
        if q.step_by:
            step_by = self._explain.name(q.step_by)
            question = next(x for _, key, x in q.questions() if key == q.step_by)
            columns = tuple(self._inline(o.label) for o in q.options(question).values())
        return Paper(
            dimensions=tuple(self._paper_dimensions()),
            points=tuple(self._paper_points()),
            red_lines=tuple(
                (self._inline(q.red_lines[line["id"]].title), self._explain.rule(line["when"]))
                for line in self._program["red_lines"]
            ),
            measures=tuple(measures),
            step_by=step_by,
            step_columns=columns,
            verdicts=tuple(self._rules()),
            raised=any("raised" in d for d in self._program["dimensions"]),
        )

    def _paper_dimensions(self) -> Iterator[PaperDimension]:
        q, t = self._q, self._i.t
        has_counters = self._counts_fit()
        for place, dimension in enumerate(self._program["dimensions"]):
            key = dimension["id"]
            is_total = key == "total"
            if is_total and q.overall is None:
                continue
            title = q.overall.title if is_total and q.overall else q.dimensions[key].title
            needed, of = dimension["needs"]
            counter = "total" if is_total else f"pw-d{place}"
            yield PaperDimension(
                id=key,
                title=self._inline(title),
                counter=counter if has_counters else "",
                most=sum(self._most(index) for index in dimension["items"]),
                needs="" if is_total else t("{k} of {of}", k=needed, of=of),
                rule=self._explain.raised(dimension) if "raised" in dimension else None,
            )

    def _most(self, index: int) -> int:
        item = self._program["items"][index]
        weight, _, kept = item.get("w", (1, 0, 1))
        return max(p or 0 for p in item["points"]) * int(weight * kept)

    def _paper_points(self) -> Iterator[PaperPoints]:
        """What each answer counts; questions with the same answers stand together."""
        q, t = self._q, self._i.t
        groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for _, key, question in q.questions():
            if not self._items[key].get("in"):
                continue
            words = {"unknown": t("unknown"), "skip": t("leave out")}
            rows = tuple(
                (o.label, words[o.counts] if o.counts else str(o.points))
                for o in q.options(question).values()
            )
            groups.setdefault(rows, []).append(question.name)
        for rows, names in groups.items():
            yield PaperPoints(
                tuple(self._inline(name) for name in names),
                tuple((self._inline(label), points) for label, points in rows),
            )


def _alone(expr: Any, item: str) -> tuple[str, ...]:
    """The options of `item` that make the rule hold whatever else is answered."""
    ((operator, args),) = expr.items()
    if operator == "or":
        return tuple(option for part in args for option in _alone(part, item))
    if operator == "in" and args[0] == {"var": item}:
        return tuple(args[1])
    return ()


def _limit(expr: Any, dimension: str) -> int:
    """The score from which `dimension` is raised by its score alone; -1 = none."""
    if not expr:
        return -1
    ((operator, args),) = expr.items()
    if operator == "or":
        return max((_limit(part, dimension) for part in args), default=-1)
    if operator == ">=" and args[0] == {"score": dimension} and isinstance(args[1], int):
        return args[1]
    return -1


def _phrases(interface: Interface) -> Html:
    """The sentences with blanks that the script fills, by the names it has for them."""
    t, forms = interface.t, interface.forms
    plain = {
        "part": t("Part {k} of {of}"),
        "count": t("{k} of {of}"),
        "since": t("since {date}"),
        "range": t("{low} to {high}"),
        "empty": t("does not apply"),
        "raised": t("raised"),
        "perhaps_raised": t("perhaps raised"),
        "known": t("{known} of {of} known"),
        "could": t("If “{answer}”: {verdict}"),
        "answer": t("“{name}”: {answer}"),
        "weight_more": t("“{name}” weighs one more"),
        "weight_less": t("“{name}” weighs one less"),
        "perhaps": t("Perhaps also: {list}"),
        "topics": t("Topics: {list}"),
        "stamp": t("Result of {date}. Version of the questionnaire: {revision}."),
        "again": t("Look again: {title}"),
        "refused": t(
            "This browser does not let the page save anything. You can answer all the same. "
            "Before you leave, copy the link or download the file."
        ),
        "newer": t(
            "Answers saved by a newer version of this page were found. They are left alone, "
            "and what you answer here is not saved."
        ),
        "rescued": t(
            "What was saved here could not be read. A copy of it is kept in this browser, "
            "and you start afresh."
        ),
        "link_damaged": t("This link is damaged, so nothing was taken from it. Ask for it again."),
        "link_newer": t("This link was made by a newer version of the page. Ask for another one."),
        "link_foreign": t("This link belongs to another questionnaire."),
        "file_bad": t("This file holds no answers to this questionnaire."),
        "file_shared": t(
            "This result comes from a file. Your own answers on this device are untouched."
        ),
        "link_shared": t("This is a shared result. Your own answers are untouched."),
        "copied": t("The link is copied."),
        "not_copied": t("Copying was refused. The link is selected: copy it by hand."),
        "deleted": t("Your answers are deleted."),
        "clear": t("Clear"),
    }
    counted = {
        "answered": forms("{k} of {n} question answered", "{k} of {n} questions answered"),
        "kept": forms("{n} criterion kept", "{n} criteria kept"),
        "lost": forms(
            "{n} answer in the link no longer fits, because the questionnaire has changed.",
            "{n} answers in the link no longer fit, because the questionnaire has changed.",
        ),
        "dropped": forms(
            "The questionnaire has changed, and {n} saved answer no longer fits: {list}.",
            "The questionnaire has changed, and {n} saved answers no longer fit: {list}.",
        ),
    }
    return data({**plain, **counted})
