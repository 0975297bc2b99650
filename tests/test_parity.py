"""The scorer in Python and its twin in the browser say the same, always."""

import json
import multiprocessing
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import sheets
import small
from partways import checks, project, scoring
from partways.model import Case
from partways.program import Program
from partways.reading import read_part

ROOT = Path(__file__).parent.parent
RUNTIME = ROOT / "generator/partways/runtime"
OURS = project.load(ROOT).questionnaires

#: Sheets in Chromium for each questionnaire: complete ones, ones with holes, and, once more with
#: the explanation, both. Sheets with holes take fifty times as long.
COMPLETE, HOLED, WHOLE = 16_000, 4_000, 2_000


def in_node(jobs: list[tuple[Program, list[sheets.Answers]]]) -> list[list[dict[str, Any]]]:
    """The results of each job from the browser's scorer, run in Node."""
    lines = [json.dumps({"program": program, "sheets": rows}) for program, rows in jobs]
    done = subprocess.run(
        ["node", str(ROOT / "tests/js/assess.mjs")],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(
    program: Program,
    rows: list[sheets.Answers],
    here: list[dict[str, Any]],
    there: list[dict[str, Any]],
) -> None:
    """Fail with the first sheet on which the two differ, and where they do."""
    assert len(rows) == len(here) == len(there)
    for answers, mine, yours in zip(rows, here, there, strict=True):
        if mine != yours:
            keys = [key for key in {**mine, **yours} if mine.get(key) != yours.get(key)]
            said = "\n".join(f"{key}: {mine.get(key)}\n  JS: {yours.get(key)}" for key in keys)
            pytest.fail(f"{program['id']}: {json.dumps(answers)}\n{said}", pytrace=False)


class TestNode:
    def test_questionnaires_are_scored_alike(self) -> None:
        jobs = [
            (c.program, sheets.first(sheets.sheets(c.program, 11, holes=True), 150))
            for c in OURS.values()
        ]
        for (program, rows), there in zip(jobs, in_node(jobs), strict=True):
            compare(program, rows, sheets.whole(program, rows), there)

    def test_cases_are_scored_alike(self) -> None:
        """The hand-worked ones, which `partways check` holds against the scorer in Python."""
        jobs = []
        for name, compiled in OURS.items():
            found = {}
            for path in sorted((ROOT / "questionnaire/cases" / name).glob("*.yml")):
                case, document, _ = read_part(Case, path.name, path.read_bytes())
                assert case is not None
                assert document is not None
                found[path.stem] = (case, document)
            assert len(found) >= 40
            jobs.append((compiled.program, [checks._answers(found, case) for case in found]))
        for (program, rows), there in zip(jobs, in_node(jobs), strict=True):
            compare(program, rows, sheets.whole(program, rows), there)

    def test_every_word_of_the_rule_language_is_scored_alike(self, tmp_path: Path) -> None:
        shutil.copytree(ROOT / "tests/ok", tmp_path / "questionnaire")
        program = project.load(tmp_path).questionnaires["kitchen-sink"].program
        rows = sheets.first(sheets.sheets(program, 31, holes=True), 300)
        (there,) = in_node([(program, rows)])

        compare(program, rows, sheets.whole(program, rows), there)

    def test_small_random_questionnaires_are_scored_alike(self) -> None:
        """They use every word of the rule language, ours do not."""
        jobs = []
        for seed in range(400):
            program = small.program(seed)
            jobs.append((program, sheets.first(sheets.sheets(program, seed, holes=True), 10)))
        for (program, rows), there in zip(jobs, in_node(jobs), strict=True):
            compare(program, rows, sheets.whole(program, rows), there)

    def test_strange_answers_are_dropped_alike(self) -> None:
        strange = [
            {"__proto__": "x", "constructor": "y", "toString": "z", "": ""},
            {"invoices": "hasOwnProperty", "told": "", "told.weight": "1", "invoices.kept": "no"},
            {"terms.weight": "01", "terms.knock_out": "maybe", "terms.kept": "no", "tone.x": "1"},
            {"terms.weight": "4", "tone.weight": "-1", "money.weight": " 1", "effort.weight": "3"},
            {
                "é": "я",
                "\U0001f600": "\U0001f600",
                "z" * 50: "z",
                "a.b.c": "d",
                ".": ".",
                "\uff5a": "a",
            },
        ]
        jobs = [(c.program, strange) for c in OURS.values()]
        for (program, rows), there in zip(jobs, in_node(jobs), strict=True):
            compare(program, rows, sheets.whole(program, rows), there)

    def test_no_program_of_another_format_is_scored(self) -> None:
        program = {**OURS["ideal-client"].program, "format": 2}
        script = f"""import {{ assess }} from {json.dumps((RUNTIME / "scoring.mjs").as_uri())};
            try {{ assess({json.dumps(program)}, {{}}); }} catch {{ console.log("refused"); }}"""
        done = subprocess.run(
            ["node", "--input-type=module", "--eval", script],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip

        assert done.stdout.strip() == "refused", done.stderr
        with pytest.raises(ValueError, match="format 2"):
            scoring.assess(program, {})


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    """Every core, each with a Python of its own, which `sheets.core` spoils for other work."""
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as made:
        yield made


def in_chromium(page: Page, home: str, program: Program) -> Callable[..., list[dict[str, Any]]]:
    """The browser's scorer, as the page has it: rows and wanted keys to results."""
    page.goto(home)
    page.evaluate(
        """async (program) => {
            const { assess } = await import(new URL("scoring.mjs", location.href));
            window.score = (rows, keys) => rows.map((answers) => {
                const found = assess(program, answers);
                return keys.length ? Object.fromEntries(keys.map((k) => [k, found[k]])) : found;
            });
        }""",
        program,
    )

    def score(rows: list[sheets.Answers], keys: tuple[str, ...]) -> list[dict[str, Any]]:
        text = page.evaluate("([b, k]) => JSON.stringify(score(b, k))", [rows, [*keys]])
        found: list[dict[str, Any]] = json.loads(text)
        return found

    return score


@pytest.fixture
def blank(browser: Browser, serve: Callable[..., str]) -> Iterator[tuple[Page, str]]:
    """A page beside the browser's modules, as text: nothing of the site runs in it."""
    page = browser.new_page()
    yield page, serve(RUNTIME) + "types.mjs"
    page.close()


@pytest.mark.parametrize("name", OURS)
class TestChromium:
    def test_random_sheets_give_the_same_verdict(
        self, name: str, blank: tuple[Page, str], pool: ProcessPoolExecutor
    ) -> None:
        """State, verdict, what is possible, scores and measures of 20,000 sheets."""
        program = OURS[name].program
        score = in_chromium(*blank, program)
        rows = sheets.first(sheets.sheets(program, 21, holes=False), COMPLETE)
        rows += sheets.first(sheets.sheets(program, 22, holes=True), HOLED)
        batches = [rows[n : n + 250] for n in range(0, len(rows), 250)]
        pending = [pool.submit(sheets.core, program, batch) for batch in batches]

        for batch, mine in zip(batches, pending, strict=True):
            compare(program, batch, mine.result(), score(batch, sheets.CORE))

    def test_whole_result_is_the_same(
        self, name: str, blank: tuple[Page, str], pool: ProcessPoolExecutor
    ) -> None:
        """With the reasons, what decides and what would change it, of 2,000 sheets."""
        program = OURS[name].program
        score = in_chromium(*blank, program)
        rows = sheets.first(sheets.sheets(program, 23, holes=False), WHOLE // 2)
        rows += sheets.first(sheets.sheets(program, 24, holes=True), WHOLE // 2)
        batches = [rows[n : n + 50] for n in range(0, len(rows), 50)]
        pending = [pool.submit(sheets.whole, program, batch) for batch in batches]

        for batch, mine in zip(batches, pending, strict=True):
            compare(program, batch, mine.result(), score(batch, ()))
