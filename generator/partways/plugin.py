"""Languages, browser files, links and the Content-Security-Policy; the only door of MkDocs.

One `mkdocs build` or `serve` makes the whole site. The build that was started is that of the first
language; when it is done it starts a clean build of every other language inside itself, each with a
configuration and a folder of its own. What they share is a `Site`. At last the policy goes into
every page that was written.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin, urlsplit

from mkdocs.commands.build import build
from mkdocs.config import config_options as opt
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.utils import get_relative_url

from partways import bundle, catalog, guidance, markdown, pages, project
from partways.problems import printable

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

    from partways.project import Project

log = get_plugin_logger(__name__)

PACKAGE = Path(__file__).parent
THEME = PACKAGE / "theme"

# The two names of our Markdown extension: its module and its entry point.
EXTENSION = ("partways.markdown", "partways")


class Options(Config):  # type: ignore[no-untyped-call]
    """What stands under `partways:` in `mkdocs.yml`."""

    languages = opt.DictOfItems(opt.Type(str), default={"en": "English"})
    """Codes and names; the first is the language of `docs_dir`, the others lie in folders beside
    it that are called like their code."""

    header = opt.ListOfItems(opt.Type(str), default=[])
    footer = opt.ListOfItems(opt.Type(str), default=[])
    """Pages every page links to, as paths in `docs_dir`."""


@dataclass(frozen=True)
class Link:
    """A link in the frame of a page."""

    title: str
    url: str
    current: bool = False
    language: str = ""


@dataclass(frozen=True)
class Site:
    """What the builds of all languages share.

    Addresses are counted from the root over all languages: `ru/words/`; home is an empty text.
    """

    folder: Path  # of the project: where mkdocs.yml stands
    output: Path
    base: str  # the absolute address of the root, or an empty text
    names: dict[str, str]  # of the languages that are built, by code; the first is at the root
    content: dict[str, Path]
    pages: dict[str, dict[str, str]]  # addresses by language and path in its folder
    made: dict[str, dict[str, str]]  # texts of the pages made of words, likewise
    assets: dict[str, tuple[str, str]]  # addresses and texts by what they are for

    @property
    def first(self) -> str:
        """The language at the root."""
        return next(iter(self.names))

    def link(self, target: str, here: str | None) -> str:
        """`target` as seen from the page `here`, or from anywhere when `here` is None."""
        if here is None:
            return urljoin(urlsplit(self.base).path or "/", target)
        return get_relative_url(target or ".", here or ".")


@dataclass(frozen=True)
class Frame:
    """What the templates of `theme/` know of the site around their page; `pw` in them."""

    t: Callable[..., str]
    said: Callable[[str, str], str]  # in another language
    language: str
    home: Link
    languages: tuple[Link, ...]
    header: tuple[Link, ...]
    footer: tuple[Link, ...]
    link: Callable[[str], Link | None]  # to a page, by its path in the folder of this language
    assets: dict[str, str]
    # Each page of the site as its addresses by language; for the sitemap only, empty on pages.
    sitemap: tuple[dict[str, str], ...]


# Set while a build runs inside another. It is not kept on the plugin, because MkDocs hands one and
# the same plugin to all builds of a process when it wants to know of the start.
_nested: ContextVar[tuple[Site, str] | None] = ContextVar("_nested", default=None)


class PartwaysPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """The plugin; what it does is told by the module."""

    serving = False
    site: Site
    language: str
    anchors: list[tuple[str, File, str]]
    whole: str | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether somebody is writing and looking."""
        del dirty
        self.serving = command == "serve"

    @event_priority(100)  # before the search plugin, which asks for the language
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Make the configuration that of one language."""
        nested = _nested.get()
        if nested:
            self.site, self.language = nested
            config.theme.static_templates -= {"404.html", "sitemap.xml"}
        else:
            if self.serving:  # somebody may be working on the browser's files
                bundle.script.cache_clear()
                bundle.style.cache_clear()
            self.site = survey(config, self.config.languages)
            self.language = self.site.first
            self._judge()
            watched = [PACKAGE, self.site.folder / "questionnaire", *self.site.content.values()]
            config.watch += [str(path) for path in watched if path.exists()]
        self.anchors = []
        config.theme["language"] = self.language
        # In front of the theme, behind the templates of whoever changes ours.
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME))
        named = [name for name in EXTENSION if name in config.markdown_extensions]
        if not named:
            named = [EXTENSION[0]]
            config.markdown_extensions += named
        options = {"language": self.language, "root": str(self.site.folder)}
        config.mdx_configs.setdefault(named[0], {}).update(options)
        return config

    def _judge(self) -> None:
        """Stop a build at what is wrong with questionnaires and blocks; while serving, say it.

        This comes before MkDocs empties the folder of the site: what was there stays whole.
        """
        found = project.load(self.site.folder)
        problems = {*found.problems, *markdown.problems(found, self.site.content.values())}
        lines = [str(problem) for problem in sorted(problems)]
        if lines and not self.serving:
            raise PluginError("\n".join(["this has to be put right first:", *lines]))
        for line in lines:
            log.error("%s", line)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Leave out what no page asks for; add our own files, once for all languages."""
        needed = _stemmers(config)
        for file in list(files):
            folder, _, name = file.src_uri.rpartition("/")
            unread = folder.startswith("assets/javascripts/lunr") and name not in needed
            # MkDocs copies a template that is not to be filled in, as it stands.
            if unread or name.endswith(".map") or file.src_uri == "sitemap.xml":
                files.remove(file)
        for uri, text in self.site.made[self.language].items():
            if files.get_file_from_path(uri) is None:
                files.append(_generated(config, uri, text))
        if self.language == self.site.first:
            for uri, text in self.site.assets.values():
                files.append(_generated(config, uri, text))
        return files

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Give the marks `"pw:…"` of finished HTML, where MkDocs looks for no links, addresses."""
        page.present_anchor_ids = (page.present_anchor_ids or set()) | set(_ID.findall(html))
        return _MARK.sub(lambda mark: f'="{self._address(mark[1], page, config, files)}"', html)

    def _address(self, mark: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        """What a mark stands for, as seen from `page`: the root, a single file, or a page."""
        if mark == "/":
            return self.site.link("", self._here(page))
        if mark.startswith("single/"):
            uri = f"{mark}.html"
            if files.get_file_from_path(uri) is None:
                found, name = project.load(self.site.folder), mark.removeprefix("single/")
                files.append(_generated(config, uri, pages.single(found, name, self.language)))
            return get_relative_url(uri, page.url)
        path, _, anchor = mark.partition("#")
        file = files.get_file_from_path(path if path.endswith(".md") else f"{path}.md")
        if file is None:
            log.warning("Doc file '%s' links to '%s', which is no page.", page.file.src_uri, mark)
            return "#"
        if anchor:
            self.anchors.append((page.file.src_uri, file, anchor))
        return get_relative_url(file.url, page.url) + (anchor and f"#{anchor}")

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> None:
        """Escape what our templates print; check anchors, now that every page was read."""
        del config
        ours = {path.relative_to(THEME).as_posix() for path in THEME.rglob("*.html")}
        env.autoescape = lambda name: name in ours  # MkDocs leaves it to the templates
        env.trim_blocks = env.lstrip_blocks = True
        env.bytecode_cache = pages.compiled_templates()
        for uri in [*self.config.header, *self.config.footer]:
            if files.get_file_from_path(uri) is None:
                log.warning("'%s', which every page is to link to, is no page.", uri)
        for source, file, anchor in self.anchors:
            ids = file.page.present_anchor_ids if file.page else None
            if anchor not in (ids or ()):
                target = f"{file.src_uri}#{anchor}"
                log.warning("Doc file '%s' links to '%s', where nothing is.", source, target)

    @event_priority(50)  # before the search plugin looks at the page
    def _searched(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Any
    ) -> TemplateContext:
        """Keep out of the search what a block holds ready but does not show yet."""
        del config, nav
        self.whole = page.content
        page.content = _UNSEEN.sub("", page.content or "")
        return context

    @event_priority(-50)
    def _shown(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Any
    ) -> TemplateContext:
        """Give the page back what was kept out, and its template the frame."""
        del config, nav
        page.content = self.whole
        return self._framed(context, page)

    on_page_context = CombinedEvent(_searched, _shown)

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Give 404.html and sitemap.xml, which are no pages, a frame that fits anywhere."""
        del template_name, config
        return self._framed(context, None)

    def _here(self, page: Page) -> str:
        return self.site.pages[self.language][page.file.src_uri]

    def _framed(self, context: TemplateContext, page: Page | None) -> TemplateContext:
        site, here, source = self.site, None, "index.md"
        if page:
            here, source = self._here(page), page.file.src_uri
        titled = {file.src_uri: file.page for file in context["pages"]}

        def link(uri: str) -> Link | None:
            """To a page of this language, or nothing if it is not there."""
            target = titled.get(uri)
            if target is None:
                return None
            title = target.meta.get("short") or target.title or uri
            address = site.pages[self.language][uri]
            return Link(str(title), site.link(address, here), page is target)

        home = site.pages[self.language].get("index.md", "")
        framed: dict[str, Any] = {**context}
        framed["pw"] = Frame(
            t=catalog.interface(self.language).t,
            said=lambda language, text: catalog.interface(language).t(text),
            language=self.language,
            home=Link(
                site.names[self.language],
                site.link(home, here),
                page is not None and page.is_homepage,
            ),
            languages=tuple(
                Link(name, site.link(site.pages[code][source], here), code == self.language, code)
                for code, name in site.names.items()
                if source in site.pages[code]
            ),
            header=tuple(filter(None, map(link, self.config.header))),
            footer=tuple(filter(None, map(link, self.config.footer))),
            link=link,
            assets={key: site.link(uri, here) for key, (uri, _) in site.assets.items()},
            sitemap=() if page else _sitemap(site),
        )
        return framed  # type: ignore[return-value]

    @event_priority(-100)  # after the search index was written
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Build the other languages, then put the policy into every page."""
        if _nested.get():
            return
        site = self.site
        for language in site.names:
            if language != site.first:
                _build(site, language, config)
        for path in sorted(site.output.rglob("*.html")):
            text = secure(path.read_text(encoding="utf-8"), live=self.serving)
            path.write_text(text, encoding="utf-8", newline="\n")
        # Its clock would make two builds differ, and servers compress by themselves.
        (site.output / "sitemap.xml.gz").unlink(missing_ok=True)

    def on_build_error(self, *, error: Exception) -> None:
        """Tell in a sentence what the disk refused: no room, a folder that may not be written."""
        if isinstance(error, OSError) and error.strerror:
            # Of a copy, the second name is the one that was written; a full disk may name no file.
            place = error.filename2 or error.filename
            said = f"{place}: {error.strerror}" if place else error.strerror
            raise PluginError(printable(f"the site cannot be built: {said}")) from None


def survey(config: MkDocsConfig, names: dict[str, str]) -> Site:
    """What there is to build.

    A language without a page in its folder is left out, and so is every language but the first
    that `PARTWAYS_LANGS` does not name, if it is set: somebody is writing and wants to be quick.
    """
    docs = Path(config.docs_dir)
    first, *others = names
    wanted = os.environ.get("PARTWAYS_LANGS", "").replace(",", " ").split() or others
    content = {first: docs}
    for code in others:
        folder = docs.parent / code
        if code in wanted and next(folder.glob("*.md"), None):
            content[code] = folder
    root = Path(config.config_file_path).parent
    found = project.load(root)
    addresses, made = {}, {}
    for code, folder in content.items():
        prefix = "" if code == first else f"{code}/"
        stubs = guidance.pages_of(found, code)
        made[code] = {uri: stub.text for uri, stub in stubs.items()}
        written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}
        addresses[code] = {
            uri: prefix + File(uri, "", "", config.use_directory_urls).url.removeprefix("./")
            for uri in sorted(written | set(stubs))
        }
    return Site(
        folder=root,
        output=Path(config.site_dir),
        base=config.site_url or "",
        names={code: names[code] for code in content},
        content=content,
        pages=addresses,
        made=made,
        assets=_assets(found, content),
    )


_OWN = {
    "material_style": "material.css",
    "material_script": "material.js",
    "icon": "partways.svg",
}


def _assets(site: Project, languages: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The browser's files. A name carries the hash of what is in it: no page meets another's."""
    found = {
        "style": bundle.style((PACKAGE / "shell.css").read_text(encoding="utf-8")),
        "script": bundle.script(),
        "words_style": bundle.words_style(),
        "words_script": bundle.words_script(),
    }
    for key, file in _OWN.items():
        text = (PACKAGE / file).read_text(encoding="utf-8")
        stem, _, ending = file.rpartition(".")
        found[key] = bundle.hashed(stem, ending, text), text
    for language, made in guidance.rules_scripts(site, languages).items():
        found[f"wording_{language}"] = made
    return {key: (f"assets/{name}", text) for key, (name, text) in found.items()}


def _generated(config: MkDocsConfig, uri: str, text: str) -> File:
    return File.generated(config, uri, content=text, inclusion=InclusionLevel.NOT_IN_NAV)


def _stemmers(config: MkDocsConfig) -> set[str]:
    """The files Material's search loads for the language of this build."""
    search = config.plugins.get("material/search")
    languages = set(search.config.get("lang") or ()) if search else set()
    if languages <= {"en"}:
        return set()
    return {f"lunr.{part}.min.js" for part in ("stemmer.support", "multi", *languages)} | {
        {"ja": "tinyseg.js", "th": "wordcut.js"}.get(language, "") for language in languages
    }


def _sitemap(site: Site) -> tuple[dict[str, str], ...]:
    uris = dict.fromkeys(uri for language in site.names for uri in site.pages[language])
    return tuple(
        {
            language: urljoin(site.base, site.pages[language][uri])
            for language in site.names
            if uri in site.pages[language]
        }
        for uri in uris
    )


def _build(site: Site, language: str, outer: MkDocsConfig) -> None:
    """One language, from a clean configuration."""
    token = _nested.set((site, language))
    try:
        with _naming(language):
            config = load_config(
                outer.config_file_path,
                docs_dir=str(site.content[language]),
                site_dir=str(site.output / language),
                site_url=urljoin(site.base, f"{language}/") if site.base else None,
                strict=outer.strict,
                use_directory_urls=outer.use_directory_urls,
            )
            build(config)
    finally:
        _nested.reset(token)


@contextmanager
def _naming(language: str) -> Iterator[None]:
    """Let what MkDocs says of this build name the language: its pages have the same names."""

    def name(record: logging.LogRecord) -> bool:
        if record.levelno == logging.INFO and record.name == "mkdocs.commands.build":
            return False  # "Cleaning …", "Documentation built in …": the outer build says it
        if not hasattr(record, "partways_language"):
            record.partways_language = language
            record.msg = f"[{language}] {record.msg}"
        return True

    handlers = [*logging.getLogger("mkdocs").handlers, *logging.getLogger().handlers]
    for handler in handlers:
        handler.addFilter(name)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(name)


# ---- patterns and the policy ----

# In a block, what follows the form: result, scoring table, words for the script.
_UNSEEN = re.compile(r'<script type="text/html".*?(?=</partways-assessment>)', re.DOTALL)
_MARK = re.compile(r'="pw:([^"]*)"')
_ID = re.compile(r'\sid="([^"]+)"')
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_DATA = re.compile(r"""\bsrc=|\btype=["']?(?!module|text/javascript|application/javascript)""")
_START = re.compile(r"<meta charset=[^>]*>|<head>(?!.*<meta charset=)", re.DOTALL | re.IGNORECASE)
_POLICY = '<meta http-equiv="Content-Security-Policy" content="'


def secure(page: str, *, live: bool = False) -> str:
    """`page` with its Content-Security-Policy, as the first thing after its charset.

    Scripts inside the page are let in by the hash of what is in them; a page that has no search
    may connect to nothing. A page that brings a policy keeps it. `live` is for `mkdocs serve`,
    which puts a script that reloads into every answer: no hash of it can be known.
    """
    if _POLICY in page:
        return page
    inside = [text for attributes, text in _SCRIPT.findall(page) if not _DATA.search(attributes)]
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in dict.fromkeys(inside)
    ]
    searches = live or 'id="__config"' in page
    policy = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *(["'unsafe-inline'"] if live else hashes)],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'" if searches else "'none'"],
        "worker-src": ["'self'" if searches else "'none'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    text = "; ".join(" ".join([name, *sources]) for name, sources in policy.items())
    secured, times = _START.subn(lambda match: f'{match[0]}{_POLICY}{text}">', page, count=1)
    if not times:
        raise PluginError("a page without `<head>` cannot be given a Content-Security-Policy")
    return secured
