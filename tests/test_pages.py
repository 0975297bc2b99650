"""The page of a questionnaire, as HTML."""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from partways import bundle, pages, project
from partways.model import texts, with_texts
from partways.project import Compiled, Project

ROOT = Path(__file__).parent.parent
RUNTIME = ROOT / "generator/partways/runtime"
NAMES = ("ideal-client", "warning-signs")

VOID = frozenset({"br", "input", "link", "meta"})


class Element:
    """An element of a parsed page."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def __iter__(self) -> Iterator["Element"]:
        """Itself and all elements below it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Elements with this tag and these attributes; underscores stand for dashes."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self
            if tag in ("", element.tag)
            and all(
                value in element.get(name).split()
                if name == "class"
                else element.get(name) == value
                for name, value in wanted.items()
            )
        ]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        parts = (child.text if isinstance(child, Element) else child for child in self.children)
        return re.sub(r"\s+", " ", "".join(parts)).strip()

    def inside(self, tag: str) -> bool:
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above is not None


class Parser(HTMLParser):
    """Strict enough for our own HTML: everything opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("#root", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def parsed(html: str) -> Element:
    # What the script makes elements of is read as if it had.
    html = re.sub(r'<script type="text/html"[^>]*>(.*?)</script>', r"\1", html, flags=re.DOTALL)
    parser = Parser()
    parser.feed(html)
    parser.close()
    assert parser.at is parser.root
    return parser.root


@pytest.fixture(scope="module")
def ours() -> Project:
    """The project of this repository."""
    return project.load(ROOT)


@pytest.fixture(scope="module", params=NAMES)
def compiled(request: pytest.FixtureRequest, ours: Project) -> Compiled:
    """Each questionnaire in turn."""
    return ours.questionnaires[request.param]


@pytest.fixture(scope="module")
def page(ours: Project, compiled: Compiled) -> Element:
    """Its block in English."""
    return parsed(pages.assessment(ours, compiled.name, "en"))


def plain(text: str) -> str:
    """A text of the model as it reads on the page."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"\s+", " ", re.sub(r"\*+", "", text)).strip()


class TestInline:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("**a** and *b*", "<strong>a</strong> and <em>b</em>"),
            ("2 * 3 * 4", "2 * 3 * 4"),
            ("<b>&\"'", "&lt;b&gt;&amp;&#34;&#39;"),
            ("[a](https://x.y/?b=1&c=2)", '<a href="https://x.y/?b=1&amp;c=2">a</a>'),
            ("[a](words.md#w1)", '<a href="pw:words.md#w1">a</a>'),
            ("**[a](b.md)**", '<strong><a href="pw:b.md">a</a></strong>'),
            ("[a](x*y) [b](x*y)", '<a href="pw:x*y">a</a> <a href="pw:x*y">b</a>'),
            ('[a](https://x"onclick=alert)', '<a href="https://x&#34;onclick=alert">a</a>'),
            ("[a](javascript:alert)", '<a href="pw:javascript:alert">a</a>'),
            ("a\0001\0b", "a1b"),
        ],
    )
    def test_markdown_of_a_text(self, text: str, html: str) -> None:
        """Emphasis and links; everything else is text."""
        assert str(pages.inline(text)) == html

    def test_links_to_pages_are_marks(self) -> None:
        """Who puts the block on a page knows the address."""
        assert pages.inline("[a](b.md#c)") == '<a href="pw:b.md#c">a</a>'
        assert pages.inline("[a](https://b.c/*d*)") == '<a href="https://b.c/*d*">a</a>'


class TestPage:
    def test_holds_every_text_of_the_questionnaire(self, compiled: Compiled, page: Element) -> None:
        """The page is complete before the script: it only counts, shows and hides."""
        there = " ".join(
            [page.text, *(e.get("data-name") for e in page), *(e.get("data-title") for e in page)]
        )
        # Names of rungs are shown where a measure stands on them.
        missing = [
            text
            for path, text in texts(compiled.model)
            if path[0] not in ("scales", "steps")
            and path[-1] != "intro"
            and plain(text) not in there
        ]

        assert missing == []

    def test_program_travels_without_words(self, compiled: Compiled, page: Element) -> None:
        """What the script reads is ids and whole numbers, and exactly what was compiled."""
        (script,) = page.all("script", class_="pw-program")

        assert script.attributes == {"type": "application/json", "class": "pw-program"}
        assert json.loads(script.text) == compiled.program
        assert " " not in script.text
        assert page.all("partways-assessment")[0].get("data-revision") == compiled.revision

    def test_ids_are_unique_and_references_lead_somewhere(
        self, compiled: Compiled, page: Element
    ) -> None:
        """Hints are read with their question, and links of the page land."""
        ids = Counter(e.get("id") for e in page if e.get("id"))
        wanted = {
            target
            for e in page
            for name in ("aria-describedby", "aria-labelledby", "for")
            for target in e.get(name).split()
        } | {e.get("href")[1:] for e in page if e.get("href").startswith("#")}

        assert [name for name, count in ids.items() if count > 1] == []
        assert wanted - set(ids) == set()
        assert all(name.startswith(compiled.name) for name in ids)

    def test_question_is_native_and_nothing_is_chosen_beforehand(
        self, compiled: Compiled, page: Element
    ) -> None:
        """A fieldset with its legend, and a radio button inside a label for every option."""
        questions = page.all("fieldset", class_="pw-question")

        assert [q.get("data-item") for q in questions] == [
            key for _, key, _ in compiled.model.questions()
        ]
        for question, (_, key, model) in zip(questions, compiled.model.questions(), strict=True):
            radios = question.all("input", type="radio")
            assert question.children[0].tag == "legend"  # type: ignore[union-attr]
            assert [r.get("value") for r in radios] == list(compiled.model.options(model))
            assert {r.get("name") for r in radios} == {key}
            assert all(r.inside("label") and "checked" not in r.attributes for r in radios)

    def test_answers_cannot_reach_an_address(self, page: Element) -> None:
        """Without a script nothing sends the form: it has no button for it, and leads nowhere."""
        (form,) = page.all("form")

        assert form.get("method") == "dialog"
        assert "action" not in form.attributes
        assert all(b.get("type") == "button" for b in page.all("button"))
        assert page.all("input", type="submit") == page.all("input", type="text", name="")[1:] == []

    def test_nothing_in_it_needs_an_unsafe_policy(self, page: Element) -> None:
        """No inline script, style or handler."""
        for element in page:
            assert element.tag != "style"
            assert not [
                name for name in element.attributes if name == "style" or name.startswith("on")
            ]

    def test_what_the_script_shows_is_hidden_before_it(self, page: Element) -> None:
        """Without a script no part of a result is on the screen."""
        (result,) = page.all("section", class_="pw-result")

        assert "hidden" in result.attributes
        assert all("hidden" in e.attributes for e in page if "data-show" in e.attributes)

    def test_every_mark_is_one_that_the_script_makes(self, page: Element) -> None:
        """A mark nobody makes would hide its part for ever."""
        source = (RUNTIME / "result.mjs").read_text(encoding="utf-8")
        made = set(re.findall(r'add\("([\w-]+)"', source)) | {"measure", "tip", "waits"}
        marks = {m for e in page for m in (e.get("data-show") + " " + e.get("data-unless")).split()}

        assert {mark.split(":")[0] for mark in marks} <= made
        facts = {mark.split(":")[1] for mark in marks if mark.startswith("is:")}
        block = source[source.index("const facts = {") :].partition("};")[0]
        assert facts <= set(re.findall(r"^    (\w+)[:,]", block, re.MULTILINE))

    def test_hooks_that_others_rely_on_are_there(self, compiled: Compiled, page: Element) -> None:
        """Tests, benches and the script find things by these names."""
        model = compiled.model
        own = [key for key, verdict in model.verdicts.items() if verdict.is_ is None]

        assert [e.get("data-verdict") for e in page if e.get("data-verdict")] == [
            *own,
            "not_enough",
        ]
        assert {e.get("data-measure") for e in page} - {""} == set(model.measures)
        assert {e.get("data-red-line") for e in page} - {""} == set(model.red_lines)
        assert {e.get("data-section") for e in page} - {""} == set(model.sections)
        assert {e.get("data-caution") for e in page} - {""} == set(model.cautions)
        assert {e.get("data-note") for e in page} - {""} == set(model.notes)

    def test_texts_that_refuse_step_back_while_a_caution_is_on(
        self, ours: Project, page: Element
    ) -> None:
        """A letter that refuses is not offered where refusing may be unlawful."""
        for letter in (e for e in page if e.get("data-words")):
            refuses = ours.words["en"][letter.get("data-words")].refuses
            assert letter.get("data-unless") == ("caution:any" if refuses else "")

    def test_same_questionnaire_gives_the_same_bytes(
        self, ours: Project, compiled: Compiled
    ) -> None:
        """A site that was not changed is not changed by building it again."""
        assert pages.assessment(ours, compiled.name, "en") == pages.assessment(
            ours, compiled.name, "en"
        )

    @pytest.mark.parametrize(
        "evil", ['"><script>alert(1)</script>', "' onclick='x", "{{ 7*7 }}{% x %}", "&lt;b&gt;"]
    )
    def test_text_of_an_author_stays_text(
        self, ours: Project, compiled: Compiled, page: Element, evil: str
    ) -> None:
        """Whatever stands in a text, the page has the same elements with the same attributes."""
        model = with_texts(compiled.model, lambda _, text: text + evil)
        hostile = replace(
            ours, questionnaires={compiled.name: replace(compiled, translated={"en": model})}
        )

        there = parsed(pages.assessment(hostile, compiled.name, "en"))

        shape = [(e.tag, sorted(e.attributes)) for e in there]
        assert shape == [(e.tag, sorted(e.attributes)) for e in page]
        assert evil in there.text


class TestRedLines:
    def test_card_stands_below_the_question_that_opens_it(self, ours: Project) -> None:
        """A yes to a red line opens its card at once, and so does “I am not sure”."""
        there = parsed(pages.assessment(ours, "warning-signs", "en"))
        cards = {c.get("data-opener"): c for c in there.all("aside", class_="pw-card")}

        assert set(cards["attacked"].get("data-on").split()) == {"yes", "unsure"}
        assert cards["attacked"].get("data-card") == "safety"
        opening = [r for r in there.all("input", name="attacked") if r.get("data-opens")]
        assert [(r.get("value"), r.get("data-opens")) for r in opening] == [
            ("yes", "1"),
            ("unsure", "1"),
        ]

    @pytest.mark.parametrize(
        ("rule", "options"),
        [
            ({"in": [{"var": "a"}, ["yes"]]}, ("yes",)),
            (
                {"or": [{"in": [{"var": "b"}, ["yes"]]}, {"in": [{"var": "a"}, ["x", "y"]]}]},
                ("x", "y"),
            ),
            ({"and": [{"in": [{"var": "a"}, ["yes"]]}, {"in": [{"var": "b"}, ["yes"]]}]}, ()),
            ({"!": [{"in": [{"var": "a"}, ["yes"]]}]}, ()),
        ],
    )
    def test_only_an_answer_that_is_enough_alone_opens_it(
        self, rule: dict[str, object], options: tuple[str, ...]
    ) -> None:
        """What needs a second answer is left to the script."""
        assert pages._alone(rule, "a") == options


class TestPaper:
    def test_names_every_verdict_in_the_order_of_the_rules(
        self, compiled: Compiled, page: Element
    ) -> None:
        """Who reads down the list comes to the verdict the script would give."""
        (paper,) = page.all("section", class_="pw-paper")
        (verdicts,) = paper.all("ol", class_="pw-paper__verdicts")
        titles = [e.all("b")[0].text for e in verdicts.children if isinstance(e, Element)]

        model = compiled.model
        assert titles == [model.verdicts[v["is"]].title for v in compiled.program["verdicts"]]

    def test_most_points_are_those_of_the_program(self, ours: Project) -> None:
        """Payment asks three questions of at most three points."""
        there = parsed(pages.assessment(ours, "warning-signs", "en"))
        rows = {
            r.all("th")[0].text: [d.text for d in r.all("td")]
            for r in there.all("tr")
            if r.all("td")
        }

        assert rows["Payment"] == ["…", "9", "…", "2 of 3"]

    def test_points_add_up_by_the_defaults_of_the_reader(self, ours: Project) -> None:
        """Without a script nobody sets anything: a criterion that is not kept has no points."""
        there = parsed(pages.assessment(ours, "ideal-client", "en"))
        kept = ours.questionnaires["ideal-client"].model

        for _, key, question in kept.questions():
            points = [
                r.get("data-points") for r in there.all("input", name=key) if r.get("data-points")
            ]
            if kept.options(question) and any(o.points for o in kept.options(question).values()):
                assert bool(points) == question.kept


def phrases(page: Element) -> dict[str, str | dict[str, str]]:
    """What the page says only by its script."""
    (element,) = page.all("script", class_="pw-phrases")
    found: dict[str, str | dict[str, str]] = json.loads(element.text)
    return found


class TestPhrases:
    def test_are_those_that_the_script_asks_for(self, page: Element) -> None:
        """A phrase that is missing would stop the script; one too many is weight."""
        modules = {p.name: p.read_text(encoding="utf-8") for p in RUNTIME.glob("*.mjs")}
        source = "".join(modules[name] for name in bundle.needed(modules))
        asked = set(re.findall(r'words\("(\w+)"', source))
        keys = set(phrases(page))

        assert asked <= keys
        # Some names are put together: link_damaged, link_newer, link_foreign.
        unused = {key for key in keys if f'"{key}"' not in source}
        assert unused == {"link_damaged", "link_newer", "link_foreign"}

    def test_counted_ones_have_all_forms_of_the_language(self, page: Element) -> None:
        """The script picks by `Intl.PluralRules`."""
        counted = [set(texts) for texts in phrases(page).values() if isinstance(texts, dict)]

        assert counted
        assert all(forms == {"one", "other"} for forms in counted)


class TestSingle:
    def test_policy_allows_its_own_script_and_style_and_nothing_else(self, ours: Project) -> None:
        """One file that no other host is asked for."""
        there = parsed(pages.single(ours, "warning-signs", "en"))
        (policy,) = there.all("meta", http_equiv="Content-Security-Policy")
        found = re.findall(r"'sha256-([^']+)'", policy.get("content"))

        texts = [bundle.script()[1], bundle.style()[1]]
        assert found == [
            base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in texts
        ]
        assert "unsafe" not in policy.get("content")
        assert not [e for e in there if e.get("src") or e.tag in ("link", "img", "iframe")]

    def test_leads_to_pages_only_where_they_are(self, ours: Project) -> None:
        """Without a site's address the words of a link stay; with it the link leads there."""
        alone = pages.single(ours, "warning-signs", "en")
        with_site = pages.single(
            ours, "warning-signs", "en", links=lambda m: m.replace("pw:", "https://a.b/")
        )

        assert "pw:" not in alone.replace("pw:/", "")
        assert not [e for e in parsed(alone).all("a") if not e.get("href").startswith("#")]
        assert 'href="https://a.b/words/w9.md"' in with_site
