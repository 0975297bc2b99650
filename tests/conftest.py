"""Fixtures for every test: our own site, a server for it, and a browser that tells on the pages."""

import functools
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

import chromium

ROOT = Path(__file__).parent.parent
AXE = ROOT / "tests/js/node_modules/axe-core/axe.min.js"
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# GitHub Pages serves a project under its name; every test meets the site as a visitor does.
PREFIX = "/partways/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a browser is marked, so that `-m "not browser"` is always right."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


# ---- sites ----


def build(root: Path, out: Path, **environment: str) -> Path:
    """Build the project in `root` into `out`, a warning being an error; fail with what was said."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)],
        cwd=root,
        env={
            **os.environ,
            "DISABLE_MKDOCS_2_WARNING": "true",
            "NO_MKDOCS_2_WARNING": "1",
            "SITE_URL": f"http://127.0.0.1:8000{PREFIX}",
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        pytest.fail(f"the build of {root} failed\n{done.stdout}{done.stderr}", pytrace=False)
    return out


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write a small project, a mapping of paths to texts, into a folder of its own."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "project"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return root

    return write


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own site, built once from this checkout."""
    return build(ROOT, tmp_path_factory.mktemp("site") / "out")


# ---- a server like GitHub Pages ----


class _Pages(SimpleHTTPRequestHandler):
    """Serves a folder under a prefix; a missing path gets 404.html, a folder its index only."""

    extensions_map = {  # noqa: RUF012 -- as the base class has it
        **SimpleHTTPRequestHandler.extensions_map,
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".ics": "text/calendar; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
        ".woff2": "font/woff2",
    }

    def __init__(self, *rest: Any, prefix: str, **named: Any) -> None:
        self.prefix = prefix
        super().__init__(*rest, **named)

    def do_GET(self) -> None:
        # Browsers ask for it by themselves; at the root of a host it is somebody else's.
        if self.path == "/favicon.ico":
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
        else:
            super().do_GET()

    def translate_path(self, path: str) -> str:
        plain = unquote(urlsplit(path).path)
        if not plain.startswith(self.prefix):
            return str(Path(self.directory, "no such page"))
        return super().translate_path("/" + plain.removeprefix(self.prefix))

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", self.extensions_map[".html"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the tests' own report is read by people."""


Serve = Callable[[Path], str]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serve a folder until the session ends; gives the address, which ends in /partways/."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(folder: Path, prefix: str = PREFIX) -> str:
        handler = functools.partial(_Pages, directory=str(folder), prefix=prefix)
        http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        running.append((http, thread))
        return f"http://127.0.0.1:{http.server_port}{prefix}"

    yield start
    for http, thread in running:
        http.shutdown()
        thread.join()
        http.server_close()


@pytest.fixture(scope="session")
def server(site: Path, serve: Serve) -> str:
    """The address of our own site."""
    return serve(site)


# ---- a browser ----


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; every test gets contexts of its own in it."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING, pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*chromium.ARGUMENTS])
        yield started
        started.close()


@dataclass
class Watch:
    """What pages complained about: the console, uncaught errors, and requests to other hosts."""

    homes: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # A breach of the Content-Security-Policy arrives here too, as an error.
        if message.type == "error":
            where = message.location.get("url", "")
            self.complaints.append(f"console: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"about", "blob", "data", "file"}:
            return
        if f"{address.scheme}://{address.netloc}" not in self.homes:
            self.complaints.append(f"request to another host: {request.url}")


NewPage = Callable[..., Page]


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test complained about so far."""
    return Watch()


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, browser: Browser, server: str, watch: Watch
) -> Iterator[NewPage]:
    """Open a page in a new context with any of Playwright's options, in sight of a watch.

    Relative addresses lead into our own site, or into `base_url`.
    The test fails at its end if a page of its contexts complained, unless the mark
    `page_may_complain(pattern, ..., reason=...)` allows for it; without a pattern, for everything.
    """
    contexts = []

    def open_page(base_url: str = server, **options: Any) -> Page:
        context = browser.new_context(base_url=base_url, **options)
        address = urlsplit(base_url)
        watch.homes.add(f"{address.scheme}://{address.netloc}")
        context.set_default_timeout(10_000)
        context.on("page", watch.over)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    allowed = [".*" if not mark.args else "|".join(mark.args) for mark in _allowances(request)]
    complaints = [
        complaint
        for complaint in watch.complaints
        if not any(re.search(pattern, complaint, re.DOTALL) for pattern in allowed)
    ]
    if complaints:
        pytest.fail("the page complained:\n" + "\n".join(complaints), pytrace=False)


def _allowances(request: pytest.FixtureRequest) -> Iterator[pytest.Mark]:
    for mark in request.node.iter_markers("page_may_complain"):
        if not mark.kwargs.get("reason"):
            pytest.fail("page_may_complain needs a reason=...", pytrace=False)
        yield mark


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page in a context of its own, watched; see `new_page`."""
    return new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """Run axe-core on a page as it stands; gives a line for each place where a rule is broken."""
    source = AXE.read_text(encoding="utf-8")

    def run(page: Page, *disabled: str) -> list[str]:
        # Evaluated, not added as an element: the pages' own policy lets no foreign script in.
        page.evaluate(source)
        found = page.evaluate(
            """async ([tags, disabled]) => {
                const rules = Object.fromEntries(disabled.map((id) => [id, {enabled: false}]));
                const run = await axe.run(document, {
                    runOnly: {type: 'tag', values: tags}, rules, resultTypes: ['violations'],
                });
                return run.violations.flatMap((rule) => rule.nodes.map(
                    (node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
            }""",
            [list(AXE_TAGS), list(disabled)],
        )
        return [str(line) for line in found]

    return run
