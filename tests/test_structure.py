"""The rooms of the package: who may lean on whom, and which door each library has."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "generator/partways"

# In the order in which data flows: a module may import only what stands before it.
PIPELINE = (
    "problems",
    "source",
    "model",
    "reading",
    "rules",
    "program",
    "scoring",
    "checks",
    "catalog",
    "explain",
    "memo",
    "wording",
    "bank",
    "claims",
    "project",
    "bundle",
    "pages",
    "guidance",
    "markdown",
    "plugin",
    "cli",
    "__main__",
)

DOORS = {
    "babel": "catalog",
    "click": "cli",
    "jinja2": "pages",
    "markdown": "markdown",
    "markupsafe": "pages",
    "mkdocs": "plugin",
    "pydantic": "model",
    "pydantic_core": "model",
    "pymdownx": "markdown",
    "yaml": "source",
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    """Full names of what a module imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # The package is flat, so one dot stands for its name.
            names = ["partways"] * node.level + ([node.module] if node.module else [])
            module = ".".join(names)
            if module == "partways":
                yield from (f"partways.{alias.name}" for alias in node.names)
            else:
                yield module


def rooms_entered(tree: ast.Module) -> set[str]:
    return {
        name.split(".")[1]
        for name in imported(tree)
        if name.startswith("partways.") and name != "partways.__version__"
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.stem))
class TestRooms:
    def test_module_has_a_place_in_the_pipeline(self, path: Path) -> None:
        """A new module is a decision: it gets its place in PIPELINE first."""
        assert path.parent == PACKAGE
        assert path.stem in {"__init__", *PIPELINE}

    def test_module_leans_only_on_what_stands_before_it(self, path: Path) -> None:
        """Data flows one way, so a reader can start at the first module and never look ahead."""
        before = PIPELINE[: PIPELINE.index(path.stem)] if path.stem in PIPELINE else ()

        assert rooms_entered(parsed(path)) <= set(before)

    def test_command_line_and_site_generator_do_not_meet(self, path: Path) -> None:
        """The command line works where no MkDocs is."""
        if path.stem == "cli":
            assert "plugin" not in rooms_entered(parsed(path))

    def test_foreign_library_comes_in_by_its_own_door(self, path: Path) -> None:
        """Whoever wants to replace a library has one module to read."""
        roots = {name.split(".")[0] for name in imported(parsed(path))}
        foreign = roots - sys.stdlib_module_names - {"partways"}

        assert dict.fromkeys(foreign, path.stem) == {
            name: DOORS.get(name, "nowhere") for name in foreign
        }

    def test_only_the_command_line_prints(self, path: Path) -> None:
        """Deciding and telling are apart."""
        calls = {
            node.func.id
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }

        assert "print" not in calls or path.stem == "cli"


# Put together here, or this file would hold what it forbids.
_REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
    )
)
_OF_ONE_MACHINE = re.compile(
    r"(?<![\w.*-])/(?:root|home/[a-z]\w*|Users/[A-Za-z]\w*|work/(?:main|shared)|usr/local|opt)/"
    r"|[A-Z]:\\\\?Users\\"
)


def tracked() -> list[Path]:
    """Every file that is, or would be, in git; none outside a checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def lines_with(found: re.Pattern[str]) -> list[str]:
    texts = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        texts += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
            for number, line in enumerate(text.splitlines(), 1)
            if found.search(line)
        ]
    return texts


class TestEveryFile:
    def test_no_file_names_a_path_of_one_machine(self) -> None:
        """What is built here is built anywhere."""
        assert lines_with(_OF_ONE_MACHINE) == []

    def test_no_file_names_a_package_registry(self) -> None:
        """Where packages come from is the installer's setting; the hashes say which ones."""
        assert lines_with(re.compile("|".join(map(re.escape, _REGISTRIES)))) == []

    def test_lock_files_hold_hashes(self) -> None:
        """Every pinned package has a hash, or `pip --require-hashes` would refuse the file."""
        for name in ("requirements.lock", "requirements-test.lock"):
            text = (ROOT / name).read_text(encoding="utf-8")
            pins = re.findall(r"^\S+==", text, re.MULTILINE)
            with_hash = re.findall(r"^\S+==[^\n]*\\\n +--hash=sha256:", text, re.MULTILINE)

            assert len(pins) == len(with_hash) > 0
