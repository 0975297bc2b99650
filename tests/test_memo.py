"""What need not be worked out again, and that nothing wrong is ever taken for right."""

import json
import shutil
from pathlib import Path

import pytest

from partways import project
from partways.memo import MOST_BYTES, Memo

ROOT = Path(__file__).parent.parent


class TestMemo:
    def test_gives_back_what_was_kept_for_the_same_parts(self, tmp_path: Path) -> None:
        first = Memo(tmp_path, "a")
        first.keep("made", "one", "two")
        first.save()
        second = Memo(tmp_path, "a")

        assert second.get("one", "two") == "made"
        assert second.get("one", "2") is second.get("onetwo") is None
        assert Memo(tmp_path, "b").get("one", "two") is None

    def test_forgets_what_was_not_asked_for(self, tmp_path: Path) -> None:
        """The file does not grow with every change of a text."""
        first = Memo(tmp_path, "a")
        first.keep("old", "1")
        first.keep("kept", "2")
        first.save()
        second = Memo(tmp_path, "a")
        second.get("2")
        second.save()
        third = Memo(tmp_path, "a")

        assert (third.get("1"), third.get("2")) == (None, "kept")

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'{"a": 1}',
            b'{"a": ["b"]}',
            b"\xef\xbb\xbf",
            b"\xff\xfe\x00",
            b"[" * 200_000,
            b'{"a":' * 100_000,
            b"9" * 100_000,
            b'{"a": "' + b"b" * MOST_BYTES + b'"}',
        ],
        ids=range(12),
    )
    def test_file_of_someone_else_is_no_file(self, tmp_path: Path, data: bytes) -> None:
        """It is written over, whatever somebody made of it."""
        path = tmp_path / ".cache/partways/a.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        memo = Memo(tmp_path, "a")

        assert memo.get("1") is None
        memo.keep("made", "1")
        memo.save()
        assert Memo(tmp_path, "a").get("1") == "made"

    def test_folder_that_may_not_be_written_changes_nothing(self, tmp_path: Path) -> None:
        (tmp_path / ".cache").write_text("in the way", "utf-8")
        memo = Memo(tmp_path, "a")
        memo.keep("made", "1")
        memo.save()

        assert memo.get("1") == "made"
        assert (tmp_path / ".cache").read_text("utf-8") == "in the way"


class TestLetters:
    @pytest.fixture
    def copy(self, tmp_path: Path) -> Path:
        """Our words in one language, apart."""
        for folder in ("words/en", "signs", "practice", "documents/en", "sources"):
            shutil.copytree(ROOT / "questionnaire" / folder, tmp_path / "questionnaire" / folder)
        (tmp_path / "content/en").mkdir(parents=True)
        return tmp_path

    def wording(self, root: Path) -> list[str]:
        found = [str(problem) for problem in project.load(root).problems]
        return [line for line in found if line.endswith("[wording]")]

    def test_change_of_a_letter_or_a_rule_is_judged_every_time(self, copy: Path) -> None:
        """A letter with a fault is never remembered; a rule that is new judges all letters."""
        letter = copy / "questionnaire/words/en/w1.yml"
        rules = copy / "questionnaire/words/en/check.yml"
        good, before = letter.read_text("utf-8"), rules.read_text("utf-8")
        assert self.wording(copy) == []
        assert (copy / ".cache/partways/judged.json").stat().st_size > 1000

        letter.write_text(good.replace("greeting: Hello", "greeting: You are toxic,", 1), "utf-8")
        broken = self.wording(copy)
        assert len(broken) == 1
        assert "w1.yml" in broken[0]
        assert "label" in broken[0]
        project._KNOWN.clear()  # as another process would see it
        assert self.wording(copy) == broken

        letter.write_text(good, "utf-8")
        assert self.wording(copy) == []
        rules.write_text(before.replace("          - toxic\n", "          - gladly\n", 1), "utf-8")
        assert any("gladly" in line for line in self.wording(copy))

    def test_claim_for_other_files_judges_nothing(self, copy: Path) -> None:
        """A good word by the name of a file, by its text, or by the hash of another text."""
        assert self.wording(copy) == []
        path = copy / ".cache/partways/judged.json"
        known = json.loads(path.read_text("utf-8"))
        assert len(known) > 20
        letter = copy / "questionnaire/words/en/w1.yml"
        bad = letter.read_text("utf-8").replace("greeting: Hello", "greeting: You are toxic,", 1)
        letter.write_text(bad, "utf-8")
        claims = ["w1", "w1.yml", "words/w1.yml", bad, "", "*", "__proto__"]
        path.write_text(json.dumps({**known, **dict.fromkeys(claims, "")}), "utf-8")

        assert [line for line in self.wording(copy) if "w1.yml" not in line] == []
        assert len(self.wording(copy)) == 1
