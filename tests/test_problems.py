"""Problems: how they read, sort, and what they may not do to whoever reads them."""

from partways.problems import Mark, Problem, nearest, printable


class TestProblem:
    def test_reads_as_place_sentence_and_rule(self) -> None:
        problem = Problem(Mark("a.yml", 3, 7), "choice", "wrong. expected right")

        assert str(problem) == "a.yml:3:7: wrong. expected right [choice]"

    def test_sorts_by_file_line_and_column_as_numbers(self) -> None:
        marks = [Mark("b.yml"), Mark("a.yml", 10), Mark("a.yml", 9, 2), Mark("a.yml", 9, 10)]

        assert sorted(Problem(mark, "r", "m") for mark in marks) == [
            Problem(mark, "r", "m")
            for mark in (
                Mark("a.yml", 9, 2),
                Mark("a.yml", 9, 10),
                Mark("a.yml", 10),
                Mark("b.yml"),
            )
        ]

    def test_place_further_right_stays_on_its_line(self) -> None:
        assert Mark("a.yml", 3, 7).right(5) == Mark("a.yml", 3, 12)


class TestPrintable:
    def test_control_characters_are_spelled_out(self) -> None:
        """A message must neither drive a terminal nor begin a line of its own in a log."""
        assert printable("a\x1b[31mb\n::error::c\u202e") == "a\\x1b[31mb\\n::error::c\\u202e"

    def test_letters_of_every_language_stay(self) -> None:
        assert printable("Оплата, плащане: “да” 😀") == "Оплата, плащане: “да” 😀"


class TestNearest:
    def test_close_name_is_suggested(self) -> None:
        assert nearest("paymnet", ["price", "payment"]) == 'did you mean "payment"?'

    def test_else_what_is_known_is_listed(self) -> None:
        assert nearest("xyz", ["price", "scope"]) == 'expected one of "price", "scope"'

    def test_long_list_is_cut(self) -> None:
        assert nearest("xyz", [f"name{n}" for n in range(20)]).endswith('"name11", …')

    def test_nothing_known_is_said(self) -> None:
        assert nearest("xyz", []) == "nothing is defined there"
