"""Files read to the end: what is wrong is named, and nothing behind it is hidden."""

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partways import checks, program
from partways.model import Part, Questionnaire, Section, Word
from partways.problems import Mark, Problem
from partways.reading import Document, is_mended, read_part, read_parts
from partways.source import read

ROOT = Path(__file__).parent.parent
SMALL = (
    (ROOT / "tests/err/rule-step.yml").read_text("utf-8").replace("step == review", "late == few")
)


def wrong(text: str) -> list[Problem]:
    """Everything that is wrong with a questionnaire by itself."""
    part, document, problems = read_part(Questionnaire, "x.yml", text.encode())
    if part is None or document is None:
        return problems
    found = checks.structure(part, document)
    rules, of_rules = program.compile_rules(part, document)
    found += [*of_rules, *checks.compiled(part, document, rules)]
    return problems + [p for p in found if not is_mended(p.mark, document.mended)]


def lines(text: str) -> list[str]:
    return [f"{p.mark.line}: {p.message} [{p.rule}]" for p in sorted(set(wrong(text)))]


class TestDocument:
    def document(self) -> Document:
        root, _ = read("x.yml", b"a:\n  b:\n    - one\n    - two\n")
        assert root is not None
        return Document("x.yml", root)

    def test_value_and_key_have_places(self) -> None:
        assert self.document().mark("a", "b", 1) == Mark("x.yml", 4, 7)
        assert self.document().key_mark("a", "b") == Mark("x.yml", 2, 3)

    def test_what_is_not_written_is_named_at_what_it_would_stand_in(self) -> None:
        assert self.document().mark("a", "c", "d") == Mark("x.yml", 2, 3)

    def test_place_in_a_shared_part_is_in_its_own_file(self) -> None:
        shared, _ = read("shared.yml", b"questions:\n  q: x\n")
        assert shared is not None
        whole = Document(
            "x.yml", self.document().root, {("a", "b"): Document("shared.yml", shared)}
        )

        assert whole.mark("a", "b", "questions", "q") == Mark("shared.yml", 2, 6)
        assert whole.key_mark("a", "b", "questions", "q") == Mark("shared.yml", 2, 3)
        assert whole.key_mark("a", "b") == Mark("x.yml", 2, 3)


class TestEveryMistakeInOneRun:
    def test_mistakes_of_every_kind_do_not_hide_each_other(self) -> None:
        """A syntax slip, a key, a value, a list, a name, two rules, and what is missing."""
        text = (
            SMALL.replace("title: Payment", "titel: Payment")
            .replace("ask: How do they pay?", "ask: Money: how do they pay?")
            .replace("points: 2", "points: two")
            .replace(
                "scale: times\n        because: They paid late", "scale: tims\n        because: B"
            )
            .replace("when: paid_by == result", "when: paid_by = result")
            .replace("when: late == few", "when: promised == fwe")
            .replace("else: true", "else: yes")
            .replace("text: Go on.\n    words: none", "text: Go on.\n    words: w1")
            .replace("  text: Find out more.\n", "")
        )

        assert [re.sub(r": .*(?= \[)", "", line) for line in lines(text)] == [
            "14 [number]",
            "21 [unknown-key]",
            "31 [yaml-syntax]",
            "45 [unknown-name]",
            "56 [rule-syntax]",
            "60 [rule-option]",
            "65 [flag]",
            "68 [words]",
            "70 [missing-key]",
        ]

    def test_unknown_key_is_read_as_the_one_it_resembles(self) -> None:
        """One mistake, one line: the key is not missed as well, and its value is looked at."""
        assert lines(SMALL.replace("minutes: 1", "minuts: ten")) == [
            '4: unknown key "minuts". did you mean "minutes"? [unknown-key]',
            '4: "ten". expected a whole number written plainly, like 0 or 12 [number]',
        ]

    @pytest.mark.parametrize(
        ("old", "new", "rule"),
        [
            ("scale: times", "scale: tims", "unknown-name"),
            ("dimension: payment", "dimension: Payment", "unknown-name"),
            ("scale: times", "scale: [a, b]", "shape"),
            ("needs: 1/2", "needs: half", "share"),
            ("else: true", "else: True", "flag"),
            ("      paid_by:\n", "      paid-by:\n", "id"),
            ("points: 2", "points:\n        - 2", "shape"),
            ("text: Go on.", "text: {}", "shape"),
            ("title: Act", "titel: Act", "unknown-key"),
            ("    because: They paid late\n", "    becouse: They paid late\n", "unknown-key"),
            ("when: late == few", "when: [late]", "shape"),
            ("about: client", "about: clients", "choice"),
            ("label: Never", "label: Never: ever", "yaml-syntax"),
            ("label: Never", "label: Ne\u200bver", "text-invisible"),
            ("questions:\n      late:", "questions:\n      - late:", "yaml-syntax"),
        ],
    )
    def test_one_mistake_leads_to_no_other(self, old: str, new: str, rule: str) -> None:
        assert old in SMALL

        assert [problem.rule for problem in wrong(SMALL.replace(old, new, 1))] == [rule]

    def test_questions_in_a_list_are_read_on(self) -> None:
        """A list of names is a likely slip, and the rules lean on what is in it."""
        text = SMALL.replace(
            "          result:\n            label: By result\n"
            "          hour:\n            label: By the hour\n",
            "          - result\n          - hour\n",
        ).replace("late == few", "late == fwe")

        assert [problem.rule for problem in wrong(text)] == ["shape", "rule-option"]

    def test_nothing_is_guessed_where_names_are_lost(self) -> None:
        """Whatever was said of rules then could be wrong."""
        text = SMALL.replace("late == few", "late == fwe")
        cut = text[: text.index("sections:")] + "sections: soon\n" + text[text.index("red_lines") :]

        assert [problem.rule for problem in wrong(cut)] == ["shape"]

    def test_words_are_read_on_too(self) -> None:
        name = "questionnaire/words/en/w1.yml"
        good = (ROOT / name).read_text("utf-8")
        text = good.replace("summary:", "sumary:", 1).replace("group: ", "group: x", 1)
        part, document, problems = read_part(Word, name, text.encode())

        assert [problem.rule for problem in problems] == ["unknown-key", "choice"]
        assert part is not None
        assert document is not None
        assert not document.sound
        assert part.summary == read_part(Word, name, good.encode())[0].summary  # type: ignore[union-attr]

    def test_what_was_mended_is_not_what_its_author_wrote(self) -> None:
        """Whoever asks for a page or a program gets none."""
        for text, sound in ((SMALL, True), (SMALL.replace("minutes: 1", "minutes: 01"), False)):
            part, document, _ = read_part(Questionnaire, "x.yml", text.encode())

            assert part is not None
            assert document is not None
            assert document.sound is sound

    def test_several_parts_in_a_file_are_mended_alike(self) -> None:
        parts, _, problems = read_parts(Section, "x.yml", b"One:\n  title: <b>\ntwo: {titel: T}\n")

        assert [problem.rule for problem in problems] == ["unknown-key", "html", "id"]
        assert parts == {"two": Section(title="T"), "one": Section(title="…")}


# -- any mistakes together ----------------------------------------------------------------------

GOOD = {
    name: (ROOT / name).read_text("utf-8")
    for name in ("tests/ok/kitchen-sink.yml", "questionnaire/ideal-client.yml")
}
KEYS = {
    info.alias or name for kind in Part.__subclasses__() for name, info in kind.model_fields.items()
}
#: For the key of a line, what an author may write behind it by mistake.
SLIPS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(["when", "unless", "raised"], lambda rule: f"{rule} and nonsuch == yes"),
    **dict.fromkeys(["label", "ask", "title", "do", "because"], lambda text: f"<b>{text}"),
    **dict.fromkeys(["name", "find_out", "off", "hint"], lambda text: f"Note: {text.strip('>|')}"),
    **dict.fromkeys(["scale", "dimension", "card", "opens", "step_by"], lambda _: "Nonsuch"),
    **dict.fromkeys(["points", "minutes", "weight", "from"], lambda text: f"0{text}"),
    **dict.fromkeys(["else", "kept", "knock_out", "ours"], lambda _: "yess"),
    **dict.fromkeys(["tone", "counts", "level"], lambda text: f"{text}x"),
    "words": lambda _: "[w_9]",
    "needs": lambda _: "66%",
    "window": lambda _: "3 weeks",
}


def slips(text: str) -> Iterator[tuple[int, str]]:
    """Lines of `text` with a mistake in each: number and new text."""
    for number, line in enumerate(text.split("\n")):
        match = re.match(r"( *)(\w+): ?(.*)$", line)
        if match is None or match[2] not in KEYS or match[3] in (">", "|", ">-"):
            continue
        yield number, f"{match[1]}{match[2]}{match[2][-1]}: {match[3]}"
        if match[3] and match[2] in SLIPS:
            yield number, f"{match[1]}{match[2]}: {SLIPS[match[2]](match[3])}"


def with_slips(text: str, chosen: list[tuple[int, str]]) -> str:
    lines = text.split("\n")
    for number, line in chosen:
        lines[number] = line
    return "\n".join(lines)


@cache
def places(text: str) -> frozenset[tuple[int, str]]:
    return frozenset((problem.mark.line, problem.rule) for problem in wrong(text))


@given(name=st.sampled_from(sorted(GOOD)), seed=st.integers(0, 2**32))
@settings(max_examples=80, deadline=None)
def test_whatever_is_told_of_one_mistake_is_told_beside_others(name: str, seed: int) -> None:
    """And nothing more: mistakes neither hide nor make each other."""
    good = GOOD[name]
    chosen = dict(random.Random(seed).sample(list(slips(good)), 5))
    alone = [places(with_slips(good, [one])) for one in chosen.items()]

    assert places(with_slips(good, list(chosen.items()))) == frozenset().union(places(good), *alone)
