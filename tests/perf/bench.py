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
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
os.environ["NO_MKDOCS_2_WARNING"] = "1"
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

import chromium  # noqa: E402
import convert  # noqa: E402
import spec  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

ROOT = HERE.parent.parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))

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


class Clock:
    """CPU time inside the package, without what it hands back to MkDocs."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._started: float | None = None

    def ours(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._started is not None:
                return function(*args, **kwargs)
            self._started = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self._stop()

        return timed

    def theirs(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def paused(*args: Any, **kwargs: Any) -> Any:
            self._stop()
            try:
                return function(*args, **kwargs)
            finally:
                self._started = time.process_time()

        return paused

    def _stop(self) -> None:
        if self._started is not None:
            self.spent += time.process_time() - self._started
            self._started = None


def build(project: Path, out: Path, clock: Clock | None = None) -> float:
    """Build `project` into `out` in this process; the CPU time it took."""
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config
    from mkdocs.plugins import CombinedEvent

    from partways import markdown, plugin

    kept = []
    if clock is not None:
        hooks = [name for name in vars(plugin.PartwaysPlugin) if name.startswith("on_")]
        targets: list[tuple[Any, str, Any]] = [
            (plugin.PartwaysPlugin, name, clock.ours) for name in hooks
        ]
        targets += [(markdown, "render", clock.ours), (plugin, "_build", clock.theirs)]
        for owner, name, wrap in targets:
            original = vars(owner)[name]
            kept.append((owner, name, original))
            if isinstance(original, CombinedEvent):
                setattr(owner, name, CombinedEvent(*map(wrap, original.methods)))
                continue
            wrapped = wrap(original)
            if hasattr(original, "mkdocs_priority"):
                wrapped.mkdocs_priority = original.mkdocs_priority
            setattr(owner, name, wrapped)
    before = time.process_time()
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(out), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build(config)
    finally:
        config.plugins.on_shutdown()
        for owner, name, original in kept:
            setattr(owner, name, original)
    return time.process_time() - before


def bench_build(folder: Path) -> Path:
    """What building adds to MkDocs' own time; the site that was built."""
    shares = []
    for number in range(3):
        clock = Clock()
        whole = build(ROOT, folder / "site", clock)
        if number:  # the first one also loads modules
            shares.append(clock.spent / (whole - clock.spent))
    share = statistics.median(shares)
    report(
        "building: our CPU time over MkDocs' own, same pages",
        f"{share:.1%}",
        f"≤ {MOST_BUILD_SHARE:.0%}",
        holds=share <= MOST_BUILD_SHARE,
    )
    return folder / "site"


def bench_bytes(site: Path) -> None:
    """Script and compiled program of each assessment page, compressed as GitHub Pages does."""
    (script,) = (site / "assets").glob("partways.*.js")
    code = len(gzip.compress(script.read_bytes(), 6, mtime=0))
    for page in sorted(site.glob("*/index.html")):
        found = re.search(r'class="pw-program"[^>]*>(.*?)</script>', page.read_text("utf-8"), re.S)
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
    session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    page.add_init_script(f"window.first = ({FIRST_ANSWER % weight})({json.dumps(selectors)})")
    page.goto(url, wait_until="commit")
    found = page.evaluate("window.first")
    context.close()
    return float(found)


RESULT = """([answers]) => new Promise((done) => {
  answers.forEach((value, place) => {
    document.querySelector(`input[name="q${place + 1}"][value="v${value}"]`).click();
  });
  const button = document.querySelector('[data-do=result]');
  setTimeout(() => requestAnimationFrame(() => setTimeout(() => {
    const start = performance.now();
    button.click();
    const work = performance.now() - start;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done([work, performance.now() - start]);
      channel.port2.postMessage(0);
    });
  }, 50)), 500);
})"""


def result_time(browser: Browser, url: str, answers: list[int], cpu: int) -> tuple[float, float]:
    """Milliseconds of work, and until painted, for the whole result with its explanation."""
    context = browser.new_context(viewport={"width": 1280, "height": 823})
    page = context.new_page()
    page.on("pageerror", lambda error: sys.exit(f"{url}: {error}"))
    page.goto(url)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    work, painted = page.evaluate(RESULT, [answers])
    assert page.locator(".pw-result").is_visible(), "no result was shown"
    context.close()
    return work, painted


def bench_pages(folder: Path) -> None:
    """First answers against the plain page, and the result of a long questionnaire."""
    project = folder / "project"
    convert.write(project)
    build(project, folder / "www" / "partways")
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
        rounds = [
            result_time(browser, f"{base}/partways/q200/", made["answers"], 4)
            for _ in range(ROUNDS)
        ]
        work = statistics.median(row[0] for row in rounds)
        painted = statistics.median(row[1] for row in rounds)
        report(
            "result of 200 items with its explanation, CPU ×4",
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
