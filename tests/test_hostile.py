"""Files that somebody made to do harm: a clear sentence, soon, and nothing raw on a terminal."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from partways import cli, markdown, project
from partways.markdown import scan
from partways.problems import Mark, Problem
from partways.source import MOST_PROBLEMS, read

STARTER = Path(__file__).parent.parent / "generator/partways/starter"
GOOD = (STARTER / "questionnaire/my-first.yml").read_bytes()
#: Half of it is what our own project takes to be read; before, some of these took minutes.
SOON = 5.0

#: What drives a terminal, or begins a command in the log of a build service.
ESCAPES = "\x1b[31m\x1b]0;x\x07\x9b2J\r\n::error::x\x7f"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project that works."""
    return Path(shutil.copytree(STARTER, tmp_path / "own"))


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """What the command line answers; an exception is a bug."""
    done = CliRunner(env={"GITHUB_ACTIONS": None}).invoke(cli.app, list(arguments), input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def is_calm(said: str) -> bool:
    """Whether a terminal can show it without doing anything else."""
    return all(char.isprintable() for char in said.replace("\n", ""))


def quick(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


class TestTerminal:
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_no_control_reaches_it(self, root: Path, form: str) -> None:
        """From a key, a value, a name in a rule, the name of a file, a block, or a case."""
        quoted = json.dumps(ESCAPES)
        folder = root / "questionnaire"
        (folder / "my-first.yml").write_bytes(GOOD + f"{quoted}: a\n".encode())
        (folder / "second.yml").write_text(f"language: {quoted}\nabout: {quoted}\n", "utf-8")
        (folder / f"{ESCAPES}.yml".replace("/", "")).write_text("a: b\n", "utf-8")
        (folder / "cases" / ESCAPES).mkdir()
        (folder / "cases/my-first/late.yml").write_text(f"answers: {{a: {quoted}}}\n", "utf-8")
        (root / "content/en/x.md").write_text("/// word | \x1b]0;x\x07\n///\n\x9b\n", "utf-8")

        done = run("check", str(root), "--format", form)

        assert done.exit_code == 1
        assert is_calm(done.output)
        assert "::error::" not in re.findall(r"(?m)^\S{9}", done.output)
        assert "Traceback" not in done.output
        if form == "json":
            names = {problem["file"] for problem in json.loads(done.output)["problems"]}
            assert f"questionnaire/{ESCAPES}.yml" in names
        else:
            assert (
                r"questionnaire/\x1b[31m\x1b]0;x\x07\x9b2J\r\n::error::x\x7f.yml:1:1" in done.output
            )

    def test_name_that_is_no_text_is_told(self, root: Path) -> None:
        """Linux lets any bytes name a file."""
        try:
            (root / "questionnaire/\udcff\udc9b.yml").write_text("a: b\n", "utf-8")
        except (OSError, UnicodeError):
            pytest.skip("this system names files in Unicode only")

        done = run("check", str(root))

        assert done.exit_code == 1
        assert r"questionnaire/\udcff\udc9b.yml:1:1" in done.output

    def test_problem_is_one_line_wherever_it_is_told(self) -> None:
        """The site generator prints it too, without the command line."""
        said = str(Problem(Mark(f"a{ESCAPES}.yml", 2), "x", f"b{ESCAPES}"))

        assert said.isprintable()
        assert said.startswith(r"a\x1b[31m")

    @pytest.mark.parametrize(
        "arguments",
        [
            ("score", ESCAPES, "-"),
            ("score", f"{ESCAPES}.yml", "-"),
            ("score", "my-first", ESCAPES),
            ("score", "my-first", "-", "--language", ESCAPES),
            ("single", "my-first", "--output", f"/dev/null/{ESCAPES}"),
            ("translate", ESCAPES),
        ],
    )
    def test_what_was_asked_for_is_said_back_calmly(
        self, root: Path, arguments: tuple[str, ...]
    ) -> None:
        done = run(*arguments, "--folder", str(root), stdin="{}")

        assert done.exit_code == 1
        assert is_calm(done.output)
        assert done.output.count("\n") == 1

    def test_new_folder_is_named_calmly(self, tmp_path: Path) -> None:
        done = run("new", str(tmp_path / ESCAPES))

        assert done.exit_code == 0
        assert is_calm(done.output)


class TestBombs:
    @pytest.mark.parametrize(
        ("data", "rule"),
        [
            (b"\0" * 200_000, "text-invisible"),
            ("\u202e".encode() * 80_000, "text-invisible"),
            (b"- " + b'"\\u202e"\n- ' * 20_000, "text-invisible"),
            (b"".join(b"k%d: a\n" % n for n in range(20_000)), "unknown-key"),
            (GOOD + b"".join(b"x%d: a\n" % n for n in range(15_000)), "unknown-key"),
            (b"".join(b"k%d: a\n" % n for n in range(100_000)), "file-size"),
            (b"a: " + b"x" * 10_000_000, "file-size"),
            (b"title: >\n" + b"  x\n" * 60_000, "text-length"),
            (b"a: '" + b"x\n\n" * 60_000, "yaml-syntax"),
            (b"a: " + b"[" * 200_000, "yaml-depth"),
            (b"a: &a [*a, *a]\n" * 10_000, "yaml-alias"),
            (b"\xff\xfe" + "a: b".encode("utf-16-le"), "encoding"),
            ("title: Цена".encode("cp1251"), "encoding"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_is_refused_soon_and_briefly(self, root: Path, data: bytes, rule: str) -> None:
        (root / "questionnaire/my-first.yml").write_bytes(data)

        start = time.process_time()
        done = run("check", str(root))

        assert time.process_time() - start < SOON
        assert done.exit_code == 1
        assert f"[{rule}]" in done.output
        # Beside them the case, the page and the links that miss the questionnaire.
        assert done.output.count("\n") <= MOST_PROBLEMS + 20

    def test_every_reader_ends_at_so_many_invisible_characters(self) -> None:
        _, problems = read("x.yml", b"\x01" * 200_000)

        assert len(problems) == MOST_PROBLEMS

    @pytest.mark.parametrize(
        "line",
        [
            "/// a" + " " * 100_000 + "b",
            "///" + " " * 100_000,
            "/" * 100_000 + " a",
            "/// a |" + " |" * 50_000,
            "`" * 100_000 + "a",
        ],
        ids=range(5),
    )
    def test_long_line_of_a_page_is_read_once(self, line: str) -> None:
        """Not once for each of its spaces: that took a minute and a half."""
        assert quick(lambda: scan(line, ["one"])) < 1


class TestLinksOnTheDisk:
    """A link may stand in a repository, and lead out of it."""

    def test_circles_end(self, root: Path) -> None:
        """Two links in one folder make more paths than can be counted."""
        for name in ("one", "two", "three"):
            (root / "questionnaire" / name).symlink_to(".")
            (root / "content/en" / name).symlink_to("..")
        (root / "questionnaire/self.yml").symlink_to("self.yml")

        start = time.process_time()
        done = run("check", str(root))

        assert time.process_time() - start < SOON
        assert done.output == (
            "questionnaire/self.yml:1:1: cannot be read: Too many levels of symbolic links [file]\n"
            "1 problem\n"
        )

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a system without devices as files")
    @pytest.mark.parametrize("name", ["questionnaire/endless.yml", "content/en/endless.md"])
    def test_file_without_an_end_is_not_read(self, root: Path, name: str) -> None:
        (root / name).symlink_to("/dev/zero")

        done = run("check", str(root))

        assert done.exit_code == 1
        assert f"{name}:1:1: a link to a device" in done.output

    def test_what_is_written_replaces_a_link_and_follows_none(
        self, root: Path, tmp_path: Path
    ) -> None:
        """A catalogue or page that is a link out of the project: what it led to stays."""
        outside = tmp_path / "outside"
        outside.write_text("mine", "utf-8")
        (root / "questionnaire/ru").mkdir()
        catalogue = root / "questionnaire/ru/my-first.po"
        catalogue.symlink_to(outside)
        page = root / "out.html"
        page.symlink_to(outside)

        run("translate", "ru", "--folder", str(root))
        run("single", "my-first", "--folder", str(root), "--output", str(page))

        assert outside.read_text("utf-8") == "mine"
        assert page.read_text("utf-8").startswith("<!doctype html>")

    def test_change_behind_a_link_to_a_folder_is_seen(self, root: Path, tmp_path: Path) -> None:
        """What is read through a link is watched through it as well."""
        shared = tmp_path / "shared"
        shared.mkdir()
        (root / "questionnaire/shared").symlink_to(shared)
        before = project.load(root)
        assert project.load(root) is before

        (shared / "new.yml").write_text("a: b\n", "utf-8")

        assert project.load(root) is not before
        assert any("shared/new.yml" in p.mark.path for p in project.load(root).problems)


class TestNames:
    @pytest.mark.parametrize(
        "name", ["../../x", "/etc/passwd", "..\\x", "my-first/../../x", "%2e%2e/x", ".", "con/../x"]
    )
    def test_path_is_no_name(self, root: Path, name: str) -> None:
        """Names are looked up among what was read, and never joined to a path."""
        (root.parent / "x.yml").write_bytes(GOOD)
        (root / "content/en/x.md").write_text(f"/// assessment | {name}\n///\n", "utf-8")

        assert f'there is no questionnaire called "{name}"' in run("check", str(root)).output
        assert "there is no questionnaire called" in markdown.render(str(root), name, "en")
        for command in (("score", name, "-"), ("single", name)):
            done = run(*command, "--folder", str(root), stdin="{}")
            assert done.exit_code == 1
            assert "there is no questionnaire" in done.output
        assert sorted(path.name for path in root.parent.iterdir()) == ["own", "x.yml"]

    def test_questionnaire_cannot_lie_where_reasons_do(self, root: Path) -> None:
        """On the device a result leaves its reasons by that name, and a letter takes them away."""
        (root / "questionnaire/case.yml").write_bytes(GOOD)

        done = run("check", str(root))

        assert done.output.startswith('questionnaire/case.yml:1:1: "case" is what pages keep')
        assert "case" not in project.load(root).questionnaires


class TestAnswers:
    @pytest.mark.parametrize(
        "given",
        [
            {"late": "constructor", "promised": "__proto__", "tone": "toString"},
            {"__proto__": "few", "constructor": "few", "hasOwnProperty": "few"},
            {"late.weight": "9" * 5000, "late.knock_out": "yes", ".late": "few", ".": "few"},
            {"\ud800": "few", "late": "\udfff"},
            {ESCAPES: ESCAPES, "late": ESCAPES},
            {"x" * 1000 + str(n): "y" for n in range(50)},
        ],
        ids=range(6),
    )
    def test_what_fits_nothing_counts_for_nothing(self, root: Path, given: dict[str, str]) -> None:
        """The result is that of a sheet without answers, said without a control character."""

        def scored(answers: dict[str, str], *form: str) -> str:
            stdin = json.dumps(answers).encode()
            done = run("score", "my-first", "-", "--folder", str(root), *form, stdin=stdin)
            assert done.exit_code == 0
            assert is_calm(done.output)
            return done.output

        scored(given)
        result = json.loads(scored(given, "--format", "json"))
        empty = json.loads(scored({}, "--format", "json"))
        dropped = result.pop("dropped")
        del empty["dropped"]
        assert result == empty
        assert len(dropped) == len(given)

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 60_000,
            '{"a":' * 10_000,
            "9" * 60_000,
            '{"a": 1e999}',
            '{"late": NaN}',
            '{"answers": [{"late": "few"}]}',
            '{"questionnaire": "\\u001b[31m", "answers": {}}',
            '{"questionnaire": {"a": []}, "answers": {}}',
            "\ufeff\ufeff{}",
            " " * 70_000,
        ],
        ids=range(10),
    )
    def test_what_is_none_is_one_sentence(self, root: Path, text: str) -> None:
        done = run("score", "my-first", "-", "--folder", str(root), stdin=text.encode())

        assert done.exit_code == 1
        assert done.output.startswith("Error: standard input")
        assert done.output.count("\n") == 1
        assert is_calm(done.output)


def test_program_itself_ends_without_a_traceback(root: Path) -> None:
    """Not only in a test: the program as it is started, with its own streams."""
    (root / "questionnaire/my-first.yml").write_bytes(b"a: " + b"[" * 200_000 + ESCAPES.encode())
    done = subprocess.run(
        [sys.executable, "-m", "partways", "check", str(root)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert is_calm(done.stdout + done.stderr)
