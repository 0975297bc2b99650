"""The fixtures themselves: a test that cannot fail would prove nothing."""

from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

from conftest import Watch

POLICY = """<meta http-equiv="Content-Security-Policy" content="script-src 'none'">"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "index.html": "<title>Home</title>",
        "404.html": "<title>Not here</title>",
        "inner/index.html": "<title>Inner</title>",
        "code.mjs": "export const one = 1",
        "empty/file.txt": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


class TestServer:
    def test_folder_without_slash_leads_to_its_index(
        self, folder: Path, serve: Callable[[Path], str]
    ) -> None:
        """As GitHub Pages does it."""
        with urlopen(serve(folder) + "inner") as answer:
            assert answer.url.endswith("/partways/inner/")
            assert b"Inner" in answer.read()

    @pytest.mark.parametrize("path", ["missing", "../elsewhere", "empty/"])
    def test_missing_page_is_the_page_for_missing_pages(
        self, folder: Path, serve: Callable[[Path], str], path: str
    ) -> None:
        """Neither a list of files nor anything outside the prefix is ever given."""
        with pytest.raises(HTTPError, match="404") as caught:
            urlopen(serve(folder) + path)

        assert b"Not here" in caught.value.read()
        caught.value.close()

    def test_module_is_served_as_script(self, folder: Path, serve: Callable[[Path], str]) -> None:
        """Browsers refuse modules of any other type."""
        with urlopen(serve(folder) + "code.mjs") as answer:
            assert answer.headers.get_content_type() == "text/javascript"


class TestWatch:
    @pytest.mark.page_may_complain(reason="it is made to")
    @pytest.mark.parametrize(
        ("page_text", "complaint"),
        [
            ("<script>console.error('oh')</script>", "console: oh"),
            ("<script>undefined.x</script>", "uncaught: "),
            ("<img src='http://localhost:9999/a.png'>", "request to another host: "),
            (f"{POLICY}<script>1</script>", "Content Security Policy"),
        ],
    )
    def test_complaint_is_seen(
        self,
        tmp_path: Path,
        serve: Callable[[Path], str],
        new_page: Callable[..., Page],
        watch: Watch,
        page_text: str,
        complaint: str,
    ) -> None:
        """Any one of these fails a test that does not expect it."""
        text = f"<link rel=icon href=data:,>{page_text}"
        (tmp_path / "index.html").write_text(text, encoding="utf-8")

        new_page(base_url=serve(tmp_path)).goto("", wait_until="networkidle")

        assert any(complaint in line for line in watch.complaints)

    def test_quiet_page_has_no_complaint(
        self,
        folder: Path,
        serve: Callable[[Path], str],
        new_page: Callable[..., Page],
        watch: Watch,
    ) -> None:
        """Not even about the small picture that browsers ask for by themselves."""
        new_page(base_url=serve(folder)).goto("", wait_until="networkidle")

        assert watch.complaints == []


def test_axe_finds_what_is_wrong(page: Page, axe: Callable[[Page], list[str]]) -> None:
    """An input without a name is found; the page under test cannot forbid the search."""
    page.set_content("<html lang=en><title>T</title><main><h1>T</h1><input></main></html>")

    assert [line.split(":")[0] for line in axe(page)] == ["label"]
