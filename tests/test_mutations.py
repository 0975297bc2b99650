"""Good files, broken in random ways: every one is read, or refused with problems, quickly."""

import random
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partways import project, scoring

ROOT = Path(__file__).parent.parent
GOOD = [
    path.read_text("utf-8")
    for path in (
        ROOT / "tests/ok/kitchen-sink.yml",
        ROOT / "tests/ok/minimal.yml",
        ROOT / "questionnaire/warning-signs.yml",
        ROOT / "questionnaire/ideal-client.yml",
        ROOT / "generator/partways/starter/questionnaire/my-first.yml",
    )
]
WORDS = """
    - ? : " ' | > & * ! % @ ` # { } [ ] , . ~ = < + / ( ) no yes null true 0 -1 1.5 1e9 010 12:30
    99999999999 2024-01-01 .nan 0x1f 1_000 none step raised total knocked any all count max min sum
    not and or in applies is when else use kept score worst alarm lambda __import__ ** // <b> ../..
    1/0 3..0 --- ... &a *a \\u0000
"""
#: What an author's finger, an editor or an enemy may put there.
ODD = [
    *WORDS.split(),
    "", " #", "\t", "  ", "<<: *a", "!!int 1", "[x](javascript:1)", "\u0435", "\u202e", "\u2028",
    "\ufeff", "\x00", "\U0001f600", "a" * 50, "1" * 400, "(" * 60, "not " * 60, "é" * 300,
]  # fmt: skip


def mutated(dice: random.Random) -> str:
    text = dice.choice(GOOD)
    for _ in range(dice.choice([1, 1, 2, 3, 8])):
        text = dice.choice([_line, _line, _word, _word, _value, _rule, _cut])(text, dice) or "x"
    return text


def _line(text: str, dice: random.Random) -> str:
    """Lose, repeat, move or shift a line."""
    lines = text.split("\n")
    here, there = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            del lines[here : here + dice.choice([1, 1, 1, 20])]
        case 1:
            lines.insert(there, lines[here])
        case 2:
            lines[here], lines[there] = lines[there], lines[here]
        case _:
            lines[here] = " " * dice.randrange(6) + lines[here].lstrip()
    return "\n".join(lines)


def _replaced(text: str, pattern: str, dice: random.Random, also: bool = False) -> str:
    places = list(re.finditer(pattern, text))
    if not places:
        return text
    place = dice.choice(places)
    # Half of the time another word of the same file: what is there, in the wrong place.
    new = dice.choice(places)[0] if also and dice.random() < 0.5 else dice.choice(ODD)
    return text[: place.start()] + new + text[place.end() :]


def _word(text: str, dice: random.Random) -> str:
    return _replaced(text, r"[\w.]+", dice, also=True)


def _value(text: str, dice: random.Random) -> str:
    return _replaced(text, r"(?<=: )\S.*", dice)


def _rule(text: str, dice: random.Random) -> str:
    place = dice.choice([*re.finditer(r"(?<=when: |less: |ised: ).+", text), None])
    if place is None:
        return text
    rule = _replaced(place[0], r"[\w.]+|[<>=!]+|[()]", dice, also=True)
    return text[: place.start()] + rule + text[place.end() :]


def _cut(text: str, dice: random.Random) -> str:
    """Lose some characters, or all after a place, or gain some."""
    place = dice.randrange(len(text) + 1)
    if dice.random() < 0.1:
        return text[:place]
    return text[:place] + dice.choice(ODD) + text[place + dice.randrange(30) :]


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A project in which `questionnaire/x.yml` is written anew each time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "questionnaire/shared")
        folder.mkdir(parents=True)
        for path in (ROOT / "questionnaire/shared/legal.yml", ROOT / "tests/ok/shared/gate.yml"):
            (folder / path.name).write_bytes(path.read_bytes())
        yield Path(name)


@given(seed=st.integers(0, 2**64))
@settings(max_examples=400, deadline=None)
def test_broken_file_is_read_or_refused_with_places(root: Path, seed: int) -> None:
    """Never an exception, never over a second; and what is accepted can be scored."""
    data = mutated(random.Random(seed)).encode("utf-8", "surrogatepass")
    (root / "questionnaire/x.yml").write_bytes(data)
    start = time.process_time()
    found = project._Loader(root).load()
    took = time.process_time() - start

    assert took < 1
    assert "x" in found.questionnaires or found.problems
    for problem in found.problems:
        assert problem.mark.line >= 1
        assert problem.mark.column >= 1
        assert "\n" not in str(problem)
    if "x" in found.questionnaires:
        program = found.questionnaires["x"].program
        for place in (0, -1):
            answers = {item["id"]: item["options"][place] for item in program["items"]}
            assert scoring.assess(program, answers)["dropped"] == []
