"""The shape of a questionnaire: what each kind of scalar may be, and where its parts stand."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import pytest

from partways.model import (
    Case,
    Flag,
    Id,
    Int,
    OptionId,
    Part,
    Questionnaire,
    Range,
    Section,
    Share,
    Slug,
    Span,
    Text,
    Time,
    Words,
    texts,
    with_texts,
    wrong_text,
)
from partways.reading import read_part

ROOT = Path(__file__).parent.parent
SINK = (ROOT / "tests/ok/kitchen-sink.yml").read_bytes()


class One(Part):
    """A part for each type, all of them optional."""

    text: Text = ""
    id: Id = ""
    option: OptionId = ""
    slug: Slug = ""
    int: Int = 0
    flag: Flag = False
    share: Share = Fraction(1)
    time: Time = Span(1, "days")
    range: Range = (0, 1)
    words: Annotated[Words, "list or none"] = ()


def value(key: str, text: str) -> Any:
    """What the type makes of a text, or the rule it breaks."""
    part, _, problems = read_part(One, "x.yml", f"{key}: {text}\n".encode())
    if problems:
        (problem,) = problems
        return problem.rule
    return getattr(part, key)


class TestScalars:
    @pytest.mark.parametrize(
        ("key", "text", "expected"),
        [
            ("int", "0", 0),
            ("int", "12", 12),
            ("int", "'12'", 12),
            ("int", "010", "number"),
            ("int", "1_000", "number"),
            ("int", "0x1f", "number"),
            ("int", "1.0", "number"),
            ("int", "-1", "number"),
            ("int", "1e3", "number"),
            ("int", "12:30", "number"),
            ("int", "٣", "number"),
            ("int", "1000000", "number"),
            ("flag", "true", True),
            ("flag", "false", False),
            ("flag", "yes", "flag"),
            ("flag", "no", "flag"),
            ("flag", "True", "flag"),
            ("share", "2/3", Fraction(2, 3)),
            ("share", "1/1", Fraction(1)),
            ("share", "0/3", "share"),
            ("share", "3/2", "share"),
            ("share", "66%", "share"),
            ("time", "90 days", Span(90, "days")),
            ("time", "1 day", Span(1, "days")),
            ("time", "12 months", Span(12, "months")),
            ("time", "1 year", "time"),
            ("time", "0 days", "time"),
            ("range", "0..3", (0, 3)),
            ("range", "3..3", (3, 3)),
            ("range", "3..0", "range"),
            ("range", "0-3", "range"),
            ("words", "none", ()),
            ("words", "[w1, w2]", ("w1", "w2")),
            ("words", "w1", "words"),
            ("id", "raised_voice", "raised_voice"),
            ("id", "no", "no"),
            ("id", "raised-voice", "id"),
            ("id", "is", "id"),
            ("id", "none", "id"),
            ("option", "none", "none"),
            ("option", "step", "id"),
            ("id", "Late", "id"),
            ("id", "1st", "id"),
            ("id", "a" * 40, "a" * 40),
            ("id", "a" * 41, "id"),
            ("slug", "before-you-part", "before-you-part"),
            ("slug", "before_you_part", "id"),
            ("slug", "../x", "id"),
            ("slug", "-x", "id"),
        ],
    )  # fmt: skip
    def test_type_takes_what_it_names_and_nothing_that_only_looks_like_it(
        self, key: str, text: str, expected: Any
    ) -> None:
        assert value(key, text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "Plain, with 100 % and a < b",
            "“Quoted” и по-русски",
            "**strong** and *stress*",
            "[a page](words.md#w9), [a site](https://example.org), [mail](mailto:a@b.example)",
            "5 < 6 and 7 > 3",
        ],
    )
    def test_good_text_passes(self, text: str) -> None:
        assert wrong_text(text) is None
        assert value("text", json.dumps(text, ensure_ascii=False)) == text

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("<b>x</b>", "html"),
            ("x <img src=x onerror=alert(1)>", "html"),
            ("<!-- x -->", "html"),
            ("</script", "html"),
            ("[x](javascript:alert(1))", "link"),
            ("[x](JavaScript:alert(1))", "link"),
            ("[x]( javascript:alert(1))", "link"),
            ("[x](data:text/html,x)", "link"),
            ("[x](vbscript:x)", "link"),
            ("[x](file:///etc/passwd)", "link"),
            ("[x](&#106;avascript:x)", "link"),
            (" ", "empty-text"),
            ("x" * 2001, "text-length"),
        ],
    )
    def test_text_that_could_be_more_than_text_is_refused(self, text: str, rule: str) -> None:
        found = wrong_text(text)

        assert found is not None
        assert found[0] == rule

    def test_spaces_around_a_text_are_no_part_of_it(self) -> None:
        assert value("text", "'  x '") == "x"


class TestTexts:
    def sink(self) -> Questionnaire:
        model, _, _ = read_part(Questionnaire, "x.yml", SINK)
        assert model is not None
        return model

    def test_every_text_is_found_once_by_its_path(self) -> None:
        found = dict(texts(self.sink()))

        assert len(found) == len(list(texts(self.sink())))
        assert found["title",] == "Kitchen sink"
        assert found["scales", "times", "usual", "advice"] == "Say it today."
        assert found["verdicts", "act", "do", 0] == "Act."
        assert found["measures", "relief", "do_at", "stern"] == "Send the list."
        assert found["measures", "relief", "also", "written", "do"] == "Send it again."
        assert found["overall", "bands", "calm", "label"] == "Calm"

    def test_rules_and_names_are_no_texts(self) -> None:
        paths = {path for path, _ in texts(self.sink())}

        assert paths.isdisjoint(
            {
                ("conditions", "points"), ("raised",), ("language",), ("sections", "tone", "when"),
                ("verdicts", "act", "page"), ("measures", "relief", "words", 0),
            }
        )  # fmt: skip

    def test_translating_replaces_texts_and_nothing_else(self) -> None:
        model = self.sink()
        shouted = with_texts(model, lambda _, text: text.upper())

        assert dict(texts(shouted)) == {path: text.upper() for path, text in texts(model)}
        assert shouted.conditions == model.conditions
        assert with_texts(shouted, lambda path, _: dict(texts(model))[path]) == model

    def test_path_of_every_text_leads_to_it_in_the_file(self) -> None:
        """A translator is told where a text stands; so is the author of a wrong one."""
        model, document, _ = read_part(Questionnaire, "x.yml", SINK)
        assert model is not None
        assert document is not None

        for path, text in texts(model):
            assert document.scalar(*path).text.strip() == text


class TestSchema:
    @pytest.mark.parametrize("kind", [Questionnaire, Section, Case])
    def test_schema_is_json_and_closed(self, kind: type[Part]) -> None:
        """An editor underlines a key that is not known."""
        made = json.loads(json.dumps(kind.model_json_schema()))
        parts = [made, *made["$defs"].values()]

        assert all(part["additionalProperties"] is False for part in parts)
        assert all(part.get("description") for part in parts)

    def test_schema_speaks_of_keys_as_they_are_written(self) -> None:
        made = Questionnaire.model_json_schema()["$defs"]

        assert {"is", "else", "when"} <= made["Verdict"]["properties"].keys()
        assert "from" in made["Band"]["properties"]
        assert made["Option"]["properties"]["points"]["anyOf"][0] == {
            "type": "integer",
            "minimum": 0,
        }
