"""Questionnaires that must be silent, and mistakes that must be named in exactly these lines.

`tests/err/NAME.yml` is a questionnaire with a mistake, `tests/err/NAME/` a project with some, and
`tests/err/NAME.out` what `partways check` prints of it. With UPDATE_GOLDENS=1 in the environment
the lines are written anew; read every changed one before it is committed.
"""

import ast
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from partways import cli, project, source
from partways.model import RULE_WORDS, Case, Claims, Expected, Part, Questionnaire, Sample
from partways.reading import read_part

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "generator/partways"
ERR = HERE / "err"
OK = sorted((HERE / "ok").glob("*.yml"))
MISTAKES = sorted([*ERR.glob("*.yml"), *(path for path in ERR.iterdir() if path.is_dir())])

NAME = "questionnaire/small.yml"
UNSEEN = "invisible character U+0000. expected text one can see; delete it"
TEXT = "title: Прошло много времени\n"

QUESTION = """\
      q{}:
        name: Q
        ask: Q?
        scale: times
        because: B
"""
SMALL = (ERR / "rule-step.yml").read_text("utf-8").replace("step == review", "late == few")
#: One question more than a questionnaire may have.
LONG = SMALL.replace(
    "      promised:\n", "".join(map(QUESTION.format, range(298))) + "      promised:\n"
)
OPTION = "    o{}:\n      label: O\n      points: 1\n"
#: Not so many questions, but too many answers to tell apart in a link.
BROAD = LONG.replace("    none:\n", "".join(map(OPTION.format, range(4))) + "    none:\n").replace(
    QUESTION.format(297), ""
)

#: What git or an editor would change on its way: the bytes of a file, and what is said of it.
BYTES: dict[str, tuple[bytes, list[str]]] = {
    "utf-16": (
        TEXT.encode("utf-16"),
        [f"{NAME}:1:1: the file is UTF-16. expected UTF-8 [encoding]"],
    ),
    "windows-1251": (
        b"language: en\n" + TEXT.encode("cp1251"),
        [f"{NAME}:2:1: the file is not UTF-8 here. save it as UTF-8 [encoding]"],
    ),
    "half a letter": (
        b"title: \xd0",
        [f"{NAME}:1:1: the file is not UTF-8 here. save it as UTF-8 [encoding]"],
    ),
    "nul": (
        SMALL.replace("Small", "Sm\0ll").encode(),
        [f"{NAME}:2:10: {UNSEEN} [text-invisible]"],
    ),
    "many questions": (
        LONG.encode(),
        [f"{NAME}:25:1: 301 questions. expected at most 300 [size]"],
    ),
    "many answers": (
        BROAD.encode(),
        [f"{NAME}:37:1: 2095 answers in all. expected at most 1800 [size]"],
    ),
    "too large": (
        b"#" * (source.MOST_BYTES + 1),
        [f"{NAME}:1:1: the file has 262145 bytes. expected at most 262144 [file-size]"],
    ),
}


def checked(root: Path) -> tuple[list[str], int]:
    """The lines of `partways check` without the last, which counts, and its exit code."""
    done = CliRunner().invoke(cli.app, ["check", str(root)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    *lines, count = done.output.splitlines()
    assert count.startswith("no problems" if not lines else f"{len(lines)} problem")
    return lines, done.exit_code


def alone(tmp_path: Path, name: str, data: bytes) -> Path:
    """A project with one questionnaire."""
    folder = tmp_path / "questionnaire"
    folder.mkdir()
    (folder / name).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("path", OK, ids=lambda path: path.stem)
class TestRight:
    def test_is_silent(self, path: Path, tmp_path: Path) -> None:
        """A good questionnaire passes without a word."""
        root = alone(tmp_path, path.name, path.read_bytes())
        shutil.copytree(path.parent / "shared", root / "questionnaire/shared")
        words = root / "content/en/words.md"
        words.parent.mkdir(parents=True)
        words.write_text("## One {#w1}\n\n## Two {#w2 .refuses}\n", "utf-8")
        (words.parent / "more.md").write_text("# More\n", "utf-8")

        assert checked(root) == ([], 0)

    @pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
    def test_is_silent_whatever_ends_its_lines(self, path: Path, ending: bytes) -> None:
        """Files come from Windows, and from very old editors."""
        data = path.read_bytes()
        plain, _ = source.read("x.yml", data)
        node, problems = source.read("x.yml", b"\xef\xbb\xbf" + data.replace(b"\n", ending))

        assert problems == []
        assert node is not None
        assert node == plain


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_mistake_is_named(path: Path, tmp_path: Path) -> None:
    """Every mistake in one run: file, line, column, what is wrong, what was expected."""
    root = tmp_path / "project"
    if path.is_dir():
        shutil.copytree(path, root)
    else:
        root.mkdir()
        alone(root, path.name, path.read_bytes())
    lines, code = checked(root)
    expected = path.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDENS"):
        expected.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")

    assert lines == expected.read_text("utf-8").splitlines()
    assert lines
    assert code == 1


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_text_are_named(name: str, tmp_path: Path) -> None:
    data, expected = BYTES[name]

    assert checked(alone(tmp_path, "small.yml", data)) == (expected, 1)


def test_folder_without_questionnaires_is_named(tmp_path: Path) -> None:
    lines, code = checked(tmp_path)

    assert lines == ['questionnaire:1:1: there is no folder "questionnaire" here [file]']
    assert code == 1


def rules_in_code() -> set[str]:
    """The id of every rule that some module reports."""
    place = {"Problem": 1, "_wrong": 0, "_Mistake": 1, "problem": 1, "add": 1}
    found = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in place and len(node.args) > max(1, place[name]):
                rule = node.args[place[name]]
                found |= {
                    constant.value
                    for constant in ast.walk(rule)
                    if isinstance(constant, ast.Constant)
                    and isinstance(constant.value, str)
                    and re.fullmatch("[a-z]+(-[a-z]+)*", constant.value)
                }
    return found


def test_every_rule_id_occurs_in_an_expected_line() -> None:
    """A new rule comes with a mistake that shows it."""
    lines = [line for out in ERR.glob("*.out") for line in out.read_text("utf-8").splitlines()]
    lines += [line for _, expected in BYTES.values() for line in expected]
    shown = {line.rpartition("[")[2].removesuffix("]") for line in lines}

    assert rules_in_code() - shown == set()
    assert {rule for rule in shown if rule} <= rules_in_code()


def test_every_expected_line_belongs_to_a_mistake() -> None:
    assert {out.stem for out in ERR.glob("*.out")} == {path.stem for path in MISTAKES}


def parts(part: Part) -> Iterator[Part]:
    """`part` and everything in it."""
    yield part
    for name in type(part).model_fields:
        value = getattr(part, name)
        found = value.values() if isinstance(value, dict) else [value]
        for inner in found:
            nested = inner.values() if isinstance(inner, dict) else [inner]
            for one in nested:
                if isinstance(one, Part):
                    yield from parts(one)


def test_kitchen_sink_uses_every_word_of_the_format() -> None:
    """A new word comes with a good example; what is in the kitchen sink is tried everywhere."""
    model, _, problems = read_part(
        Questionnaire, "x.yml", (HERE / "ok/kitchen-sink.yml").read_bytes()
    )
    assert model is not None
    assert problems == []
    used: dict[type[Part], set[str]] = {}
    for part in parts(model):
        used.setdefault(type(part), set()).update(part.model_fields_set)
    # The words have their good example in our own: they are too many for a kitchen sink.
    for bank in project.load(HERE.parent).banks.values():
        kept = [bank.fields, bank.words, bank.signs, bank.practice, bank.worksheets]
        for one in [bank.wording, *(one for group in kept for one in group.values())]:
            for part in parts(one) if one is not None else ():
                used.setdefault(type(part), set()).update(part.model_fields_set)
    ours = {kind for kind in _descendants(Part) if kind.__module__ == Part.__module__}
    every = ours - {Case, Claims, Expected, Sample}

    assert {kind.__name__: set(kind.model_fields) - used.get(kind, set()) for kind in every} == {
        kind.__name__: set() for kind in every
    }


def _descendants(kind: type[Part]) -> Iterator[type[Part]]:
    for one in kind.__subclasses__():
        yield one
        yield from _descendants(one)


def test_kitchen_sink_uses_every_word_of_the_rule_language() -> None:
    text = (HERE / "ok/kitchen-sink.yml").read_text("utf-8")
    signs = ["==", "!=", "<", "<=", ">", ">=", "in (", "not in (", "+", "-", "*", "/"]
    words = [*RULE_WORDS, "and", "or", "not", "score", "points", "weight", "worst", "alarm"]

    assert [sign for sign in signs if f" {sign}" not in text] == []
    assert [word for word in words if not re.search(rf"\b{word}\b", text)] == []
