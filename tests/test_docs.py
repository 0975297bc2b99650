"""README.md is complete and true: it has every key, word, check and command, and its examples run.

What stands in a block marked `bash` is run as it stands there; blocks marked `sh` are only read.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click
import pytest
from click.testing import CliRunner

from partways import (
    checks,
    cli,
    markdown,
    model,
    plugin,
    problems,
    program,
    project,
    reading,
    rules,
    source,
)

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PACKAGE = ROOT / "generator/partways"

#: A path in backquotes that ends a paragraph with a colon, and the block below it.
FILES = dict(
    re.findall(r"`([\w./-]+\.\w+)`:\n\n```\w+\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
)
BASH = re.findall(r"^```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


#: The same without what stands in blocks of code.
PROSE = re.sub(r"^```\w*\n.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """What stands below a heading, up to the next one of its level or a higher one."""
    found = re.search(rf"^(#+) {re.escape(title)}$", PROSE, re.MULTILINE)
    assert found, f"README.md has no heading “{title}”"
    rest = PROSE[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table in `text`, without the heads."""
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in line[1:-1].split(" |")] for line in lines]


def table(text: str) -> list[list[str]]:
    """The rows of the first table in `text`."""
    found = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert found
    return rows(found[0])


def quoted(text: str) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", text)


# -- keys ---------------------------------------------------------------------------------------


def kinds() -> list[type[model.Part]]:
    """Every kind of part that a file can hold."""
    found = [kind for kind in vars(model).values() if isinstance(kind, type)]
    return [kind for kind in found if issubclass(kind, model.Part) and kind is not model.Part]


def heading(kind: type[model.Part]) -> str:
    """`RedLine` as a heading: “Red line”."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", kind.__name__).capitalize()


def own_table(kind: type[model.Part]) -> list[list[str]]:
    """The rows about a kind of part."""
    return table(section(heading(kind)))


def left_out(default: object) -> str:
    """What holds when a key is left out, as the README says it."""
    match default:
        case bool():
            return f"`{str(default).lower()}`"
        case None | "" | () | {}:
            return ""
        case (int(low), int(high)):
            return f"`{low}..{high}`"
        case tuple():
            return f"`[{', '.join(default)}]`"
        case str() | int() | Fraction():
            return f"`{default}`"
        case _:
            raise AssertionError(f"how does the README say {default!r}?")


def expected(kind: type[model.Part]) -> dict[str, str]:
    return {
        field.alias or name: "must stand"
        if field.is_required()
        else left_out(field.get_default(call_default_factory=True))
        for name, field in kind.model_fields.items()
    }


def choices(annotation: Any) -> Iterator[str]:
    """The words of every `Literal` in an annotation."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for inner in get_args(annotation):
            yield from choices(inner)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: str(kind.__name__))
class TestKeys:
    def test_every_key_stands_in_its_table_with_its_default(self, kind: type[model.Part]) -> None:
        said = {quoted(key)[0]: default for key, _, default, _ in own_table(kind)}

        assert said == expected(kind)

    def test_every_word_to_choose_from_stands_in_its_row(self, kind: type[model.Part]) -> None:
        said = {quoted(row[0])[0]: " ".join(quoted(" ".join(row))) for row in own_table(kind)}
        missing = [
            (key, word)
            for key, field in kind.model_fields.items()
            for word in choices(field.annotation)
            if not re.search(rf"\b{word}\b", said[field.alias or key])
        ]

        assert missing == []


def test_limits_are_those_of_the_program() -> None:
    said = {row[0]: row[1] for row in rows(section("Every key")) if row[1][:1].isdigit()}

    def most(what: str) -> int:
        (number,) = (number for name, number in said.items() if what in re.split(r", | and ", name))
        return int(number.removesuffix(" each").replace(",", ""))

    assert {key: most(key.replace("_", " ")) for key in checks.MOST} == checks.MOST
    assert most("questions") == checks.MOST_QUESTIONS
    assert most("answers in all") == checks.MOST_ANSWERS
    assert most("options of a question") == checks.MOST_OPTIONS
    assert most("points of an option") == checks.MOST_POINTS
    assert most("characters of a rule") == rules.LONGEST
    assert most("bytes of a file") == source.MOST_BYTES
    assert f"{checks.MOST_ASK_WORDS} words at most" in section("Question")


def test_options_of_the_plugin_are_named() -> None:
    said = {row[0] for row in rows(section("Every key")) if len(row) == 2}

    assert {f"`{name}`" for name, _ in plugin.Options._schema} <= said


def test_blocks_of_pages_are_named() -> None:
    said = re.findall(r"`/// (\w+)[^`]*`", section("Every key"))

    assert {markdown.NAME, *markdown._ONE, *markdown._ALL} == set(said)


# -- rules --------------------------------------------------------------------------------------

#: What can stand behind a point.
ATTRIBUTES = {"score", "raised", "points", "weight", "knock_out", "kept"}


def compiled(name: str, rule: str) -> list[problems.Problem]:
    """What is wrong with `rule` as a condition of our own questionnaire `name`."""
    found = project.load(ROOT).questionnaires[name]
    condition = f"  readme: {rule}\n"
    text = (ROOT / found.document.path).read_text("utf-8")
    if found.model.conditions:
        text = text.replace("\nconditions:\n", f"\nconditions:\n{condition}", 1)
    else:
        text += f"conditions:\n{condition}"
    read, document, wrong = reading.read_part(model.Questionnaire, "x.yml", text.encode())
    assert read is not None
    assert document is not None
    assert wrong == []
    # Sections that are shared with others are in their places already.
    read = read.model_copy(update={"sections": found.model.sections})
    return program.compile_rules(read, document)[1]


def examples(start: str) -> list[list[str]]:
    """The rows of the table that follows the line beginning with `start`."""
    text = section("Every word of a rule")
    assert start in text
    return [[quoted(row[0])[0], row[1]] for row in table(text[text.index(start) :])]


class TestRules:
    def test_every_word_is_explained(self) -> None:
        said = " ".join(quoted(section("Every word of a rule")))
        words = {*model.RULE_WORDS, *rules._FUNCTIONS, *ATTRIBUTES, "worst", "alarm", "not", "or"}

        assert {word for word in words if not re.search(rf"\b{word}\b", said)} == set()

    def test_every_sign_is_explained(self) -> None:
        said = {part for text in quoted(section("Every word of a rule")) for part in text.split()}
        signs = {*rules._COMPARE.values(), *rules._ARITHMETIC.values()}

        assert {sign for sign in signs if not set(sign.split()) <= said} == set()

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            *(("warning-signs", rule) for rule, _ in examples("These rules fit [Warning signs]")),
            *(("ideal-client", rule) for rule, _ in examples("And these fit [Ideal client]")),
        ],
    )
    def test_example_is_a_rule(self, name: str, rule: str) -> None:
        assert [str(problem) for problem in compiled(name, rule)] == []

    @pytest.mark.parametrize(("rule", "why"), examples("These are refused"))
    def test_example_is_refused_for_the_reason_that_is_given(self, rule: str, why: str) -> None:
        assert [problem.rule for problem in compiled("warning-signs", rule)] == [quoted(why)[-1]]


# -- checks -------------------------------------------------------------------------------------

#: At which place functions that tell of a mistake take the name of the check.
_PLACES = {"Problem": 1, "_Mistake": 1, "_wrong": 0, "add": 1, "problem": 1}


def names_of_checks() -> set[str]:
    """Every name of a check that a call in the package gives."""
    found = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = _PLACES.get(called)
            if place is None or len(node.args) != place + 2:
                continue
            name = node.args[place]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                found.add(name.value)
    return found


class TestChecks:
    def test_every_check_is_named_and_none_is_made_up(self) -> None:
        said = [quoted(row[0])[0] for row in rows(section("Every check"))]

        assert len(said) == len(set(said))
        assert set(said) == names_of_checks()

    def test_every_example_of_an_error_is_of_such_a_check(self) -> None:
        """The names were gathered from calls; the examples say that none was overlooked."""
        lines = [path.read_text("utf-8") for path in (ROOT / "tests/err").glob("*.out")]
        seen = set(re.findall(r" \[([a-z-]+)\]$", "\n".join(lines), re.MULTILINE))

        assert seen <= names_of_checks()


# -- commands -----------------------------------------------------------------------------------


def shown(param: click.Parameter) -> str:
    """An argument as it stands in a call; options stand in the text."""
    if isinstance(param, click.Option):
        return ""
    name = (param.name or "").upper()
    return name if param.required else f"[{name}]"


class TestCommands:
    def test_every_command_has_a_row_with_its_arguments(self) -> None:
        said = {quoted(row[0])[0] for row in rows(section("Commands"))}

        assert said == {
            " ".join(filter(None, ["partways", name, *map(shown, command.params)]))
            for name, command in cli.app.commands.items()
        }

    def test_every_option_is_named(self) -> None:
        said = section("Commands")
        options = {
            option
            for command in [cli.app, *cli.app.commands.values()]
            for param in command.params
            if isinstance(param, click.Option)
            for option in param.opts
        }
        options |= {
            f"{param.opts[0]} {choice}"
            for command in cli.app.commands.values()
            for param in command.params
            if isinstance(param.type, click.Choice)
            for choice in param.type.choices
            if choice != param.default
        }

        assert {option for option in options if not re.search(rf"{option}\b", said)} == set()

    def test_what_make_is_asked_for_is_in_the_makefile(self) -> None:
        targets = set(
            re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        )
        named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )?make ([a-z]+)", README, re.MULTILINE))

        assert {"serve", "site", "test", "check"} <= set(named) <= set(targets)

    def test_installing_by_hand_is_what_make_does(self) -> None:
        makefile = (ROOT / "Makefile").read_text("utf-8")

        for words in ("--require-hashes", "--no-deps --no-build-isolation"):
            assert words in makefile
            assert README.count(words) == 2
        assert (ROOT / "requirements.lock").is_file()


# -- the story ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our project as someone has it who does what the README says; nothing was run yet."""
    root = tmp_path_factory.mktemp("story") / "partways"
    for name in ("content", "questionnaire"):
        shutil.copytree(ROOT / name, root / name)
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    for language in ("ru", "bg"):  # the lines that are to be deleted by hand
        config, times = re.subn(rf"^ +{language}:.*\n", "", config, flags=re.MULTILINE)
        assert times == 1
    (root / "mkdocs.yml").write_text(config, "utf-8")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    # Where the README has one made.
    (root / ".venv").symlink_to(Path(sys.executable).parent.parent, target_is_directory=True)
    return root


@pytest.mark.skipif(os.name == "nt", reason="the blocks are for bash")
class TestStory:
    def test_files_of_the_example_are_those_that_are_told_of(self) -> None:
        assert list(FILES) == [
            "questionnaire/our-meetings.yml",
            "content/en/our-meetings.md",
            "answers.json",
            "questionnaire/cases/our-meetings/late.yml",
        ]

    def test_every_command_runs(self, story: Path) -> None:
        """In their order, in one terminal, and each ends well."""
        lines = [line for block in BASH for line in block.splitlines()]
        assert any(line.startswith("partways new ") for line in lines)
        done = subprocess.run(
            ["bash", "-e"],
            input="\n".join(lines),
            cwd=story,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

        assert done.returncode == 0, done.stdout + done.stderr
        assert "no problems in 3 questionnaires" in done.stdout
        assert "CHANGE ONE THING" in done.stdout
        assert (story / "our-meetings.html").is_file()
        assert (story / "site/our-meetings/index.html").is_file()
        assert (story.parent / "mine/site/my-first/index.html").is_file()

    def test_mistake_is_told_in_the_line_that_is_shown(self, tmp_path: Path) -> None:
        (tmp_path / "questionnaire").mkdir()
        text = FILES["questionnaire/our-meetings.yml"].replace("find_out", "findout", 1)
        (tmp_path / "questionnaire/our-meetings.yml").write_text(text, "utf-8")
        said = CliRunner().invoke(cli.app, ["check", str(tmp_path)]).output

        assert said.splitlines()[0] in README.splitlines()

    def test_every_language_of_ours_is_in_the_way_of_a_new_sentence(self, tmp_path: Path) -> None:
        """Why the README advises one language: a text without a translation is a mistake."""
        for name in ("content", "questionnaire"):
            shutil.copytree(ROOT / name, tmp_path / name)
        path = tmp_path / "questionnaire/our-meetings.yml"
        path.write_text(FILES["questionnaire/our-meetings.yml"], "utf-8")
        found = project.load(tmp_path).problems

        assert {problem.rule for problem in found} == {"translation-missing"}

    def test_answers_and_schema_are_json(self) -> None:
        schema = CliRunner().invoke(cli.app, ["schema"]).output

        assert json.loads(schema)["properties"].keys() >= {"title", "sections", "verdicts"}
        assert json.loads(FILES["answers.json"])


# -- links and the picture ----------------------------------------------------------------------


def test_every_link_leads_somewhere() -> None:
    """Files are in the repository, and headings on this page."""
    titles = re.findall(r"^#+ (.+)$", PROSE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    targets = re.findall(r"\]\(([^)]+)\)", re.sub(r"`[^`\n]*`", "", PROSE))

    assert "LICENSE" in targets
    for target in targets:
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert (ROOT / target).exists(), target


def chunks(data: bytes) -> Iterator[str]:
    """The kinds of chunks a PNG is made of."""
    place = 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        yield data[place + 4 : place + 8].decode()
        place += 12 + length


def test_picture_is_small_and_holds_nothing_else() -> None:
    data = (ROOT / ".github/readme.png").read_bytes()

    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(data) < 250_000
    assert set(chunks(data)) <= {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}
