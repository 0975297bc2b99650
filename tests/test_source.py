"""Reading YAML: every scalar stays text, every node knows its place, nothing is ever raised."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partways.problems import Mark
from partways.source import (
    MOST_DEPTH,
    MOST_PROBLEMS,
    MOST_SYNTAX,
    Mapping,
    Scalar,
    Sequence,
    find,
    read,
    to_data,
)


def data_of(text: str) -> object:
    node, problems = read("x.yml", text.encode())
    assert problems == []
    assert node is not None
    return to_data(node)


def scalar_at(text: str, *path: str | int) -> Scalar:
    node, _ = read("x.yml", text.encode())
    assert node is not None
    found, _ = find(node, path)
    assert isinstance(found, Scalar)
    return found


class TestScalars:
    @pytest.mark.parametrize(
        "text",
        [
            "no", "No", "NO", "off", "on", "yes", "y", "true", "~", "null", "Null", "12:30", "1:30",
            "010", "012", "0o14", "1.10", "1e5", "1_000", "0x1f", ".inf", ".NaN", "2024-01-01", "=",
            "+1", "-0", "685_230.15", "190:20:30",
        ],
    )  # fmt: skip
    def test_plain_scalar_stays_what_was_written(self, text: str) -> None:
        """YAML 1.1 would make False, a number, a date or nothing of these."""
        assert data_of(f"a: {text}\n") == {"a": text}
        assert data_of(f"{text}: a\n") == {text: "a"}

    def test_quoted_folded_and_block_texts_are_read(self) -> None:
        text = "a: 'it''s'\nb: \"x: y\"\nc: >-\n  one\n  two\nd: |\n  one\n  two\n"

        assert data_of(text) == {"a": "it's", "b": "x: y", "c": "one two", "d": "one\ntwo\n"}

    def test_nothing_is_an_empty_text(self) -> None:
        assert data_of("a:\nb: ''\n") == {"a": "", "b": ""}

    def test_text_before_a_comment_is_marked_as_cut(self) -> None:
        assert scalar_at("a: one #2 three\n", "a") == Scalar(
            "one", Mark("x.yml", 1, 4), cut=True, inner=Mark("x.yml", 1, 4)
        )
        assert not scalar_at("a: one#2 three\n", "a").cut
        assert not scalar_at('a: "one #2 three"\n', "a").cut


class TestPlaces:
    def test_marks_count_characters_not_bytes(self) -> None:
        """An editor shows column 9 where bytes would say 14."""
        node, _ = read("x.yml", "имя: {б: 1}\n".encode())
        assert isinstance(node, Mapping)
        inner, key = find(node, ("имя", "б"))

        assert key is not None
        assert key.mark == Mark("x.yml", 1, 7)
        assert inner.mark == Mark("x.yml", 1, 10)

    def test_place_inside_a_quoted_text_begins_after_the_quote(self) -> None:
        assert scalar_at('a: "b c"\n', "a").inner == Mark("x.yml", 1, 5)

    def test_text_over_lines_has_no_place_inside(self) -> None:
        assert scalar_at("a: >-\n  b\n", "a").inner is None
        assert scalar_at('a: "b\n  c"\n', "a").inner is None

    def test_find_gives_the_deepest_place_there_is(self) -> None:
        node, _ = read("x.yml", b"a:\n  b: [c, d]\n")
        assert node is not None

        assert find(node, ("a", "b", 1))[0].mark == Mark("x.yml", 2, 10)
        assert find(node, ("a", "x", "y"))[0].mark == Mark("x.yml", 2, 3)
        assert find(node, ("a", "b", 9))[0].mark == Mark("x.yml", 2, 6)

    def test_byte_order_mark_is_no_column(self) -> None:
        node, problems = read("x.yml", "\ufeffa: b\n".encode())

        assert problems == []
        assert isinstance(node, Mapping)
        assert node.pairs[0][0].mark == Mark("x.yml", 1, 1)


class TestLimits:
    def test_depth_is_bounded(self) -> None:
        deepest = "[" * MOST_DEPTH + "]" * MOST_DEPTH
        node, problems = read("x.yml", deepest.encode())
        too_deep, told = read("x.yml", f"[{deepest}]".encode())

        assert isinstance(node, Sequence)
        assert problems == []
        assert too_deep is None
        assert [problem.rule for problem in told] == ["yaml-depth"]

    @pytest.mark.parametrize(
        "text",
        [
            "a: " + "[" * 100_000,
            "a: " + "{" * 100_000,
            "- " * 100_000,
            "a: &a [" + "*a, " * 50_000 + "]",
            "".join(f"&a{n} [*a{n - 1}, *a{n - 1}], " for n in range(1, 2000)),
            "? " * 50_000,
            "a:\n" + " b:\n" * 50_000,
            '"' + "\\u202e" * 30_000 + '"',
            "!" * 200_000,
            "#" * 250_000,
        ],
        ids=lambda text: str(text[:12]),
    )
    def test_bombs_are_refused_quickly(self, text: str) -> None:
        start = time.process_time()
        _, problems = read("x.yml", text.encode())

        assert time.process_time() - start < 1.5
        assert problems

    def test_no_more_is_told_of_one_file_than_helps(self) -> None:
        _, problems = read("x.yml", b"- !t\n" * 1000)

        assert len(problems) == MOST_PROBLEMS

    def test_line_that_cannot_be_read_is_read_as_one_text(self) -> None:
        """So that the lines after it are looked at in the same run."""
        node, problems = read("x.yml", b"a: !t 1\nb: \"x\nc: it's: so\nd:\n  - @e\n")

        assert node is not None
        assert to_data(node) == {"a": "1", "b": '"x', "c": "it's: so", "d": ["@e"]}
        assert [(problem.mark.line, problem.rule) for problem in problems] == [
            (1, "yaml-tag"),
            (2, "yaml-syntax"),
            (3, "yaml-syntax"),
            (5, "yaml-syntax"),
        ]

    @pytest.mark.parametrize("text", ["a: !t 1\nb: x\n   c: y\n", "a: !t 1\nb: x\n\t- y\n"])
    def test_wrong_indentation_ends_the_file_and_what_stood_before_is_kept(self, text: str) -> None:
        """What belongs to what can only be guessed then."""
        node, problems = read("x.yml", text.encode())

        assert node is None
        assert [(problem.mark.line, problem.rule) for problem in problems] == [
            (1, "yaml-tag"),
            (3, "yaml-syntax"),
        ]

    def test_lines_that_cannot_be_read_are_not_mended_without_end(self) -> None:
        node, problems = read("x.yml", b"".join(b"a%d: b: c\n" % n for n in range(50)))

        assert node is None
        assert len(problems) == MOST_SYNTAX + 1


class TestNeverRaises:
    @given(st.binary(max_size=300))
    def test_any_bytes(self, data: bytes) -> None:
        node, problems = read("x.yml", data)

        assert node is not None or problems

    @given(
        st.text(
            alphabet=st.sampled_from(list("ab: -?[]{},&*!|>'\"%@`#\n\t\\<=~0.é\u2028")),
            max_size=120,
        )
    )
    @settings(max_examples=500)
    def test_any_soup_of_yaml_signs(self, text: str) -> None:
        node, problems = read("x.yml", text.encode())

        assert node is not None or problems
        for problem in problems:
            assert 1 <= problem.mark.line <= text.count("\n") + 2
            assert problem.mark.column >= 1
