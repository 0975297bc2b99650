"""The compiled program: the same bytes every time, its revision, and the tokens of links."""

import json
import string
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partways import program as programs
from partways import project
from partways.model import Questionnaire
from partways.program import Program
from partways.reading import read_part

ROOT = Path(__file__).parent.parent
OURS = project.load(ROOT).questionnaires
SINK = (ROOT / "tests/ok/kitchen-sink.yml").read_text("utf-8")
SMALL = (ROOT / "tests/ok/minimal.yml").read_text("utf-8")


def built(text: str) -> Program:
    model, document, problems = read_part(Questionnaire, "small.yml", text.encode())
    assert model is not None
    assert document is not None
    assert problems == []
    rules, problems = programs.compile_rules(model, document)
    assert problems == []
    return programs.build("small", model, rules)


def written(token: int) -> str:
    """A token as it stands in a link: three digits of base64url, in the order of its own."""
    digits = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    return "".join(digits[token >> shift & 63] for shift in (12, 6, 0))


def numbers(value: Any) -> list[Any]:
    """Every number in a program."""
    if isinstance(value, dict):
        return [n for part in value.values() for n in numbers(part)]
    if isinstance(value, list):
        return [n for part in value for n in numbers(part)]
    return [value] if isinstance(value, int | float) else []


class TestBytes:
    def test_same_file_gives_the_same_bytes(self) -> None:
        assert programs.to_json(built(SMALL)) == programs.to_json(built(SMALL))

    def test_keys_are_sorted_and_nothing_is_wasted(self) -> None:
        text = programs.to_json(built(SMALL))

        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))

    @pytest.mark.parametrize("name", OURS)
    def test_text_can_stand_in_a_page(self, name: str) -> None:
        """No sign in it ends a script element or begins a comment."""
        text = OURS[name].program_json

        assert text.isascii()
        assert "<" not in text
        assert json.loads(text) == OURS[name].program

    @pytest.mark.parametrize("name", OURS)
    def test_there_are_only_whole_numbers_in_it(self, name: str) -> None:
        """Fractions are written as divisions: no two machines disagree on them."""
        assert {type(number) for number in numbers(OURS[name].program)} == {int}

    @pytest.mark.parametrize("name", OURS)
    def test_there_are_no_words_in_it(self, name: str) -> None:
        q = OURS[name].model

        assert q.title not in OURS[name].program_json
        assert all(question.ask not in OURS[name].program_json for _, _, question in q.questions())


class TestRevision:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("title: Rest", "title: Have a rest"),
            ("ask: Are you tired?", "ask: Are you very tired?"),
            ('label: "No"', 'label: "No, never"'),
            ("minutes: 1", "minutes: 2"),
            ("summary: One", "# A comment.\nsummary: One"),
        ],
    )
    def test_words_do_not_change_it(self, old: str, new: str) -> None:
        """A mended sentence must not turn saved answers into old ones."""
        assert built(SMALL.replace(old, new))["revision"] == built(SMALL)["revision"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("when: tired == yes", "when: tired == no"),
            ("tired", "weary"),
            ("yes", "very"),
            ("  rest:", "  sleep:"),
        ],
    )
    def test_what_is_scored_changes_it(self, old: str, new: str) -> None:
        assert built(SMALL.replace(old, new))["revision"] != built(SMALL)["revision"]

    def test_name_of_the_file_changes_it(self) -> None:
        model, document, _ = read_part(Questionnaire, "x.yml", SMALL.encode())
        assert model is not None
        assert document is not None
        rules, _ = programs.compile_rules(model, document)
        one = programs.build("one", model, rules)
        two = programs.build("two", model, rules)

        assert one["revision"] != two["revision"]


class TestTokens:
    @pytest.mark.parametrize("name", OURS)
    def test_no_two_answers_share_a_token(self, name: str) -> None:
        program = OURS[name].program
        pairs = programs.tokens(program)
        found = {programs.token(program["salt"], *pair) for pair in pairs}

        assert len(found) == len(pairs) == len(set(pairs))
        assert max(found) < 2**18

    def test_settings_are_answers_too(self) -> None:
        pairs = programs.tokens(OURS["ideal-client"].program)

        assert {("terms.weight", "3"), ("terms.knock_out", "no"), ("terms.kept", "yes")} <= {*pairs}
        assert ("terms.weight", "4") not in pairs

    @pytest.mark.parametrize("name", OURS)
    def test_browser_makes_the_same_tokens(self, name: str) -> None:
        program = OURS[name].program
        codec = (ROOT / "generator/partways/runtime/codec.mjs").as_uri()
        script = f"""import {{ token, vocabulary }} from {json.dumps(codec)};
            const program = {OURS[name].program_json};
            console.log(JSON.stringify(
                vocabulary(program).map(([q, o]) => [q, o, token(program.salt, q, o)])));"""
        done = subprocess.run(
            ["node", "--input-type=module", "--eval", script],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

        assert sorted(json.loads(done.stdout)) == sorted(
            [question, option, written(programs.token(program["salt"], question, option))]
            for question, option in programs.tokens(program)
        )

    @given(st.integers(0, 99), st.sampled_from("abc"), st.sampled_from("xyz"))
    def test_token_is_eighteen_bits(self, salt: int, question: str, option: str) -> None:
        assert 0 <= programs.token(salt, question, option) < 2**18


class TestParts:
    def test_total_is_the_last_dimension_and_holds_every_scored_item(self) -> None:
        dimensions = OURS["warning-signs"].program["dimensions"]
        total = dimensions[-1]

        assert total["id"] == "total"
        assert len(total["items"]) == 30
        assert total["items"] == sorted(i for d in dimensions[:-1] for i in d["items"])

    def test_another_way_to_a_verdict_lets_the_same_measures_through(self) -> None:
        verdicts = {entry["id"]: entry for entry in _sink()["verdicts"]}

        assert verdicts["act_also"]["is"] == "act"
        assert verdicts["act_also"]["measures"] == verdicts["act"]["measures"] == [0]
        assert verdicts["stop"]["measures"] == []
        assert "measures" not in verdicts["keep"]

    def test_question_scores_in_its_own_dimension_if_it_names_one(self) -> None:
        program = _sink()
        items = {item["id"]: item for item in program["items"]}
        names = [dimension["id"] for dimension in program["dimensions"]]

        assert [names[d] for d in items["shouting"]["in"]] == ["tone", "total"]
        assert [names[d] for d in items["hours"]["in"]] == ["load", "total"]
        assert items["paid_by"]["in"] == []


def _sink() -> Program:
    # Without the section that lies in another file, and what asks about it.
    text = SINK.replace("  gate:\n    use: gate\n", "").replace(" and duty == no", "")
    return built(text.replace("unless: duty == no", "unless: told == written"))
