"""The block in a page, and the slips that would make it come out as plain text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown

from partways import markdown
from partways.problems import Mark, Problem

BLOCK = """\
<partways-assessment lang="{}">

<form>

    <p>*a* &lt; b</p>
</form></partways-assessment>"""


@dataclass
class FakeProject:
    questionnaires: Mapping[str, object]
    problems: tuple[Problem, ...] = ()


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> FakeProject:
    """A project with one questionnaire, whose HTML has in it all that Markdown would touch."""
    fake = FakeProject({"warning-signs": None})

    def assessment(found: object, name: str, language: str) -> str:
        assert (found, name) == (fake, "warning-signs")
        return BLOCK.format(language)

    monkeypatch.setattr("partways.project.load", lambda _: fake)
    monkeypatch.setattr("partways.pages.assessment", assessment)
    return fake


def converted(text: str, **options: Any) -> str:
    """`text` by Python-Markdown with our extension under the name a site gives it."""
    options = {"root": str(Path.cwd()), **options}
    return Markdown(
        extensions=["partways", "attr_list"], extension_configs={"partways": options}
    ).convert(text)


@pytest.mark.usefixtures("project")
class TestBlock:
    def test_html_is_neither_wrapped_nor_read_again(self) -> None:
        """Blank lines, indents and stars of the finished HTML stay what they are."""
        html = converted("# Title\n\n/// assessment | warning-signs\n///\n\nBelow.")

        block = BLOCK.format("en")
        assert f'<div class="pw-block">{block}</div>\n<p>Below.</p>' in html

    def test_language_comes_from_the_options(self) -> None:
        """One process builds every language."""
        html = converted("/// assessment | warning-signs\n///", language="bg")

        assert '<partways-assessment lang="bg">' in html

    def test_text_inside_the_block_is_kept_below_it(self) -> None:
        """A block that was never closed shows itself and loses nothing."""
        html = converted("/// assessment | warning-signs\n\nStill here.")

        assert html.index("</partways-assessment>") < html.index("<p>Still here.</p>")

    def test_two_names_for_the_extension_are_one_block(self) -> None:
        """A site may name the module, the plugin the entry point."""
        both = Markdown(extensions=["partways", "partways.markdown"])

        assert both.convert("text") == "<p>text</p>"

    def test_without_the_folder_nothing_is_guessed(self) -> None:
        """The folder the build was started from is never taken for the project's."""
        with pytest.raises(ValueError, match="root"):
            converted("/// assessment | warning-signs\n///", root="")


class TestProblemsInPlace:
    def test_unknown_questionnaire_is_named_with_the_nearest(self, project: FakeProject) -> None:
        """Who is writing sees it where the block would be."""
        html = converted("/// assessment | warning-sings\n///")

        assert project.problems == ()
        assert "did you mean &quot;warning-signs&quot;?" in html

    def test_problems_of_the_questionnaire_are_listed_as_text(self, project: FakeProject) -> None:
        """What an author wrote is quoted in them, so it is escaped."""
        mark = Mark("questionnaire/ideal-client.yml", 4, 2)
        project.problems = (
            Problem(mark, "unknown-key", 'unknown key "<b>"'),
            Problem(Mark("questionnaire/other.yml"), "file", "another file"),
        )
        html = converted("/// assessment | ideal-client\n///")

        assert "questionnaire/ideal-client.yml:4:2: unknown key &quot;&lt;b&gt;&quot;" in html
        assert "another file" not in html


GOOD = "# Title\n\n/// assessment | warning-signs\n///\n"

SLIPS = {
    "a misspelled block": (
        "Text.\n\n/// asessment | warning-signs\n///\n",
        (3, 5, 'there is no block called "asessment": did you mean "assessment"?'),
    ),
    "no argument": (
        "/// assessment\n///\n",
        (1, 15, 'which questionnaire? write it like "/// assessment | ideal-client"'),
    ),
    "nothing after the bar": (
        "/// assessment |\n///\n",
        (1, 17, 'which questionnaire? write it like "/// assessment | ideal-client"'),
    ),
    "an unknown questionnaire": (
        "/// assessment | warning-sing\n///\n",
        (1, 18, 'there is no questionnaire called "warning-sing": did you mean "warning-signs"?'),
    ),
    "no bar": (
        "/// assessment warning-signs\n///\n",
        (
            1,
            5,
            'this is not the first line of a block: write it like "/// assessment | ideal-client"',
        ),
    ),
    "a block that is never closed": (
        "Text.\n\n  /// assessment | warning-signs\n\nMore.\n",
        (3, 3, 'this block is never closed: end it with a line "///"'),
    ),
    "strokes too many at the end": (
        "/// assessment | warning-signs\n////\n///\n",
        (2, 1, '"////" closes no block: none is open with as many strokes'),
    ),
}


class TestScan:
    names = ("ideal-client", "warning-signs")

    @pytest.mark.parametrize("slip", SLIPS)
    def test_slip_has_its_place(self, slip: str) -> None:
        """Each of these comes out of Python-Markdown without a word."""
        text, expected = SLIPS[slip]

        assert markdown.scan(text, self.names) == [expected]

    @pytest.mark.parametrize(
        "text",
        [
            GOOD,
            "",
            "/// details | More\n\n/// assessment | warning-signs\n///\n///\n",
            "//// details | More\n/// assessment | warning-signs\n///\n////\n",
            "```\n/// asessment\n```\n",
            "~~~~ markdown\n/// asessment\n~~~\n/// asessment\n~~~~\n" + GOOD,
            "    /// asessment\n",
            "a // b, c:/// d\n",
        ],
    )
    def test_nothing_is_said_about_a_page_without_slips(self, text: str) -> None:
        """Blocks may stand in blocks; code is code."""
        assert markdown.scan(text, self.names) == []

    def test_all_slips_are_found_in_one_run(self) -> None:
        """In the order of the page."""
        found = markdown.scan("/// asessment\n///\n\n/// assessment | x\n\n/// tab\n", self.names)

        assert [(slip.line, slip.column) for slip in found] == [(1, 5), (4, 1), (4, 18), (6, 1)]
