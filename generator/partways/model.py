"""What a questionnaire is, and what the words are: the shapes of YAML files, closed and frozen.

The classes are the reference of the format; `partways schema` writes the JSON Schema for editors
from them. Every scalar arrives as the text its author wrote, so `no` stays a word and `010` is
not eight: the types below say what a text may be. Shapes are checked by pydantic;
`reading.py` turns its findings into problems with a line and a column.
Texts (`Text`) are inline Markdown and translatable, never HTML.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from .problems import close
from .source import MOST_PROBLEMS

#: Words of the rule language; no question, dimension or option may be called so.
RULE_WORDS = frozenset(
    [
        "all",
        "any",
        "applies",
        "count",
        "kept",
        "knocked",
        "max",
        "min",
        "none",
        "raised",
        "step",
        "sum",
        "total",
    ]
)
#: `none` is a fine name for an option (“does not apply”), and only `step` compares with it.
_OPTION_MAY = frozenset({"none"})


def _wrong(rule: str, message: str) -> PydanticCustomError:
    # Braces would be read as placeholders by pydantic.
    return PydanticCustomError(rule, "{message}", {"message": message})


def _scalar(value: object, expected: str) -> str:
    if not isinstance(value, str):
        kind = "a list" if isinstance(value, list) else "a mapping"
        raise _wrong("shape", f"{kind} stands here. expected {expected}")
    return value


class TextMark:
    """Marks a field whose text is read by people: translatable, inline Markdown."""


class Instead:
    """Marks what is read in the place of a value that is wrong, so that reading can go on.

    `of` makes it from what was written, as data; None = nothing was.
    """

    def __init__(self, of: Callable[[Any], Any]) -> None:
        self.of = of


_HTML = re.compile(r"</?[a-zA-Z!][^>]*>?")
_LINK = re.compile(r"\]\(\s*([^)\s]*)")


def _text(value: object) -> str:
    text = _scalar(value, "a text")
    if not text.strip():
        raise _wrong("empty-text", "the text is empty. write it, or delete the key")
    if len(text) > 2000:
        raise _wrong("text-length", f"the text has {len(text)} characters. expected at most 2000")
    if tag := _HTML.search(text):
        raise _wrong("html", f'"{tag[0]}" is HTML. texts are Markdown: **strong**, *stress*')
    for target in _LINK.findall(text):
        if not re.match(r"(https?://|mailto:|pw:|[./#\w])", target) or re.match(
            r"(?!https?:|mailto:|pw:)\w+:", target
        ):
            raise _wrong("link", f'link to "{target}". expected http(s), mailto, or a page')
    return text.strip()


def _phrase(value: object) -> str:
    text = _scalar(value, "a phrase")
    if not text.strip():
        raise _wrong("empty-text", "the phrase is empty. write it, or delete the line")
    return text.strip()


def wrong_text(text: str) -> tuple[str, str] | None:
    """The rule that a translated text breaks, and what is wrong with it."""
    try:
        _text(text)
    except PydanticCustomError as error:
        return error.type, error.message()
    return None


def _identifier(value: object, *, option: bool = False, rules: bool = True) -> str:
    text = _scalar(value, "a name")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", text):
        raise _wrong(
            "id",
            f'"{text}" cannot be a name here. expected a small letter a-z, then small letters, '
            "digits and _ , 40 at most",
        )
    taken = RULE_WORDS - (_OPTION_MAY if option else frozenset())
    if rules and (keyword.iskeyword(text) or text in taken):
        raise _wrong("id", f'"{text}" is a word of the rule language. choose another name')
    return text


def _slug(value: object) -> str:
    text = _scalar(value, "a name")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", text):
        raise _wrong("id", f'"{text}" cannot name a page. expected small letters, digits and -')
    return text


def _integer(value: object) -> int:
    text = _scalar(value, "a whole number")
    if not re.fullmatch(r"0|[1-9][0-9]{0,5}", text):
        raise _wrong("number", f'"{text}". expected a whole number written plainly, like 0 or 12')
    return int(text)


def _flag(value: object) -> bool:
    text = _scalar(value, "true or false")
    if text not in ("true", "false"):
        raise _wrong("flag", f'"{text}". expected true or false')
    return text == "true"


def _share(value: object) -> Fraction:
    text = _scalar(value, "a share like 2/3")
    match = re.fullmatch(r"([1-9]\d?)/([1-9]\d?)", text)
    if not match or int(match[1]) > int(match[2]):
        raise _wrong("share", f'"{text}". expected a share like 2/3')
    return Fraction(int(match[1]), int(match[2]))


class Span(NamedTuple):
    """A length of time as the author wrote it: `90 days`, `12 months`."""

    number: int
    unit: Literal["days", "months"]


def _span(value: object) -> Span:
    text = _scalar(value, "a time like 90 days")
    match = re.fullmatch(r"([1-9]\d{0,2}) (days?|months?)", text)
    if not match:
        raise _wrong("time", f'"{text}". expected a time like 90 days or 12 months')
    return Span(int(match[1]), "days" if match[2].startswith("day") else "months")


def _range(value: object) -> tuple[int, int]:
    text = _scalar(value, "a range like 0..3")
    match = re.fullmatch(r"(\d{1,2})\.\.(\d{1,2})", text)
    if not match or int(match[1]) > int(match[2]):
        raise _wrong("range", f'"{text}". expected a range like 0..3')
    return int(match[1]), int(match[2])


def _claim(value: object) -> str:
    text = _scalar(value, "a claim id")
    if not re.fullmatch(r"[A-Z]{1,4}\d{1,3}(-\d{1,3})?|ext|EXT", text):
        message = f'"{text}" is not a claim id. expected one like S0-18, or ext for our own'
        raise _wrong("source", message)
    return text


def _words(value: object) -> tuple[str, ...]:
    if value == "none":
        return ()
    if not isinstance(value, list):
        raise _wrong("words", "expected a list like [w9], or none where no words are meant")
    return tuple(_slug(item) for item in value)


def _sequence(value: object) -> object:
    if isinstance(value, str):
        raise _wrong("shape", "a single text stands here. expected a list: lines beginning with -")
    return tuple(value) if isinstance(value, list) else value


def _score(value: object) -> tuple[int, int]:
    text = _scalar(value, "a score like 50 or 22..56")
    match = re.fullmatch(r"(\d{1,3})(?:\.\.(\d{1,3}))?", text)
    if not match or not int(match[1]) <= int(match[2] or match[1]) <= 100:
        raise _wrong("range", f'"{text}". expected a score like 50 or 22..56')
    return int(match[1]), int(match[2] or match[1])


def as_name(data: object) -> str:
    """A name for the rules that resembles `data`, which is none."""
    plain = re.sub(r"[^a-z0-9]+", "_", data.lower() if isinstance(data, str) else "").strip("_")
    name = (plain if re.match("[a-z]", plain) else f"x{plain}")[:30]
    return f"{name}_" if keyword.iskeyword(name) or name in RULE_WORDS else name


def _as_slug(data: object) -> str:
    return as_name(data).strip("_").replace("_", "-")


def _as_words(data: object) -> object:
    if isinstance(data, list):
        return [_as_slug(item) for item in data]
    return [_as_slug(data)] if data else "none"


def _as_integer(data: object) -> str:
    digits = re.search("[1-9][0-9]{0,5}", data) if isinstance(data, str) else None
    return digits[0] if digits else "0"


def _as_flag(data: object) -> str:
    """Whoever writes a flag means to set it, unless it says no."""
    no = data is None or str(data).lower() in ("no", "n", "off", "0", "false")
    return "false" if no else "true"


def _as_reference(data: object) -> str:
    """The name in a list of one; an empty name, of which no more is said, for anything else."""
    one = data[0] if isinstance(data, list) and len(data) == 1 else data
    return one if isinstance(one, str) else ""


_STRING = {"type": "string"}
Text = Annotated[
    str, TextMark(), BeforeValidator(_text), Instead(lambda _: "…"), WithJsonSchema(_STRING)
]
Rule = Annotated[
    str,
    BeforeValidator(lambda value: _scalar(value, "a rule")),
    Instead(lambda _: "1 > 0"),
    WithJsonSchema(_STRING),
]
Id = Annotated[str, BeforeValidator(_identifier), Instead(as_name), WithJsonSchema(_STRING)]
OptionId = Annotated[
    str,
    BeforeValidator(lambda value: _identifier(value, option=True)),
    Instead(as_name),
    WithJsonSchema(_STRING),
]
Name = Annotated[
    str,
    BeforeValidator(lambda value: _identifier(value, rules=False)),
    Instead(as_name),
    WithJsonSchema(_STRING),
]
#: A name that is defined elsewhere in the file. Whether it is, a check says, with the nearest one.
Reference = Annotated[
    str,
    BeforeValidator(lambda value: _scalar(value, "a name")),
    Instead(_as_reference),
    WithJsonSchema(_STRING),
]
Slug = Annotated[str, BeforeValidator(_slug), Instead(_as_slug), WithJsonSchema(_STRING)]
Int = Annotated[
    int,
    BeforeValidator(_integer),
    Instead(_as_integer),
    WithJsonSchema({"type": "integer", "minimum": 0}),
]
Flag = Annotated[
    bool, BeforeValidator(_flag), Instead(_as_flag), WithJsonSchema({"type": "boolean"})
]
Share = Annotated[
    Fraction,
    BeforeValidator(_share),
    Instead(lambda _: "1/99"),
    WithJsonSchema({"type": "string", "pattern": r"^\d+/\d+$"}),
]
Time = Annotated[
    Span,
    BeforeValidator(_span),
    Instead(lambda _: "30 days"),
    WithJsonSchema({"type": "string", "pattern": r"^\d+ (day|month)s?$"}),
]
Range = Annotated[
    tuple[int, int],
    BeforeValidator(_range),
    Instead(lambda _: "0..9"),
    WithJsonSchema({"type": "string", "pattern": r"^\d+\.\.\d+$"}),
]
Claim = Annotated[str, BeforeValidator(_claim), Instead(lambda _: "ext"), WithJsonSchema(_STRING)]
Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_words),
    Instead(_as_words),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "array", "items": _STRING}]}),
]
Phrase = Annotated[str, BeforeValidator(_phrase), Instead(lambda _: "…"), WithJsonSchema(_STRING)]
Score = Annotated[
    tuple[int, int], BeforeValidator(_score), Instead(lambda _: "0"), WithJsonSchema(_STRING)
]
Answer = Annotated[
    str,
    BeforeValidator(lambda value: _scalar(value, "an answer")),
    Instead(lambda _: ""),
    WithJsonSchema(_STRING),
]
T = TypeVar("T")
Tuple = Annotated[tuple[T, ...], BeforeValidator(_sequence)]


class Part(BaseModel):
    """Base of all parts: nothing may stand in a file that is not named here."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


class Option(Part):
    """One answer that can be chosen."""

    label: Text
    #: Weight of this answer in its dimension; higher is what the rules call more.
    points: Int | None = None
    #: `unknown`: “I don't know”, neither zero nor anything else. `skip`: does not apply, leaves
    #: numerator and denominator.
    counts: Literal["unknown", "skip"] | None = None
    #: A card shown at once when this is chosen.
    opens: Reference | None = None
    #: Quoted in the result when this was chosen.
    advice: Text = ""


class Question(Part):
    """One question: a single thing about behaviour, answered by one option."""

    #: Two to four words, used where a rule is put into words.
    name: Text
    ask: Text
    hint: Text = ""
    scale: Reference | None = None
    options: dict[OptionId, Option] = Field(default_factory=dict)
    #: The line a result quotes when this answer led to it.
    because: Text = ""
    #: From this option's points on, the answer counts alone (`alarm` in the rule `raised`).
    alarm: Reference | None = None
    #: How the reader can find out; shown while the answer is unknown.
    find_out: Text = ""
    #: Guidance page about this sign.
    sign: Slug | None = None
    #: A fact only the reader controls; named first among what would change the verdict.
    ours: Flag = False
    sources: Tuple[Claim] = ()
    #: Where it scores, if not in the dimension of its section.
    dimension: Reference | None = None
    #: Only in a weighted dimension: the defaults the reader starts from.
    weight: Int = 1
    knock_out: Flag = False
    kept: Flag = True


class Section(Part):
    """Questions that stand together: one screen of a phone."""

    title: Text = ""
    dimension: Reference | None = None
    #: The time the answers look back on.
    window: Time | None = None
    intro: Text = ""
    #: Asked and scored only while this holds; `off` says why when it does not.
    when: Rule | None = None
    off: Text = ""
    questions: dict[Id, Question] = Field(default_factory=dict)
    #: Name of a shared section, `questionnaire/shared/<name>.yml`, that stands here instead.
    use: Slug | None = None


class Dimension(Part):
    """What several questions measure together: 100 x points / most possible points."""

    title: Text
    #: Share of the applicable questions that must be known before anything is said.
    needs: Share = Fraction(2, 3)
    about: Text = ""
    #: Shown with a verdict that has `tips`, from `tip_from` on.
    tip: Text = ""
    #: Points count times the question's weight, which the reader may set.
    weighted: Flag = False


class Band(Part):
    """A name for the total from a lower limit upwards."""

    from_: Int = Field(alias="from")
    label: Text


class Overall(Part):
    """How the total over all scored questions is named."""

    title: Text
    bands: dict[Id, Band]


class Card(Part):
    """What is said at once, before any score."""

    title: Text
    text: Text
    do: Tuple[Text] = ()


class RedLine(Part):
    """What no sum buys off."""

    title: Text
    when: Rule
    card: Reference | None = None
    level: Literal["stop", "amber"] = "stop"
    sources: Tuple[Claim] = ()


class Step(Part):
    """One rung of the ladder of measures, mild to stern."""

    label: Text


class Also(Part):
    """What a measure adds once `step_by` has a certain answer."""

    do: Text
    words: Words = ()


class Measure(Part):
    """What to do about one thing, whatever the verdict. All measures that hold are listed."""

    title: Text
    when: Rule
    #: One step for each option of `step_by`, in its order; none where there are no steps.
    step: Tuple[Reference] = ()
    text: Text
    #: The first step for this week; `do_at` says another one at some steps.
    do: Text
    do_at: dict[Reference, Text] = Field(default_factory=dict)
    also: dict[Reference, Also] = Field(default_factory=dict)
    words: Words
    #: Name so many of the highest dimensions as topics.
    highlights: Int = 0
    sources: Tuple[Claim] = ()


class Verdict(Part):
    """One verdict, or (`is`) another way to one that is defined already."""

    is_: Reference | None = Field(default=None, alias="is")
    when: Rule | None = None
    else_: Flag = Field(default=False, alias="else")
    title: Text = ""
    text: Text = ""
    tone: Literal["stop", "act", "care", "go"] = "care"
    do: Tuple[Text] = ()
    words: Words | None = None
    again: Time | None = None
    page: Slug | None = None
    #: Only these measures are let through; all when absent.
    measures: Tuple[Reference] | None = None
    tips: Flag = False
    card: Reference | None = None
    rule_note: Text = ""
    sources: Tuple[Claim] = ()


class NotEnough(Part):
    """What is said when too little is known for a verdict."""

    title: Text
    text: Text
    words: Words


class Caution(Part):
    """A warning shown unless it is surely out of place; stands in for words that refuse."""

    unless: Rule
    title: Text
    text: Text
    page: Slug | None = None


class Note(Part):
    """A sentence added to the result while its rule holds."""

    when: Rule
    text: Text
    sources: Tuple[Claim] = ()


class ReaderSets(Part):
    """What the reader may set for each question of the weighted dimension."""

    weight: Range = (0, 3)
    knock_out: Flag = False
    #: How many questions a reader is advised to keep.
    keep: Range | None = None


class Questionnaire(Part):
    """One questionnaire, complete in its own language."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    title: Text
    #: Whom the answers describe.
    about: Literal["client", "prospect", "self", "team"]
    minutes: Int
    summary: Text
    intro: Text = ""
    scales: dict[Id, dict[OptionId, Option]] = Field(default_factory=dict)
    dimensions: dict[Id, Dimension] = Field(default_factory=dict)
    #: When a dimension counts as raised; names: score, worst (points), alarm.
    raised: Rule | None = None
    #: All sections at once on a phone too, for a short questionnaire.
    one_page: Flag = False
    tip_from: Int = 25
    overall: Overall | None = None
    sections: dict[Id, Section]
    cards: dict[Id, Card] = Field(default_factory=dict)
    red_lines: dict[Id, RedLine] = Field(default_factory=dict)
    conditions: dict[Id, Rule] = Field(default_factory=dict)
    steps: dict[Id, Step] = Field(default_factory=dict)
    step_by: Reference | None = None
    measures: dict[Id, Measure] = Field(default_factory=dict)
    verdicts: dict[Id, Verdict]
    not_enough: NotEnough
    cautions: dict[Id, Caution] = Field(default_factory=dict)
    notes: dict[Id, Note] = Field(default_factory=dict)
    reader_sets: ReaderSets | None = None

    def questions(self) -> Iterator[tuple[str, str, Question]]:
        """Section id, question id and question, in the order of the page."""
        for section_id, section in self.sections.items():
            for question_id, question in section.questions.items():
                yield section_id, question_id, question

    def dimension_of(self, section: str, question: Question) -> str | None:
        """The dimension a question scores in: its own, or that of its section."""
        return question.dimension or self.sections[section].dimension

    def options(self, question: Question) -> dict[str, Option]:
        """The options of a question: its own, or those of its scale."""
        if question.scale is not None:
            return self.scales.get(question.scale, {})
        return question.options


class Expected(Part):
    """What a case must lead to; what is not written is not compared."""

    state: Literal["settled", "so_far", "not_enough"]
    verdict: Id | None = None
    #: The entry under `verdicts:` that held.
    rule: Id | None = None
    #: All that it could still become, sternest first.
    possible: Tuple[Id] | None = None
    #: Red lines that hold.
    red_lines: Tuple[Id] | None = None
    #: Dimensions that are surely raised.
    raised: Tuple[Id] | None = None
    #: Scores from 0 to 100, `total` among them; `22..56` while answers are unknown.
    scores: dict[str, Score] = Field(default_factory=dict)
    #: All measures that surely hold and are let through, with their step.
    measures: dict[Id, OptionId] | None = None
    #: All measures that hold and have to wait.
    waits: Tuple[Id] | None = None
    cautions: Tuple[Id] | None = None
    notes: Tuple[Id] | None = None


class Case(Part):
    """Answers and the result they must give: `questionnaire/cases/<questionnaire>/<case>.yml`."""

    #: What the case shows, in one sentence.
    shows: Text
    #: Another case of the same folder; its answers hold where this one gives none.
    start: Slug | None = None
    #: Option by question; what the reader sets by `question.weight` and the like. An empty text
    #: takes away an answer of `start`.
    answers: dict[str, Answer] = Field(default_factory=dict)
    expect: Expected


# -- the words ----------------------------------------------------------------------------------

Channel = Literal["email", "messenger", "call", "meeting", "letter", "chat", "public"]
Tone = Literal["warm", "neutral", "firm"]
Need = Literal["decision", "reason", "date", "help"]

CHANNELS: tuple[Channel, ...] = get_args(Channel)
TONES: tuple[Tone, ...] = get_args(Tone)
NEEDS: tuple[Need, ...] = get_args(Need)


class Blank(Part):
    """What the reader fills into a letter: `{id}` in its texts, `[label]` while it is blank."""

    label: Text
    hint: Text = ""
    #: A name is never inflected: it stands in the nominative wherever it stands.
    kind: Literal["text", "lines", "date", "sum", "name"] = "text"
    #: Letters are judged filled with the examples. Dates like 2027-03-12, sums like 1200 EUR.
    example: Text
    #: A part of a letter that uses a blank optional field is left out.
    optional: Flag = False
    #: What of an assessment may be put in.
    from_: Literal["because", "measure", "date"] | None = Field(default=None, alias="from")


class Letter(Part):
    """One text in one channel and tone: plain text by its parts, in order."""

    subject: Text = ""
    #: `X_none` stands in the place of `X` when `X` was left out.
    parts: dict[Name, Text]


class Reaction(Part):
    """What they may say, and the next sentence."""

    they: Text
    you: Text


class Reactions(Part):
    """The five reactions that every text expects."""

    anger: Reaction
    bargaining: Reaction
    guilt: Reaction
    review: Reaction
    silence: Reaction


class Word(Part):
    """A situation and its texts: `questionnaire/words/<language>/<id>.yml`."""

    title: Text
    summary: Text
    group: Literal["enquiry", "work", "conduct", "end"]
    #: A text that refuses or ends: stands back while a caution is on.
    refuses: Flag = False
    sources: Tuple[Claim]
    use: Tuple[Text]
    not_: Tuple[Text] = Field(alias="not")
    ready: Tuple[Text]
    #: What the check asks for, at most what it asks for in the channel.
    needs: Tuple[Need] = NEEDS
    #: Names of several texts in one channel: `letter_first` is a letter, the step `first`.
    steps: dict[Name, Text] = Field(default_factory=dict)
    fields: dict[Name, Blank] = Field(default_factory=dict)
    letters: dict[Name, dict[Tone, Letter]]
    why: Tuple[Text]
    reactions: Reactions
    never: Tuple[Text]
    law: Text = ""


class Sign(Part):
    """A warning sign, in `questionnaire/signs/<language>.yml` under the name of its page."""

    title: Text
    #: The question about it; that question names this sign.
    question: Id
    behaviour: Text
    #: What is still normal.
    normal: Text
    measure: Text
    escalation: Tuple[Text]
    words: Words
    sources: Tuple[Claim]


class Attempt(Part):
    """One answer to choose in an exercise, and what is to be said of it."""

    text: Text
    good: Literal["yes", "partly", "no"]
    why: Text


class Exercise(Part):
    """A situation to practise, in `questionnaire/practice/<language>.yml`."""

    title: Text
    #: The text that fits it.
    word: Slug
    scene: Text
    #: Their line.
    client: Text
    answers: dict[Name, Attempt]
    #: A question for a group.
    talk: Text = ""


class Column(Part):
    """What is filled in for each row of a worksheet's table."""

    label: Text
    kind: Literal["text", "lines", "date"] = "text"


class Row(Part):
    """A row of a worksheet's table: what it is about, and where its words stand."""

    title: Text
    text: Text = ""
    words: Words = ()


class SheetSection(Part):
    """A part of a worksheet: text, lines, or a table to fill in."""

    title: Text
    text: Text = ""
    lines: Tuple[Text] = ()
    columns: dict[Name, Column] = Field(default_factory=dict)
    rows: dict[Name, Row] = Field(default_factory=dict)


class Worksheet(Part):
    """A document to fill in and print: `questionnaire/documents/<language>/<name>.yml`."""

    title: Text
    summary: Text
    intro: Text = ""
    sources: Tuple[Claim]
    fields: dict[Name, Blank] = Field(default_factory=dict)
    sections: dict[Name, SheetSection]


class Claims(Part):
    """The points of the articles: `questionnaire/sources/claims.yml`, the same in all languages."""

    #: What each point is; those that are signs, measures, exceptions, steps or advice lead on.
    kinds: dict[
        Literal["sign", "measure", "exception", "step", "advice", "mistake", "context"],
        Tuple[Claim],
    ]
    #: Points that a page of the content takes up.
    pages: dict[Slug, Tuple[Claim]] = Field(default_factory=dict)
    #: Points that wait for a part of the site that does not exist yet.
    waits: dict[Literal["cost", "part", "state", "training"], Tuple[Claim]] = Field(
        default_factory=dict
    )


class Limits(Part):
    """What the check asks of a text in one channel."""

    words: Int | None = None
    sentence: Int | None = None
    needs: Tuple[Need] = ()


class Phrases(Part):
    """Phrases that share a better form."""

    phrases: Tuple[Phrase]
    better: Text


class WordingRule(Part):
    """One rule of the wording check."""

    kind: Literal["need", "avoid", "length", "sentence", "blank"]
    title: Text
    why: Text
    better: Text = ""
    #: need: so many sentences are fine, `many` says what is wrong with more. avoid: so many hits.
    most: Int | None = None
    many: Text = ""
    #: need: one of these must stand in the text.
    phrases: Tuple[Phrase] = ()
    #: avoid: none of these may stand in it. What follows says which hits do not count;
    #: a need is met by them all the same.
    cases: dict[Name, Phrases] = Field(default_factory=dict)
    #: One inside one of these,
    except_: Tuple[Phrase] = Field(default=(), alias="except")
    #: or with one of these in the same sentence,
    unless: Tuple[Phrase] = ()
    #: or in the sentence before, if one of these points back to it,
    back: Tuple[Phrase] = ()
    #: or while this field is filled.
    unless_field: Name | None = None


class Wording(Part):
    """The wording check of one language: `questionnaire/words/<language>/check.yml`."""

    #: Forms of address that are written with a capital, which a switch makes small.
    capital: Tuple[Phrase] = ()
    #: The twelve months, each as a phrase for all its forms.
    months: Tuple[Phrase]
    channels: dict[Channel, Limits]
    rules: dict[Name, WordingRule]


class Sample(Part):
    """A sentence or letter and the rules it breaks: `tests/wording/<language>.yml`."""

    text: Text
    channel: Channel | None = None
    hits: Words
    #: Those of the hits that the check does not find yet.
    missed: Words = ()


Path = tuple[str | int, ...]
P = TypeVar("P", bound=Part)


def schema_of(kind: type[Part], *, many: bool = False) -> dict[str, Any]:
    """The JSON Schema of a file that holds one part of this kind, or a mapping of many."""
    if not many:
        return kind.model_json_schema()
    key = Slug if kind is Sign else Name
    adapter: TypeAdapter[Any] = TypeAdapter(dict[key, kind])  # type: ignore[valid-type]
    return adapter.json_schema()


# -- reading data ---------------------------------------------------------------------------------


class Finding(NamedTuple):
    """One thing that is wrong with data, as pydantic names it."""

    path: Path
    #: The name at the end of `path` is wrong, not the value under it.
    at_key: bool
    type: str
    input: Any
    message: str
    #: What may stand there, as a phrase and as words, where only some words may.
    expected: str
    choices: tuple[str, ...]


def validated(kind: Any, data: Any) -> tuple[Any, list[Finding]]:
    """`data` as the `kind`, or None and what is wrong with it."""
    try:
        return TypeAdapter(kind).validate_python(data), []
    except ValidationError as error:
        return None, [_finding(found) for found in error.errors(include_url=False)[:MOST_PROBLEMS]]


def _finding(found: Any) -> Finding:
    expected = str(found.get("ctx", {}).get("expected", ""))
    return Finding(
        path=tuple(step for step in found["loc"] if step != "[key]"),
        at_key=found["loc"][-1:] == ("[key]",),
        type=found["type"],
        input=found["input"],
        message=found["msg"],
        expected=expected.replace("'", '"'),
        choices=tuple(re.findall(r"'([^']*)'", expected)),
    )


class _Place(NamedTuple):
    """What may stand at a path: its type without `| None`, its marks, and whether it must."""

    annotation: Any
    marks: tuple[Any, ...]
    required: bool = False


def _place(annotation: Any, marks: tuple[Any, ...] = (), *, required: bool = False) -> _Place:
    while True:
        if get_origin(annotation) is Annotated:
            marks = (*annotation.__metadata__, *marks)
            annotation = get_args(annotation)[0]
        elif type(None) in get_args(annotation):
            annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
        else:
            return _Place(annotation, marks, required)


def _at(kind: Any, path: Path) -> _Place | None:
    place = _place(kind)
    for step in path:
        inner = get_args(place.annotation)
        if is_part(place.annotation):
            fields = place.annotation.model_fields.items()
            info = next((info for name, info in fields if (info.alias or name) == step), None)
            if info is None:
                return None
            place = _place(info.annotation, tuple(info.metadata), required=info.is_required())
        elif get_origin(place.annotation) is dict:
            place = _place(inner[1])
        elif get_origin(place.annotation) is tuple:
            place = _place(inner[0])
        else:
            return None
    return place


def is_part(annotation: Any) -> bool:
    """Whether a type is one of the classes of this module."""
    return isinstance(annotation, type) and issubclass(annotation, Part)


def keys_at(kind: Any, path: Path) -> list[str]:
    """The keys that are known at `path` of a `kind`."""
    place = _at(kind, path)
    if place is None or not is_part(place.annotation):
        return []
    return [info.alias or name for name, info in place.annotation.model_fields.items()]


def name_instead(kind: Any, path: Path, name: str) -> str:
    """A name that may stand in the mapping at `path`, for one that may not."""
    place = _at(kind, path)
    assert place is not None
    return str(_instead(_place(get_args(place.annotation)[0]), name))


def instead(kind: Any, path: Path, data: Any) -> Any:
    """What to read at `path` in the place of `data`, which is wrong; None = it is missing.

    It leads to no further mistake where that can be had. None comes back where names would be lost
    that the rest may lean on.
    """
    place = _at(kind, path)
    return None if place is None else _instead(place, data)


def _instead(place: _Place, data: Any) -> Any:
    for mark in place.marks:
        if isinstance(mark, Instead):
            return mark.of(data)
    inner = get_args(place.annotation)
    if get_origin(place.annotation) is Literal:
        return (close(data, inner) if isinstance(data, str) else None) or inner[0]
    if get_origin(place.annotation) is tuple:
        if isinstance(data, str):
            return [data]
        one = _instead(_place(inner[0]), None)
        return None if one is None else [one]
    if is_part(place.annotation) or get_origin(place.annotation) is dict:
        return _part_instead(place) if is_part(place.annotation) else _names(place, data)
    return "en"


def _part_instead(place: _Place) -> Any:
    made = {}
    for name, info in place.annotation.model_fields.items():
        if info.is_required():
            one = _instead(_place(info.annotation, tuple(info.metadata)), None)
            if one is None:
                return None
            made[info.alias or name] = one
    return made


def _names(place: _Place, data: Any) -> Any:
    """A mapping of names: a list may have been meant of names, or of one name and its part each."""
    if data == "" and not place.required:
        return {}
    key, value = (_place(arg) for arg in get_args(place.annotation))
    made = {}
    for item in data if isinstance(data, list) else ():
        match item:
            case str():
                made[_instead(key, item)] = _instead(value, None)
            case dict() if [type(inner) for inner in item.values()] == [dict]:
                made |= item
            case _:
                return None
    return made or None


def texts(part: Part) -> list[tuple[Path, str]]:
    """Every translatable text in `part` with its path, in the order of the file's format."""
    found: list[tuple[Path, str]] = []

    def keep(path: Path, text: str) -> str:
        found.append((path, text))
        return text

    with_texts(part, keep)
    return found


def with_texts(part: P, translate: Callable[[Path, str], str], path: Path = ()) -> P:
    """A copy of `part` in which every text was handed to `translate` with its path."""
    changes: dict[str, Any] = {}
    for name, key, is_text in _holding_texts(type(part)):
        changes[name] = _rewrite(getattr(part, name), (*path, key), is_text, translate)
    return part.model_copy(update=changes)


def _rewrite(value: Any, path: Path, is_text: bool, translate: Callable[[Path, str], str]) -> Any:
    if isinstance(value, Part):
        return with_texts(value, translate, path)
    if isinstance(value, dict):
        return {
            key: _rewrite(inner, (*path, key), is_text, translate) for key, inner in value.items()
        }
    if isinstance(value, tuple):
        return tuple(
            _rewrite(inner, (*path, i), is_text, translate) for i, inner in enumerate(value)
        )
    return translate(path, value) if is_text and value else value


def has_texts(info: Any) -> bool:
    """Whether a field of a part (pydantic's `FieldInfo`) holds a text, or a collection of texts."""
    inside = [*info.metadata, *_inside(info.annotation)]
    return any(isinstance(what, TextMark) for what in inside)


@cache
def _holding_texts(kind: type[Part]) -> tuple[tuple[str, str, bool], ...]:
    """Name, key in the file, and “is itself text” of the fields in which texts can be."""
    found = []
    for name, info in kind.model_fields.items():
        inside = [*info.metadata, *_inside(info.annotation)]
        is_text = any(isinstance(what, TextMark) for what in inside)
        if is_text or any(isinstance(what, type) and issubclass(what, Part) for what in inside):
            found.append((name, info.alias or name, is_text))
    return tuple(found)


def _inside(annotation: Any) -> Iterator[Any]:
    """An annotation, and all that it is made of."""
    yield annotation
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        yield from _inside(part)
