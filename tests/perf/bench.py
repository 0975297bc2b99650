"""`make bench`: what Partways costs, as ratios measured in one run.

The plain page beside it (`plain/`) is the least a questionnaire can be: hand-written HTML, one
style sheet, 61 lines of script. Absolute times move with the machine; the ratios stay.
Exits 1 when a limit is passed.
"""

from __future__ import annotations

import functools
import gzip
import html
import http.server
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
os.environ["NO_MKDOCS_2_WARNING"] = "1"
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

import convert  # noqa: E402
import spec  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

import chromium  # noqa: E402

ROOT = HERE.parent.parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))

#: What must hold; see the budgets in the README.
MOST_BYTES = 15_000
MOST_FIRST_ANSWER = 1.2
MOST_RESULT_MS = 50
MOST_BUILD_SHARE = 0.15

failures: list[str] = []


def report(what: str, value: str, limit: str, *, holds: bool) -> None:
    """One line of the table; a limit that does not hold makes the run fail."""
    print(f"| {what} | {value} | {limit} | {'yes' if holds else '**no**'} |", flush=True)
    if not holds:
        failures.append(what)


# -- building ------------------------------------------------------------------------------------


#: Builds the projects that are named after it one after the other, in one process.
BUILD = """\
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config
for project, site in zip(sys.argv[1::2], sys.argv[2::2]):
    config = load_config(project + "/mkdocs.yml", site_dir=site)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()
"""

PLAIN_MKDOCS = """\
site_name: Plain
site_url: http://127.0.0.1:8000/partways/
theme:
  name: material
  font: false
  language: {language}
plugins:
  - search
markdown_extensions:
  - admonition
  - attr_list
  - pymdownx.tasklist
  - tables
  - toc
"""


def build(*projects: tuple[Path, Path]) -> float:
    """Build projects into folders, in one new process; the CPU time it took."""
    arguments = [str(path) for pair in projects for path in pair]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", BUILD, *arguments], check=True, capture_output=True, cwd=ROOT
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Text(HTMLParser):
    """The words of a page as Markdown: headings, paragraphs and lists, as somebody would write."""

    BREAKS = frozenset(
        ["p", "div", "section", "li", "dt", "dd", "label", "legend", "summary", "tr"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.silent += tag == "script"
        if re.fullmatch("h[1-6]", tag):
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag in self.BREAKS:
            self.parts.append("\n- " if tag == "li" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag == "script"
        if tag in self.BREAKS or re.fullmatch("h[1-6]", tag):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(html.escape(re.sub(r"\s+", " ", data)))


def text_of(page: str) -> str:
    """The article of a built page, as Markdown."""
    parser = Text()
    parser.feed(page[page.index("<article") : page.index("</article>")])
    return re.sub(r"\n\s*\n+", "\n\n", "".join(parser.parts)).strip() + "\n"


def plain_projects(site: Path, folder: Path) -> list[tuple[Path, Path]]:
    """The same pages for Material alone, a project for each language.

    Written pages are what they are, without our blocks; those that we make of words become
    Markdown with the same words.
    """
    projects = []
    for content in sorted((ROOT / "content").iterdir()):
        project = folder / content.name
        for page in content.rglob("*.md"):
            target = project / "docs" / page.relative_to(content)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = re.sub(r"^template: .*\n", "", page.read_text("utf-8"), flags=re.MULTILINE)
            target.write_text(re.sub(r"^///.*\n", "", text, flags=re.MULTILINE), "utf-8")
        others = {path.name for path in (ROOT / "content").iterdir()} - {content.name}
        built = site if content.name == "en" else site / content.name
        for page in built.rglob("index.html"):
            path = page.parent.relative_to(built)
            target = project / "docs" / path / "index.md"
            written = project / "docs" / f"{path}.md"
            if (
                path.parts
                and path.parts[0] not in others
                and not (target.exists() or written.exists())
            ):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text_of(page.read_text("utf-8")), "utf-8")
        (project / "mkdocs.yml").write_text(PLAIN_MKDOCS.format(language=content.name), "utf-8")
        projects.append((project, folder / "site" / content.name))
    return projects


def bench_build(folder: Path) -> Path:
    """What building adds to MkDocs' own time for the same pages; the site that was built."""
    ours = (ROOT, folder / "site")
    build(ours)  # fills the caches of Python's own
    plain = plain_projects(folder / "site", folder / "plain")
    build(*plain)
    pages = [sum(1 for _ in path.rglob("index.html")) for path in (ours[1], folder / "plain/site")]
    assert pages[0] == pages[1], f"other pages than ours: {pages}"
    adds = [build(ours) / build(*plain) - 1 for _ in range(max(3, ROUNDS // 3))]
    share = statistics.median(adds)
    report(
        f"building our {pages[0]} pages: CPU time over Material's own, new processes",
        f"{share:+.1%}",
        f"≤ {MOST_BUILD_SHARE:.0%}",
        holds=share <= MOST_BUILD_SHARE,
    )
    return folder / "site"


def bench_bytes(site: Path) -> None:
    """Script and compiled program of each assessment page, compressed as GitHub Pages does."""
    (script,) = (site / "assets").glob("partways.*.js")
    code = len(gzip.compress(script.read_bytes(), 6, mtime=0))
    for page in sorted(site.glob("*/index.html")):
        found = re.search(
            r'class="pw-program"[^>]*>(.*?)</script>', page.read_text("utf-8"), re.DOTALL
        )
        if found is None:
            continue
        program = len(gzip.compress(found[1].encode(), 6, mtime=0))
        report(
            f"script + program, gzipped: {page.parent.name}",
            f"{code:,} + {program:,} = {code + program:,} B",
            f"≤ {MOST_BYTES:,} B",
            holds=code + program <= MOST_BYTES,
        )


# -- pages ---------------------------------------------------------------------------------------


def plain(made: dict[str, Any]) -> str:
    """The hand-written page with the same items."""
    rows = []
    for item in made["items"]:
        condition = f' data-show-if="{item["show_if"]}&gt;=1"' if "show_if" in item else ""
        options = "\n".join(
            f'<label><input type="radio" name="{item["id"]}" value="{value}"> '
            f"{html.escape(label)}</label>"
            for value, label in enumerate(item["options"])
        )
        rows.append(
            f'<fieldset data-d="{item["dim"]}" data-w="{item["weight"]}"{condition}>\n'
            f"<legend>{html.escape(item['text'])}</legend>\n{options}\n</fieldset>"
        )
    most = sum(3 * item["weight"] for item in made["items"])
    bands = [[round(share / 100 * most), text] for share, text in spec.BANDS]
    dimensions = "".join(
        f'<dt>{name}</dt><dd data-dim="{i}">0</dd>' for i, name in enumerate(spec.DIMENSIONS)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Plain</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="plain.css">'
        '<script type="module" src="plain.js"></script></head><body><main><h1>Plain</h1>\n'
        f'<form class="q" data-bands="{html.escape(json.dumps(bands))}">\n'
        + "\n".join(rows)
        + '\n</form>\n<section class="score" hidden aria-live="polite"><dl><dt>Total</dt>'
        f'<dd id="total">0</dd>{dimensions}</dl><p id="result"></p></section></main></body></html>'
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """`folder` over HTTP, gzipped as GitHub Pages does."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file():
                self.send_error(404)
                return
            body = gzip.compress(path.read_bytes(), 6, mtime=0)
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            # A page that has been left does not wait for what it asked for.
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


#: Clicks the first item again and again, as an impatient visitor would, until its score shows.
FIRST_ANSWER = """([input, score]) => new Promise((done) => {
  let last = -1e9, turn = 0, want = null;
  const weight = %d;
  const look = () => {
    const now = performance.now();
    const shown = document.querySelector(score);
    if (want !== null && shown && shown.textContent.trim() === String(want)) return done(now);
    if (now - last >= 40) {
      const value = 1 + turn %% 2;
      const target = document.querySelector(input.replace("{v}", value));
      if (target && target.isConnected && document.querySelector("fieldset")) {
        turn += 1; last = now; want = weight * value; target.click();
      }
    }
    requestAnimationFrame(look);
  };
  look();
})"""


def first_answer(browser: Browser, url: str, selectors: list[str], weight: int, cpu: int) -> float:
    """Milliseconds from navigation until an answer was possible and scored."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    session = context.new_cdp_session(page)
    # What the page before left to the browser is done with first.
    page.wait_for_timeout(400)
    session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    page.add_init_script(f"window.first = ({FIRST_ANSWER % weight})({json.dumps(selectors)})")
    page.goto(url, wait_until="commit")
    found = page.evaluate("window.first")
    context.close()
    return float(found)


RESULT = """([answers, soon]) => new Promise((done) => {
  const answer = (value, place) => {
    document.querySelector(`input[name="q${place + 1}"][value="v${value}"]`).click();
  };
  answers.forEach(answer);
  const button = document.querySelector('[data-do=result]');
  setTimeout(() => requestAnimationFrame(() => setTimeout(() => {
    if (soon) answer(3 - answers[0], 0);
    const start = performance.now();
    button.click();
    const work = performance.now() - start;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done([work, performance.now() - start]);
      channel.port2.postMessage(0);
    });
  }, 50)), 1500);
})"""


def result_time(
    browser: Browser, url: str, answers: list[int], cpu: int, *, soon: bool
) -> tuple[float, float]:
    """Milliseconds of work, and until painted, for the whole result with its explanation.

    `soon`: asked for in the moment of the last answer, before it could be made unseen.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 823})
    page = context.new_page()
    page.on("pageerror", lambda error: sys.exit(f"{url}: {error}"))
    page.goto(url)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    work, painted = page.evaluate(RESULT, [answers, soon])
    assert page.locator(".pw-result").is_visible(), "no result was shown"
    context.close()
    return work, painted


def bench_pages(folder: Path) -> None:
    """First answers against the plain page, and the result of a long questionnaire."""
    project = folder / "project"
    convert.write(project)
    build((project, folder / "www" / "partways"))
    for size in convert.SIZES:
        target = folder / "www" / "plain" / f"q{size}"
        target.mkdir(parents=True)
        (target / "index.html").write_text(plain(spec.make(size)), "utf-8")
        for name in ("plain.js", "plain.css"):
            (target / name).write_bytes((HERE / "plain" / name).read_bytes())
    ours = ['input[name="q1"][value="v{v}"]', '[data-score="total"]']
    floor = ['input[name="q1"][value="{v}"]', "#total"]
    with served(folder / "www") as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        for size in convert.SIZES:
            weight = spec.make(size)["items"][0]["weight"]
            for cpu in (1, 4):
                times: dict[str, list[float]] = {"partways": [], "plain": []}
                for number in range(ROUNDS + 1):
                    order = ["partways", "plain"] if number % 2 else ["plain", "partways"]
                    for who in order:
                        selectors = ours if who == "partways" else floor
                        url = f"{base}/{who}/q{size}/"
                        took = first_answer(browser, url, selectors, weight, cpu)
                        if number:  # the first round warms the browser
                            times[who].append(took)
                pairs = zip(times["partways"], times["plain"], strict=True)
                ratio = statistics.median(a / b for a, b in pairs)
                medians = [statistics.median(times[who]) for who in ("partways", "plain")]
                limited = size == 30
                report(
                    f"first answer scored, {size} items, CPU ×{cpu}: ours over plain",
                    f"{ratio:.2f} ({medians[0]:.0f} / {medians[1]:.0f} ms)",
                    f"≤ {MOST_FIRST_ANSWER}" if limited else "–",
                    holds=not limited or ratio <= MOST_FIRST_ANSWER,
                )
        made = spec.make(200)
        for soon, when in ((False, "after a pause"), (True, "in the moment of an answer")):
            rounds = [
                result_time(browser, f"{base}/partways/q200/", made["answers"], 4, soon=soon)
                for _ in range(ROUNDS)
            ]
            work = statistics.median(row[0] for row in rounds)
            painted = statistics.median(row[1] for row in rounds)
            report(
                f"result of 200 items with its explanation, CPU ×4, asked for {when}",
                f"{work:.0f} ms, painted after {painted:.0f} ms",
                f"≤ {MOST_RESULT_MS} ms",
                holds=work <= MOST_RESULT_MS,
            )
        browser.close()


def main() -> int:
    print("| what | measured | limit | holds |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = bench_build(folder)
        bench_bytes(site)
        bench_pages(folder)
    if failures:
        print(f"\nover the limit: {'; '.join(failures)}", file=sys.stderr)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
