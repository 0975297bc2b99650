"""A folder to everything in it, read once and read again when a file changes."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from partways import markdown, project

ROOT = Path(__file__).parent.parent
MINIMAL = (ROOT / "tests/ok/minimal.yml").read_text("utf-8")
WORDS = "# Words\n\n## No thanks {#w1 .refuses}\n\n## Later { #w2 }\n\n## Not one\n"

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def small(tmp_path: Path) -> Write:
    """Write a project into a folder of its own."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path

    return write


class TestLoad:
    def test_our_own_project_has_no_problems(self) -> None:
        found = project.load(ROOT)

        assert [str(problem) for problem in found.problems] == []
        assert found.languages == ("en", "bg", "ru")
        assert list(found.questionnaires) == ["ideal-client", "warning-signs"]

    def test_every_language_has_every_text(self) -> None:
        """Translated questionnaires are the same but for their texts."""
        for compiled in project.load(ROOT).questionnaires.values():
            assert set(compiled.translated) == {"en", "bg", "ru"}
            assert compiled.translated["ru"].title != compiled.model.title
            assert compiled.translated["ru"].conditions == compiled.model.conditions

    def test_mistake_in_a_file_is_all_that_is_said_of_it(self, tmp_path: Path) -> None:
        """Files that lean on each other are wrong at once: each slip is told, and nothing else."""
        slips = {
            "questionnaire/warning-signs.yml": [
                ("minutes:", "minuts:", "unknown-key"),
                ("when: payment.raised", "when: paymnt.raised", "rule-name"),
            ],
            "questionnaire/shared/legal.yml": [("title:", "titel:", "unknown-key")],
            "questionnaire/signs/bg.yml": [("normal:", "norml:", "unknown-key")],
            "questionnaire/words/en/w3.yml": [("{", "{nonsuch} {", "unknown-field")],
            "questionnaire/words/ru/w9.yml": [("summary:", "sumary:", "unknown-key")],
        }
        for folder in ("content", "questionnaire"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        for name, changes in slips.items():
            text = (tmp_path / name).read_text("utf-8")
            for old, new, _ in changes:
                text = text.replace(old, new, 1)
            (tmp_path / name).write_text(text, "utf-8")
        found = project.load(tmp_path)
        problems = [*found.problems, *markdown.problems(found, [tmp_path / "content"])]

        assert [(problem.mark.path, problem.rule) for problem in problems] == sorted(
            ((name, rule) for name, changes in slips.items() for _, _, rule in changes),
            key=lambda slip: slip[0],
        )

    @pytest.mark.parametrize("shared", ["title: T\n   intro: I\n", "questions: soon\n", "\xff"])
    def test_shared_section_that_cannot_be_read_is_all_that_is_said(
        self, small: Write, shared: str
    ) -> None:
        """A questionnaire that uses it waits for it, without a word of its own."""
        text = MINIMAL.replace("verdicts:", "  more:\n    use: gate\nverdicts:")
        root = small({"questionnaire/a.yml": text})
        gate = root / "questionnaire/shared/gate.yml"
        gate.parent.mkdir()
        gate.write_bytes(shared.encode("latin-1"))
        found = project.load(root)

        assert {problem.mark.path for problem in found.problems} == {
            "questionnaire/shared/gate.yml"
        }
        assert list(found.questionnaires) == []

    def test_second_reading_is_the_same_object(self, small: Write) -> None:
        root = small({"questionnaire/a.yml": MINIMAL})

        assert project.load(root) is project.load(root)

    def test_change_of_any_file_is_seen(self, small: Write) -> None:
        root = small({"questionnaire/a.yml": MINIMAL, "content/en/words.md": WORDS})
        before = project.load(root)
        os.utime(root / "content/en/words.md", ns=(1, 1))
        after = project.load(root)

        assert after is not before
        small({"questionnaire/a.yml": MINIMAL.replace("title: Rest", "title: Sleep")})
        assert project.load(root).questionnaires["a"].model.verdicts["rest"].title == "Sleep"

    def test_wrong_questionnaire_does_not_hide_a_good_one(self, small: Write) -> None:
        root = small({"questionnaire/a.yml": MINIMAL, "questionnaire/b.yml": "title: [\n"})
        found = project.load(root)

        assert list(found.questionnaires) == ["a"]
        assert [problem.mark.path for problem in found.problems] == ["questionnaire/b.yml"]

    def test_words_are_read_with_what_refuses(self, small: Write) -> None:
        found = project.load(small({"questionnaire/a.yml": MINIMAL, "content/en/words.md": WORDS}))

        assert found.words["en"] == {
            "w1": project.Heading("No thanks", refuses=True, mark="pw:words.md#w1"),
            "w2": project.Heading("Later", refuses=False, mark="pw:words.md#w2"),
        }

    def test_pages_are_known_by_their_names(self, small: Write) -> None:
        files = {"questionnaire/a.yml": MINIMAL, "content/en/b.md": "", "content/en/c/d.md": ""}

        assert project.load(small(files)).pages == {"b", "c/d"}

    def test_folder_that_is_no_language_is_none(self, small: Write) -> None:
        files = {"questionnaire/a.yml": MINIMAL, "content/en/a.md": "", "content/js/a.md": ""}

        assert project.load(small(files)).languages == ("en",)

    @pytest.mark.skipif(os.name == "nt", reason="links need rights there")
    def test_link_that_leads_nowhere_is_a_problem(self, small: Write) -> None:
        root = small({"questionnaire/a.yml": MINIMAL})
        (root / "questionnaire/b.yml").symlink_to("nowhere.yml")
        found = project.load(root)

        assert list(found.questionnaires) == ["a"]
        assert [(p.mark.path, p.rule) for p in found.problems] == [("questionnaire/b.yml", "file")]

    def test_folder_that_is_called_like_a_file_is_a_problem(self, small: Write) -> None:
        root = small({"questionnaire/a.yml": MINIMAL, "questionnaire/b.yml/c.txt": ""})

        assert [p.rule for p in project.load(root).problems] == ["file"]

    def test_places_are_named_from_the_folder_of_the_project(self, small: Write) -> None:
        """No path of a machine stands in what is printed."""
        root = small({"questionnaire/a.yml": "x: 1\n"})

        assert {p.mark.path for p in project.load(root).problems} == {"questionnaire/a.yml"}


class TestTranslations:
    def test_broken_catalogue_is_left_alone(self, small: Write) -> None:
        """Renewing it would lose what it holds."""
        root = small({"questionnaire/a.yml": MINIMAL, "questionnaire/ru/a.po": "what is this\n"})
        found, problems = project.translations(root, "ru")

        assert found == {}
        assert [problem.rule for problem in problems] == ["po-syntax"]

    def test_shared_section_has_a_catalogue_of_its_own(self) -> None:
        found, problems = project.translations(ROOT, "ru")
        names = {path.relative_to(ROOT / "questionnaire/ru").as_posix() for path in found}

        assert problems == []
        assert names == {"ideal-client.po", "warning-signs.po", "shared/legal.po"}
        legal = found[ROOT / "questionnaire/ru/shared/legal.po"].decode()
        assert 'msgctxt "legal:questions.must_serve.ask"' in legal

    @pytest.mark.parametrize("language", ["ru", "bg"])
    def test_our_own_catalogues_are_up_to_date(self, language: str) -> None:
        found, _ = project.translations(ROOT, language)

        for path, data in found.items():
            assert path.read_bytes() == data, f"run partways translate {language}"


class TestCases:
    def test_our_own_cases_are_as_expected(self) -> None:
        """At least forty for each questionnaire, worked out by hand."""
        count, problems = project.cases(ROOT)

        assert [str(problem) for problem in problems] == []
        for name in project.load(ROOT).questionnaires:
            assert len(list((ROOT / "questionnaire/cases" / name).glob("*.yml"))) >= 40
        assert count >= 80

    def test_cases_of_a_wrong_questionnaire_are_read_but_not_run(self, small: Write) -> None:
        root = small(
            {
                "questionnaire/a.yml": "x: 1\n",
                "questionnaire/cases/a/b.yml": "shows: X\nexpect:\n  state: settled\n",
                "questionnaire/cases/a/c.yml": "shows: X\n",
            }
        )
        count, problems = project.cases(root)

        assert count == 2
        assert [(p.mark.path, p.rule) for p in problems] == [
            ("questionnaire/cases/a/c.yml", "missing-key")
        ]
