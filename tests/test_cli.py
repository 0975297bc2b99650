"""The command line: what it prints, how it ends, and that no slip of a user is a traceback."""

import ast
import datetime
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
import yaml
from click.testing import CliRunner, Result

from conftest import build
from partways import cli, project, scoring
from partways.model import Span

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "generator/partways"
MINIMAL = (ROOT / "tests/ok/minimal.yml").read_text("utf-8")
CALM = {"invoices": "on_time", "missed_date": "few"}

Run = Callable[..., Result]


def run(*arguments: str, stdin: str | bytes | None = None, **environment: str) -> Result:
    """What the command line answers; an exception is a bug."""
    runner = CliRunner(env={"GITHUB_ACTIONS": None, **environment})
    done = runner.invoke(cli.app, list(arguments), input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project with a good questionnaire."""
    (tmp_path / "questionnaire").mkdir()
    (tmp_path / "questionnaire/tired.yml").write_text(MINIMAL, "utf-8")
    return tmp_path


def answers(folder: Path, text: str | bytes) -> str:
    path = folder / "answers.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


class TestCheck:
    def test_good_project_is_counted_and_ends_well(self) -> None:
        done = run("check", str(ROOT))

        assert re.fullmatch(
            r"no problems in 2 questionnaires, \d+ cases as expected\n", done.output
        )
        assert done.exit_code == 0

    def test_mistakes_are_lines_and_a_count(self, small: Path) -> None:
        path = small / "questionnaire/tired.yml"
        path.write_text(
            MINIMAL.replace("when: tired", "when: tierd").replace("else: true", "else: 1")
        )
        done = run("check", str(small))

        assert done.output.splitlines() == [
            (
                'questionnaire/tired.yml:21:11: "tierd" is not known here. '
                'did you mean "tired"? [rule-name]'
            ),
            'questionnaire/tired.yml:26:11: "1". expected true or false [flag]',
            "2 problems",
        ]
        assert done.exit_code == 1

    def test_json_holds_the_same(self, small: Path) -> None:
        path = small / "questionnaire/tired.yml"
        path.write_text(MINIMAL.replace("when: tired", "when: tierd"))
        done = run("check", str(small), "--format", "json")

        assert json.loads(done.output) == {
            "count": 1,
            "problems": [
                {
                    "file": "questionnaire/tired.yml",
                    "line": 21,
                    "column": 11,
                    "rule": "rule-name",
                    "message": '"tierd" is not known here. did you mean "tired"?',
                }
            ],
        }
        assert done.exit_code == 1

    def test_on_github_every_mistake_is_an_annotation_too(self, small: Path) -> None:
        (small / "questionnaire/tired.yml").write_text(MINIMAL.replace("minutes: 1", "minutes: 1%"))
        done = run("check", str(small), GITHUB_ACTIONS="true")
        place = (small / "questionnaire/tired.yml").as_posix()

        assert done.output.splitlines()[-1] == (
            f"::error file={place},line=4,col=10::"
            '"1%25". expected a whole number written plainly, like 0 or 12 [number]'
        )

    def test_file_cannot_write_commands_into_a_log(self, small: Path) -> None:
        """Whatever an author writes stays on the line of its problem."""
        path = small / "questionnaire/tired.yml"
        path.write_text(MINIMAL.replace("about: self", 'about: "x\\n::error::y\\r\\x1b[31m"'))
        for environment in ({}, {"GITHUB_ACTIONS": "true"}):
            lines = run("check", str(small), **environment).output.split("\n")

            assert [line for line in lines if line.startswith("::")] == [
                line for line in lines if line.startswith("::error file=")
            ]
            assert not any("\x1b" in line or "\r" in line for line in lines)

    def test_page_that_is_no_utf8_is_named(self, small: Path) -> None:
        page = small / "content/en/index.md"
        page.parent.mkdir(parents=True)
        page.write_bytes(b"# Home\n\n\xff\n")

        assert run("check", str(small)).output.splitlines()[0] == (
            "content/en/index.md:3:1: the file is not UTF-8 here [encoding]"
        )

    def test_folder_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        done = run("check", str(tmp_path / "nowhere"))

        assert "does not exist" in done.output
        assert done.exit_code == 2


class TestScore:
    def test_json_is_the_result_of_the_scorer(self, tmp_path: Path) -> None:
        program = project.load(ROOT).questionnaires["warning-signs"].program
        path = answers(tmp_path, json.dumps(CALM))
        done = run("score", "warning-signs", path, "--folder", str(ROOT), "--format", "json")

        assert json.loads(done.output) == scoring.assess(program, CALM)
        assert done.exit_code == 0

    @pytest.mark.parametrize(
        "text",
        [
            '{"tired": "yes"}',
            '\ufeff{"tired": "yes"}',
            '{"format": 1, "revision": "x", "n": 3, "answers": {"tired": "yes"}}',
            '{"format": 1, "questionnaire": "tired", "answers": {"tired": "yes"}}',
        ],
    )
    def test_file_of_the_page_and_bare_answers_are_read(self, small: Path, text: str) -> None:
        done = run("score", "tired", answers(small, text), "--folder", str(small))

        assert done.output.splitlines()[:4] == ["Shall I stop?", "=============", "", "REST"]
        assert done.exit_code == 0

    def test_answers_come_from_standard_input_too(self, small: Path) -> None:
        done = run("score", "tired", "-", "--folder", str(small), stdin='{"tired": "no"}')

        assert "GO ON" in done.output

    def test_questionnaire_may_be_named_by_its_file(self, small: Path) -> None:
        path = str(small / "questionnaire/tired.yml")

        assert "REST" in run("score", path, answers(small, '{"tired": "yes"}')).output

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "this is not JSON"),
            ("{", "this is not JSON"),
            ('{"tired": yes}', "answers.json:1:11: this is not JSON"),
            ("[]", "holds no answers"),
            ('"yes"', "holds no answers"),
            ("null", "holds no answers"),
            ('{"tired": 1}', 'the answer to "tired" is no word'),
            ('{"tired": ["yes"]}', 'the answer to "tired" is no word'),
            ('{"answers": {"tired": null}}', 'the answer to "tired" is no word'),
            ('{"questionnaire": "other", "answers": {}}', 'holds answers to "other", not to tired'),
            ("[" * 60_000, "nested too deeply"),
            ('{"a": ' + "1" * 6_000 + "}", "cannot be read"),
            ('{"a": "' + "x" * 70_000 + '"}', "too many for answers"),
            (b"\xff\xfe", "not UTF-8"),
        ],
    )
    def test_what_is_wrong_with_the_answers_is_one_sentence(
        self, small: Path, text: str | bytes, said: str
    ) -> None:
        done = run("score", "tired", answers(small, text), "--folder", str(small))

        assert said in done.output
        assert done.output.startswith("Error: ")
        assert done.output.count("\n") == 1
        assert done.exit_code == 1

    def test_answers_that_fit_nothing_are_said_and_change_nothing(self, small: Path) -> None:
        path = answers(small, '{"tired": "yes", "gone": "a", "\\u202e": "b\\n::error::"}')
        done = run("score", "tired", path, "--folder", str(small))

        assert "2 saved answers no longer fit" in done.output
        assert "REST" in done.output
        assert "\u202e" not in done.output
        assert not re.search("^::", done.output, re.MULTILINE)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("tried", "-"), 'there is no questionnaire "tried" here. did you mean "tired"?'),
            (("../x", "-"), 'there is no questionnaire "../x" here'),
            (("x.yml", "-"), "x.yml is no file in a folder “questionnaire”"),
            (("tired", "nowhere.json"), "nowhere.json cannot be read"),
            (("tired", "-", "--language", "fr"), 'there is no language "fr" here'),
        ],
    )
    def test_wrong_names_are_one_sentence(
        self, small: Path, arguments: tuple[str, ...], said: str
    ) -> None:
        done = run("score", *arguments, "--folder", str(small), stdin="{}")

        assert said in done.output
        assert done.exit_code == 1

    def test_wrong_questionnaire_is_told_what_is_wrong_with_it(self, small: Path) -> None:
        (small / "questionnaire/tired.yml").write_text(MINIMAL.replace("minutes: 1", "minutes: x"))
        done = run("score", "tired", "-", "--folder", str(small), stdin="{}")

        assert done.output.splitlines()[0].startswith("questionnaire/tired.yml:4:10: ")
        assert "tired cannot be used before this is put right" in done.output
        assert done.exit_code == 1

    @pytest.mark.parametrize("language", ["en", "ru", "bg"])
    def test_text_says_what_the_page_says(self, tmp_path: Path, language: str) -> None:
        """Verdict, measures with their first step, dimensions, reasons and gaps."""
        sheet = {
            item["id"]: item["options"][0]
            for item in project.load(ROOT).questionnaires["warning-signs"].program["items"]
        }
        sheet |= {"unpaid_work": "usual", "told": "written", "voice": "unknown", "mood": "unhappy"}
        done = run(
            "score", "warning-signs", answers(tmp_path, json.dumps(sheet)),
            "--folder", str(ROOT), "--language", language,
        )  # fmt: skip
        q = project.load(ROOT).questionnaires["warning-signs"].translated[language]
        questions = {key: question for _, key, question in q.questions()}
        said = " ".join(done.output.split())

        for text in (
            q.verdicts["probation"].title.upper(),
            q.title,
            q.verdicts["probation"].text,
            *q.verdicts["probation"].do,
            q.measures["scope"].title,
            q.measures["scope"].do,
            q.dimensions["scope"].title,
            questions["unpaid_work"].because,
            questions["voice"].name,
            questions["voice"].find_out,
            q.notes["unhappy"].text,
            project.load(ROOT).words[language]["w16"].title,
        ):
            assert " ".join(text.replace("**", "").split()) in said
        assert done.exit_code == 0

    def test_red_line_comes_first(self, tmp_path: Path) -> None:
        path = answers(tmp_path, '{"attacked": "yes"}')
        lines = run("score", "warning-signs", path, "--folder", str(ROOT)).output.splitlines()

        assert lines[3] == "!! Red line: Danger"
        assert "STOP CONTACT. SAFETY FIRST" in lines

    def test_words_that_refuse_stand_back_while_a_caution_is_on(self, tmp_path: Path) -> None:
        found = project.load(ROOT)
        words = found.words["en"]
        named = found.questionnaires["ideal-client"].model.verdicts["decline"].words or ()
        refusing = [word for word in named if words[word].refuses]
        assert refusing
        outputs = []
        for duty in ("no", "unsure"):
            sheet = {
                "asks_wrong": "yes",
                "must_serve": duty,
                "regulated": "no",
                "same_reason": "yes",
            }
            path = answers(tmp_path, json.dumps(sheet))
            outputs.append(run("score", "ideal-client", path, "--folder", str(ROOT)).output)

        for word in refusing:
            assert words[word].title in outputs[0]
            assert words[word].title not in outputs[1]

    def test_every_sentence_is_one_that_the_page_says_too(self) -> None:
        """So that whatever is translated for the page is translated here."""
        sources = [PACKAGE / "pages.py", *(PACKAGE / "templates").glob("*.html")]
        page = "\n".join(path.read_text("utf-8") for path in sources)
        said = [
            argument.value
            for node in ast.walk(ast.parse((PACKAGE / "cli.py").read_text("utf-8")))
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("t", "plural")
            for argument in node.args[:2]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]

        assert len(said) > 20
        assert [sentence for sentence in said if sentence not in page] == []

    @pytest.mark.parametrize(
        ("number", "unit", "expected"),
        [(6, "months", "2027-02-28"), (1, "days", "2026-09-01"), (1, "months", "2026-09-30")],
    )
    def test_month_ends_with_its_last_day(
        self, number: int, unit: Literal["days", "months"], expected: str
    ) -> None:
        day = cli._shifted(datetime.date(2026, 8, 31), Span(number, unit))

        assert day.isoformat() == expected


class TestSchema:
    def test_schema_is_printed(self) -> None:
        made = json.loads(run("schema").output)

        assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert {"title", "sections", "verdicts"} <= made["properties"].keys()

    @pytest.mark.parametrize(
        ("kind", "file"),
        [
            ("questionnaire", "warning-signs.yml"),
            ("section", "shared/legal.yml"),
            ("word", "words/ru/w1.yml"),
            ("fields", "words/ru/fields.yml"),
            ("check", "words/ru/check.yml"),
            ("signs", "signs/ru.yml"),
            ("practice", "practice/ru.yml"),
            ("document", "documents/ru/end-plan.yml"),
        ],
    )
    def test_schema_has_the_keys_of_our_own_files(self, kind: str, file: str) -> None:
        made = json.loads(run("schema", "--of", kind).output)
        held = yaml.safe_load((ROOT / "questionnaire" / file).read_text("utf-8"))
        if kind in ("fields", "signs", "practice"):
            reference = made["additionalProperties"]["$ref"].rpartition("/")[2]
            known, used = made["$defs"][reference], set().union(*held.values())
        else:
            known, used = made, set(held)

        assert used <= known["properties"].keys()
        assert used >= set(known.get("required", []))
        assert known["additionalProperties"] is False

    @pytest.mark.parametrize("kind", ["questionnaire", "section", "case", "word", "signs"])
    def test_schema_is_written_to_a_file(self, kind: str, tmp_path: Path) -> None:
        path = tmp_path / "new/x.schema.json"
        done = run("schema", "--of", kind, "--output", str(path))

        assert done.exit_code == 0
        assert json.loads(path.read_text("utf-8"))["type"] == "object"
        assert [entry.name for entry in path.parent.iterdir()] == ["x.schema.json"]

    def test_place_that_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", "utf-8")
        done = run("schema", "--output", str(tmp_path / "file/x.json"))

        assert "cannot be written" in done.output
        assert done.exit_code == 1


class TestTranslate:
    def test_catalogue_is_begun_and_said_to_be_missing(self, small: Path) -> None:
        done = run("translate", "ru", "--folder", str(small))

        assert done.output == "questionnaire/ru/tired.po: new, 14 of 14 missing\n"
        assert (small / "questionnaire/ru/tired.po").read_text("utf-8").count("msgctxt") == 14

    def test_second_run_changes_nothing(self, small: Path) -> None:
        run("translate", "ru", "--folder", str(small))
        before = (small / "questionnaire/ru/tired.po").stat().st_mtime_ns
        done = run("translate", "ru", "--folder", str(small))

        assert "unchanged" in done.output
        assert (small / "questionnaire/ru/tired.po").stat().st_mtime_ns == before

    def test_changed_sentence_keeps_its_translation_as_fuzzy(self, small: Path) -> None:
        run("translate", "ru", "--folder", str(small))
        catalogue = small / "questionnaire/ru/tired.po"
        catalogue.write_text(
            catalogue.read_text("utf-8").replace(
                'msgid "Rest"\nmsgstr ""', 'msgid "Rest"\nmsgstr "Отдых"'
            ),
            "utf-8",
        )
        source = small / "questionnaire/tired.yml"
        source.write_text(MINIMAL.replace("title: Rest", "title: Have a rest"), "utf-8")
        done = run("translate", "ru", "--folder", str(small))

        assert (
            done.output == "questionnaire/ru/tired.po: renewed, 13 of 14 missing, 1 marked fuzzy\n"
        )
        assert 'msgstr "Отдых"' in catalogue.read_text("utf-8")

    def test_broken_catalogue_is_left_alone(self, small: Path) -> None:
        path = small / "questionnaire/ru/tired.po"
        path.parent.mkdir()
        path.write_text('msgid "x"\nmsgtsr "y"\n', "utf-8")
        done = run("translate", "ru", "--folder", str(small))

        assert "questionnaire/ru/tired.po:2:1: not a gettext catalogue" in done.output
        assert path.read_text("utf-8") == 'msgid "x"\nmsgtsr "y"\n'
        assert done.exit_code == 1

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", "there is nothing to do"),
            ("zz", "is no language code"),
            ("../x", "is no language code"),
            ("ru_RU", "is no language code"),
        ],
    )
    def test_wrong_language_is_said(self, small: Path, language: str, said: str) -> None:
        done = run("translate", language, "--folder", str(small))

        assert said in done.output
        assert done.exit_code == 1
        assert sorted(entry.name for entry in (small / "questionnaire").iterdir()) == ["tired.yml"]


class TestSingle:
    def test_one_file_is_written(self, small: Path) -> None:
        path = small / "out/tired.html"
        done = run("single", "tired", "--folder", str(small), "--output", str(path))
        text = path.read_text("utf-8")

        assert done.output == f"wrote {path}\n"
        assert text.startswith("<!doctype html>")
        assert "Are you tired?" in text
        assert "http-equiv" in text

    @pytest.mark.parametrize("language", ["ru", "bg"])
    def test_it_speaks_the_language(self, language: str, tmp_path: Path) -> None:
        path = tmp_path / "x.html"
        run(
            "single", "ideal-client", "--folder", str(ROOT), "--language", language,
            "--output", str(path),
        )  # fmt: skip

        assert f'<html lang="{language}"' in path.read_text("utf-8")

    def test_unknown_language_is_said(self, small: Path) -> None:
        done = run("single", "tired", "--folder", str(small), "--language", "ru")

        assert 'there is no language "ru" here' in done.output
        assert done.exit_code == 1


class TestNew:
    def test_new_project_is_right_and_builds(self, tmp_path: Path) -> None:
        folder = tmp_path / "mine"
        done = run("new", str(folder))

        assert done.exit_code == 0
        assert run("check", str(folder)).output == (
            "no problems in 1 questionnaire, 2 cases as expected\n"
        )
        site = build(folder, tmp_path / "site")
        assert "<partways-assessment" in (site / "my-first/index.html").read_text("utf-8")

    def test_nothing_is_written_over(self, tmp_path: Path) -> None:
        (tmp_path / "mkdocs.yml").write_text("mine\n", "utf-8")
        done = run("new", str(tmp_path))

        assert "is there already; nothing was written" in done.output
        assert [entry.name for entry in tmp_path.iterdir()] == ["mkdocs.yml"]
        assert done.exit_code == 1


class TestProgram:
    def partways(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        code = "from partways.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    def test_what_is_printed_is_utf8_whatever_the_system_says(self, small: Path) -> None:
        """A pipe on Windows has a code page that knows no Cyrillic; here ASCII stands for it."""
        path = small / "questionnaire/tired.yml"
        path.write_text(MINIMAL.replace("about: self", "about: усталость"), "utf-8")
        done = self.partways(
            "check", str(small), PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C"
        )

        assert done.stdout.decode("utf-8").startswith(
            'questionnaire/tired.yml:3:8: "усталость". expected "client"'
        )
        assert done.stderr == b""
        assert done.returncode == 1

    def test_help_names_every_command(self) -> None:
        done = self.partways("--help")

        assert re.findall(rb"^  ([a-z]+) ", done.stdout, re.MULTILINE) == [
            b"check", b"new", b"schema", b"score", b"single", b"translate",
        ]  # fmt: skip

    @pytest.mark.parametrize("module", ["partways", "partways.cli"])
    def test_module_is_the_program_too(self, module: str, small: Path) -> None:
        """Without the name `partways` in reach, as in a terminal that knows no `.venv` yet."""
        done = subprocess.run(
            [sys.executable, "-m", module, "check", str(small)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.stdout.startswith("no problems in 1 questionnaire")
        assert done.stderr == ""
        assert done.returncode == 0

    def test_version_is_said(self) -> None:
        assert self.partways("--version").stdout.startswith(b"partways, version ")

    @pytest.mark.parametrize("arguments", [("chek",), ("score",), ("check", "--format", "xml")])
    def test_wrong_call_ends_with_two(self, arguments: tuple[str, ...]) -> None:
        done = self.partways(*arguments)

        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
