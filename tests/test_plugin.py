"""A whole small site in three languages: what MkDocs and the plugin make of it together."""

import base64
import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from mkdocs import utils
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException

from conftest import build
from partways import catalog, project
from partways.plugin import secure

ROOT = Path(__file__).parent.parent

CONFIG = """\
site_name: Small
site_url: !ENV [SITE_URL, "http://127.0.0.1:8000/partways/"]
docs_dir: content/en
theme:
  name: material
  font: false
plugins:
  - search
  - partways:
      languages:
        en: English
        ru: Русский
        bg: Български
      header: [words.md]
      footer: [words.md, small.md]
markdown_extensions:
  - attr_list
  - tables:
      use_align_attribute: true
"""

QUESTIONNAIRE = """\
language: en
title: Small
about: client
minutes: 1
summary: One question.
sections:
  only:
    title: Only
    questions:
      late:
        name: Late invoices
        ask: Was an invoice paid late?
        because: An invoice came late
        options:
          "no":
            label: No
            points: 0
          "yes":
            label: Yes
            points: 1
verdicts:
  act:
    when: late == yes
    title: Act
    text: Do something.
    tone: act
    do:
      - Write to them.
    words: [w1]
  keep:
    else: true
    title: Keep
    text: Go on.
    tone: go
    do:
      - Nothing.
    words: none
not_enough:
  title: Not enough
  text: Answer more.
  words: none
"""

FOCUS = """\
---
title: {title}
template: focus.html
---

/// assessment | small
///
"""


HOME = """\
---
template: home.html
doors:
  - to: small.md
    title: {0} door & <b>
---

# {0} home
"""


def translation(root: Path, language: str) -> str:
    """A catalogue that puts the language in front of every text."""
    model = project.load(root).questionnaires["small"].model
    lines = [f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n']
    for context, text in catalog.messages("small", model).items():
        quoted = [json.dumps(part, ensure_ascii=False) for part in (context, text)]
        translated = json.dumps(f"{language} {text}", ensure_ascii=False)
        lines.append(f"msgctxt {quoted[0]}\nmsgid {quoted[1]}\nmsgstr {translated}\n")
    return "\n".join(lines)


def small_site(root: Path) -> Path:
    """The project: three languages, the same pages but for one that only English has."""
    pages = {
        "index.md": HOME,
        "words.md": "---\nshort: {0} words\n---\n\n# {0} the words\n\n## {0} late {#w1}\n",
        "small.md": FOCUS.replace("{title}", "{0} small"),
        "deep/below.md": "# {0} below\n\n[Up](../words.md#w1)\n\n| a |\n|--:|\n| b |\n",
    }
    files = {"mkdocs.yml": CONFIG, "questionnaire/small.yml": QUESTIONNAIRE}
    for language in ("en", "ru", "bg"):
        for name, text in pages.items():
            files[f"content/{language}/{name}"] = text.replace("{0}", language)
    files["content/en/only.md"] = "# Only here\n"
    write(root, files)
    for language in ("ru", "bg"):
        write(root, {f"questionnaire/{language}/small.po": translation(root, language)})
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project."""
    return small_site(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def out(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site that is built from it, a warning being an error."""
    return build(made, tmp_path_factory.mktemp("built") / "out")


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """A copy of the small project that a test may spoil."""
    return Path(shutil.copytree(made, tmp_path / "own"))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pages_of(out: Path) -> list[Path]:
    return sorted(out.rglob("*.html"))


def links_in(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]+)"', html)


class TestLanguages:
    def test_each_language_is_a_whole_site_in_its_folder(self, out: Path) -> None:
        """English lies at the root; every page says its language."""
        for language, folder in {"en": out, "ru": out / "ru", "bg": out / "bg"}.items():
            for name in ("index.html", "words/index.html", "small/index.html"):
                html = read(folder / name)

                assert f'<html lang="{language}"' in html
                assert f"{language} words" in html

    def test_block_speaks_the_language_of_its_page(self, out: Path) -> None:
        """The same mark in each page, other words from it."""
        assert "ru Was an invoice paid late?" in read(out / "ru/small/index.html")
        assert "ru Was" not in read(out / "small/index.html")

    def test_switch_leads_to_the_same_page(self, out: Path) -> None:
        """By a plain link that is right under any path."""
        for name in ("index.html", "words/index.html", "deep/below/index.html"):
            switch = dict(
                re.findall(r'<a href="([^"]*)" lang="\w+" hreflang="(\w+)"', read(out / name))
            )
            here = f"http://host/any/{name.removesuffix('index.html')}"
            there = {code: urljoin(here, link) for link, code in switch.items()}

            folder = name.removesuffix("index.html")
            assert there == {code: f"http://host/any/{code}/{folder}" for code in ("ru", "bg")}

    def test_switch_leads_back_to_the_root(self, out: Path) -> None:
        """The first language has no folder of its own."""
        html = read(out / "bg/deep/below/index.html")

        assert '<a href="../../../deep/below/" lang="en"' in html
        assert '<a href="../../../ru/deep/below/" lang="ru"' in html

    def test_page_without_translation_has_no_switch(self, out: Path) -> None:
        """Nobody is led to another page than the one they asked for."""
        assert "hreflang=" not in read(out / "only/index.html")

    def test_language_without_pages_is_left_out(self, own: Path, tmp_path: Path) -> None:
        """A translation may be begun by naming it."""
        shutil.rmtree(own / "content/bg")
        out = build(own, tmp_path / "out")

        assert not (out / "bg").exists()
        assert 'hreflang="bg"' not in read(out / "index.html")

    def test_who_is_writing_may_build_one_language(self, made: Path, tmp_path: Path) -> None:
        """`PARTWAYS_LANGS` names the languages beside the first."""
        out = build(made, tmp_path / "out", PARTWAYS_LANGS="en")

        assert not (out / "ru").exists()

    def test_warning_of_a_nested_build_stops_a_strict_one(
        self, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And it says in which language the page is."""
        page = own / "content/bg/words.md"
        write(own, {"content/bg/words.md": read(page) + "\n[Nowhere](nowhere.md)\n"})
        monkeypatch.setattr(pytest, "fail", refuse)
        with pytest.raises(AssertionError, match=r"\[bg\] Doc file 'words.md'.*nowhere.md"):
            build(own, tmp_path / "out")

    def test_search_has_an_index_for_each_language(self, out: Path) -> None:
        """With the stemmer that Material has for it, and no other."""
        for folder, language in {"": "en", "ru/": "ru", "bg/": "ru"}.items():
            index = json.loads(read(out / f"{folder}search/search_index.json"))

            assert index["config"]["lang"] == [language]
            assert {doc["location"] for doc in index["docs"]} >= {"", "words/", "words/#w1"}
        stemmers = {path.name for path in out.rglob("lunr*.js")}
        assert stemmers == {
            "lunr.ru.min.js",
            "lunr.stemmer.support.min.js",
            "lunr.multi.min.js",
        }


def refuse(message: str, pytrace: bool = True) -> None:
    """In place of `pytest.fail`: an exception that a test can expect."""
    del pytrace
    raise AssertionError(message)


class TestFrame:
    def test_header_and_footer_link_every_page(self, out: Path) -> None:
        """With the short name of a page, else its title."""
        html = read(out / "deep/below/index.html")

        assert '<a href="../../words/">en words</a>' in html
        assert '<a href="../../small/">en small</a>' in html

    def test_page_one_is_on_is_marked(self, out: Path) -> None:
        """For those who hear the page."""
        assert '<a href="./" aria-current="page">en words</a>' in read(out / "words/index.html")

    def test_texts_of_authors_are_text(self, out: Path) -> None:
        """MkDocs escapes nothing; our templates do."""
        assert "en door &amp; &lt;b&gt;" in read(out / "index.html")

    def test_no_link_leads_nowhere(self, out: Path) -> None:
        """Every address in every page is a file, or a place in one."""
        for page in pages_of(out):
            here = "/" + page.relative_to(out).as_posix().removesuffix("index.html")
            if page.name == "404.html":
                here = "/"
            for link in links_in(read(page)):
                address = urlsplit(urljoin(here, link))
                if address.netloc:
                    continue
                path = address.path.removeprefix("/partways").lstrip("/")
                target = out / path
                file = target / "index.html" if path == "" or path.endswith("/") else target

                assert file.is_file(), f"{page}: {link}"

    def test_page_for_lost_visitors_speaks_every_language(self, out: Path) -> None:
        """Its addresses are absolute, because it is shown anywhere."""
        html = read(out / "404.html")

        assert re.findall(r'<section lang="(\w+)">', html) == ["en", "ru", "bg"]
        assert all(link.startswith(("/partways/", "#")) for link in links_in(html)), links_in(html)
        assert not (out / "ru/404.html").exists()

    def test_sitemap_names_every_page_in_every_language(self, out: Path) -> None:
        """Once, at the root, with no date in it."""
        text = read(out / "sitemap.xml")

        assert "<loc>http://127.0.0.1:8000/partways/bg/deep/below/</loc>" in text
        assert 'hreflang="x-default" href="http://127.0.0.1:8000/partways/deep/below/"' in text
        assert "lastmod" not in text
        assert [path.name for path in out.rglob("sitemap*")] == ["sitemap.xml"]


class TestMarks:
    def test_links_of_the_block_lead_to_pages_of_its_language(self, out: Path) -> None:
        """They stand in finished HTML, where MkDocs looks for none."""
        assert 'href="../words/#w1"' in read(out / "small/index.html")
        assert 'href="../words/#w1"' in read(out / "ru/small/index.html")
        assert not [page for page in pages_of(out) if '"pw:' in read(page)]

    def test_block_knows_the_root_over_all_languages(self, out: Path) -> None:
        """Answers are kept under it, so that the switch loses none."""
        assert 'data-root=".."' in read(out / "small/index.html")
        assert 'data-root="../.."' in read(out / "bg/small/index.html")

    def test_one_file_version_lies_beside_the_pages_of_each_language(self, out: Path) -> None:
        """The link that the block has for it."""
        assert 'href="../single/small.html"' in read(out / "ru/small/index.html")
        assert "ru Was an invoice paid late?" in read(out / "ru/single/small.html")


class TestAssets:
    def test_our_files_are_there_once(self, out: Path) -> None:
        """All languages load them from the root, under the hash of what is in them."""
        ours = [path.relative_to(out).as_posix() for path in out.rglob("partways.*")]
        ours += [path.relative_to(out).as_posix() for path in out.rglob("material.*")]

        assert len(ours) == 5
        for name in ours:
            match = re.fullmatch(r"assets/\w+\.([0-9a-f]{10})\.(css|js|svg)", name)
            assert match, name
            assert hashlib.sha256((out / name).read_bytes()).hexdigest().startswith(match[1])

    def test_focus_page_loads_one_style_and_one_script(self, out: Path) -> None:
        """Nothing of the theme."""
        html = read(out / "bg/small/index.html")

        assert len(re.findall(r"<link rel=.stylesheet", html)) == 1
        name = next(out.glob("assets/partways.*.js")).name
        assert re.findall(r"<script(?! type=)[^>]*>", html) == [
            f'<script src="../../assets/{name}">'
        ]
        # It is fetched from the start on, and stands where it may run before the page is drawn.
        assert html.index('<link rel="preload"') < html.index("<body") < html.rindex("</footer>")
        assert html.index(f'<script src="../../assets/{name}">') > html.rindex("</footer>")

    def test_nothing_is_written_that_no_page_reads(self, out: Path) -> None:
        """Maps of sources are for those who write Material."""
        assert not list(out.rglob("*.map"))
        assert not list(out.rglob("*.gz"))


class TestPolicy:
    def test_every_page_has_it_right_after_its_charset(self, out: Path) -> None:
        """The page for lost visitors too."""
        for page in pages_of(out):
            html = read(page)

            assert html.count('http-equiv="Content-Security-Policy"') == 1, page
            if "single" not in page.parts:
                assert re.search(r'<meta charset="utf-8"><meta http-equiv="Content-Sec', html), page
                assert "unsafe" not in html.partition('http-equiv="Content-Sec')[2][:800]

    def test_no_page_styles_itself(self, out: Path) -> None:
        """The policy would not let it."""
        for page in pages_of(out):
            if "single" not in page.parts:
                assert not re.search(r"<style|\sstyle=", read(page)), page

    def test_scripts_inside_are_let_in_by_their_hash(self) -> None:
        """Data are no scripts, and a script with an address is let in by where it is from."""
        inside = 'alert("x")'
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        html = secure(
            '<head><meta charset="utf-8"><title>x</title>'
            f"<script>{inside}</script>"
            '<script type="application/json">{}</script><script src="a.js"></script>'
        )

        assert f"script-src 'self' 'sha256-{digest}';" in html

    def test_page_without_search_connects_to_nothing(self) -> None:
        """Where one answers, nothing can leave."""
        assert "connect-src 'none'" in secure("<head><title>x</title></head>")
        assert "connect-src 'self'" in secure('<head></head><script id="__config">')

    def test_own_policy_of_a_page_is_kept(self) -> None:
        """The one-file version has a stricter one."""
        page = '<head><meta http-equiv="Content-Security-Policy" content="default-src x"></head>'

        assert secure(page) == page

    def test_reloading_script_of_serve_may_run(self) -> None:
        """MkDocs puts it into each answer with the time in it."""
        assert "script-src 'self' 'unsafe-inline'" in secure("<head></head>", live=True)


class TestSameBytes:
    def test_two_builds_are_equal(self, made: Path, out: Path, tmp_path: Path) -> None:
        """In another folder, of another copy, with another seed for hashes and another clock."""
        copy = shutil.copytree(made, tmp_path / "copy")
        again = build(Path(copy), tmp_path / "again", PYTHONHASHSEED="7", TZ="Asia/Tokyo")

        assert digests(again) == digests(out)


def digests(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


BROKEN = QUESTIONNAIRE.replace("title: Small\n", "titel: Small\n")


class TestMistakes:
    @pytest.fixture(autouse=True)
    def raising(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A build that fails is what these tests want."""
        monkeypatch.setattr(pytest, "fail", refuse)

    def test_build_stops_with_every_problem_and_its_place(self, own: Path, tmp_path: Path) -> None:
        """Questionnaires and blocks, in one run."""
        write(own, {"questionnaire/small.yml": BROKEN})
        write(own, {"content/bg/deep/below.md": "# x\n\n/// asessment | small\n///\n"})
        with pytest.raises(AssertionError) as failed:
            build(own, tmp_path / "out")

        said = str(failed.value)
        assert "\nquestionnaire/small.yml:2:1: " in said
        assert "\ncontent/bg/deep/below.md:3:5: there is no block called" in said
        assert "[block]" in said
        assert "Traceback" not in said

    def test_site_that_was_there_stays(self, own: Path, tmp_path: Path) -> None:
        """Problems are looked for before the folder is emptied."""
        out = build(own, tmp_path / "out")
        before = digests(out)
        write(own, {"questionnaire/small.yml": BROKEN})
        with pytest.raises(AssertionError):
            build(own, out)

        assert digests(out) == before

    def test_place_that_cannot_be_written_is_one_sentence(self, own: Path, tmp_path: Path) -> None:
        """A file stands where the folder of the site should be."""
        write(tmp_path, {"out": "not a folder"})
        with pytest.raises(AssertionError) as failed:
            build(own, tmp_path / "out")

        said = str(failed.value)
        assert f"the site cannot be built: {tmp_path / 'out'}: " in said
        assert "Traceback" not in said

    @pytest.mark.parametrize("language", ["en", "bg"])
    def test_full_disk_is_one_sentence(
        self,
        language: str,
        own: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """In the first language, and in a build inside a build."""
        write_file = utils.write_file

        def full(content: bytes, path: str) -> None:
            if f"{language} small".encode() in content:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            write_file(content, path)

        monkeypatch.setattr(utils, "write_file", full)
        config = load_config(str(own / "mkdocs.yml"), site_dir=str(tmp_path / "out"))
        said = f"the site cannot be built: {os.strerror(errno.ENOSPC)}"
        with pytest.raises(MkDocsException) as failed:
            mkdocs_build(config)

        assert said in f"{failed.value.message}\n{caplog.text}"

    @pytest.mark.parametrize("link", ["only.md", "words.md#w9"])
    def test_link_of_the_block_to_no_place_is_a_warning(
        self, link: str, own: Path, tmp_path: Path
    ) -> None:
        """As MkDocs has it for every other link; the page is there in English only."""
        text = QUESTIONNAIRE.replace("Go on.", f"Go [on]({link}).")
        shutil.rmtree(own / "content/bg")
        write(own, {"questionnaire/small.yml": text})
        write(own, {"questionnaire/ru/small.po": translation(own, "ru")})
        with pytest.raises(AssertionError, match=rf"\[ru\] .*small.md.*'{link}'"):
            build(own, tmp_path / "out")

    def test_link_of_every_page_to_no_page_is_a_warning(self, own: Path, tmp_path: Path) -> None:
        """A header must not lose a link without a word."""
        write(own, {"mkdocs.yml": CONFIG.replace("[words.md]", "[wrods.md]")})
        with pytest.raises(AssertionError, match=r"'wrods.md'"):
            build(own, tmp_path / "out")


@pytest.fixture
def served(own: Path, tmp_path: Path) -> Callable[..., Path]:
    """Build a project, `own` if none is named, as `mkdocs serve` does at every change."""

    def run(root: Path = own) -> Path:
        config = load_config(str(root / "mkdocs.yml"), site_dir=str(tmp_path / "out"))
        config.plugins.on_startup(command="serve", dirty=False)
        try:
            mkdocs_build(config, serve_url="http://127.0.0.1:8000/partways/")
        finally:
            config.plugins.on_startup(command="build", dirty=False)
        return tmp_path / "out"

    return run


class TestServing:
    def test_problem_is_shown_in_the_page(
        self, own: Path, served: Callable[[], Path], caplog: pytest.LogCaptureFixture
    ) -> None:
        """Whoever is writing looks at the page; the server stays."""
        write(own, {"questionnaire/small.yml": BROKEN})
        out = served()
        html = read(out / "small/index.html")

        assert 'class="pw-broken"' in html
        assert "questionnaire/small.yml:2:1:" in html
        assert "questionnaire/small.yml:2:1:" in caplog.text
        assert "en the words" in read(out / "words/index.html")

    @pytest.mark.parametrize("name", ["warning-signs", "ideal-client"])
    def test_mistake_in_our_own_questionnaire_leaves_every_page(
        self,
        name: str,
        tmp_path: Path,
        served: Callable[..., Path],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Signs, words and the page of sources lean on it, and are there without it."""
        monkeypatch.setenv("PARTWAYS_LANGS", "en")
        root = tmp_path / "ours"
        shutil.copytree(ROOT / "content/en", root / "content/en")
        shutil.copytree(ROOT / "questionnaire", root / "questionnaire")
        shutil.copy(ROOT / "mkdocs.yml", root)
        path = root / f"questionnaire/{name}.yml"
        write(root, {f"questionnaire/{name}.yml": f"{read(path)}\nmistake: made\n"})
        out = served(root)

        html = read(out / f"{name}/index.html")
        assert 'class="pw-broken"' in html
        assert f"questionnaire/{name}.yml:" in html
        assert (out / "sources/index.html").is_file()

    def test_mended_problem_is_gone_at_the_next_change(
        self, own: Path, served: Callable[[], Path]
    ) -> None:
        """The project is read again when a file of it changed."""
        write(own, {"questionnaire/small.yml": BROKEN})
        served()
        write(own, {"questionnaire/small.yml": QUESTIONNAIRE})
        os.utime(own / "questionnaire/small.yml", (1, 1))

        assert "Was an invoice paid late?" in read(served() / "small/index.html")

    def test_sources_of_all_languages_are_watched(self, own: Path) -> None:
        """MkDocs itself looks at one folder of pages only."""
        config = load_config(str(own / "mkdocs.yml"))
        config = config.plugins.on_config(config)
        watched = {
            Path(path).relative_to(own).as_posix() for path in config.watch if str(own) in path
        }

        assert watched >= {"content/en", "content/ru", "content/bg", "questionnaire"}

    def test_strict_build_in_this_process_is_strict(self, own: Path, tmp_path: Path) -> None:
        """Nested builds take over what was asked for."""
        write(own, {"content/ru/words.md": "# ru words\n\n## x {#w1}\n\n[Nowhere](no.md)\n"})
        config = load_config(str(own / "mkdocs.yml"), site_dir=str(tmp_path / "out"), strict=True)
        with pytest.raises(Abort):
            mkdocs_build(config)
