"""Translations: catalogues that keep what fits, and an interface with the right plurals."""

import datetime

import pytest
from babel.messages.catalog import Catalog

from partways import catalog
from partways.catalog import interface, placeholders_differ, read_catalogue, updated


def read(data: bytes) -> Catalog:
    found, problems = read_catalogue("ru/x.po", data)
    assert problems == []
    assert found is not None
    return found


def by_context(found: Catalog) -> dict[str, tuple[str, bool]]:
    return {str(m.context): (str(m.string), bool(m.fuzzy)) for m in found if m.id}


WANTED = {"x:title": "Late", "x:a.label": "Never", "x:b.label": "Never"}


class TestUpdating:
    def begun(self) -> bytes:
        return updated("ru", WANTED, None)

    def test_new_catalogue_has_every_text_and_no_translation(self) -> None:
        assert by_context(read(self.begun())) == dict.fromkeys(WANTED, ("", False))

    def test_equal_sentences_in_two_places_are_two_messages(self) -> None:
        text = self.begun().decode()

        assert text.count('msgid "Never"') == 2
        assert 'msgctxt "x:b.label"' in text

    def test_same_input_gives_the_same_bytes(self) -> None:
        """No date and no machine in it: a catalogue changes when a text does."""
        assert self.begun() == self.begun() == updated("ru", WANTED, read(self.begun()))
        assert b"Date" not in self.begun()

    def translated(self) -> Catalog:
        text = self.begun().decode()
        for context, word in (("x:title", "Поздно"), ("x:a.label", "Никогда")):
            at = text.index('msgstr ""', text.index(f'msgctxt "{context}"'))
            text = text[:at] + f'msgstr "{word}"' + text[at + len('msgstr ""') :]
        return read(text.encode())

    def test_translations_that_fit_are_kept(self) -> None:
        assert by_context(read(updated("ru", WANTED, self.translated()))) == {
            "x:title": ("Поздно", False),
            "x:a.label": ("Никогда", False),
            "x:b.label": ("", False),
        }

    def test_translation_of_a_changed_sentence_is_kept_as_fuzzy(self) -> None:
        """A translator mends it, with the former sentence in sight."""
        data = updated("ru", {**WANTED, "x:title": "Too late"}, self.translated())

        assert by_context(read(data))["x:title"] == ("Поздно", True)
        assert '#| msgid "Late"' in data.decode()

    def test_what_is_gone_is_gone(self) -> None:
        assert by_context(read(updated("ru", {"x:title": "Late"}, self.translated()))) == {
            "x:title": ("Поздно", False)
        }

    def test_file_says_its_language_and_plurals(self) -> None:
        assert b'"Language: ru\\n"' in self.begun()
        assert b"nplurals=3" in self.begun()


class TestLanguages:
    @pytest.mark.parametrize("code", ["en", "ru", "bg", "de"])
    def test_codes_of_languages_are_known(self, code: str) -> None:
        assert catalog.is_language(code)

    @pytest.mark.parametrize("code", ["zz", "js", "RU", "rus", "", "..", "e\n"])
    def test_anything_else_is_no_language(self, code: str) -> None:
        assert not catalog.is_language(code)


class TestInterface:
    def test_english_is_what_the_sentences_are_written_in(self) -> None:
        assert interface("en").t("{known} of {of} known", known=2, of=3) == "2 of 3 known"

    def test_place_without_a_value_stays(self) -> None:
        assert interface("en").t("{known} of {of} known", known=2) == "2 of {of} known"

    def test_value_with_braces_is_not_filled_again(self) -> None:
        assert interface("en").t("{low} to {high}", low="{high}", high=1) == "{high} to 1"

    @pytest.mark.parametrize(
        ("language", "numbers"),
        [
            ("en", {1: "one", 0: "other", 2: "other", 21: "other"}),
            ("bg", {1: "one", 0: "other", 2: "other", 21: "other"}),
            (
                "ru",
                {1: "one", 21: "one", 101: "one", 2: "few", 4: "few", 22: "few", 0: "many",
                 5: "many", 11: "many", 12: "many", 14: "many", 111: "many", 1000: "many"},
            ),
        ],
    )  # fmt: skip
    def test_number_gets_the_form_of_its_category(
        self, language: str, numbers: dict[int, str]
    ) -> None:
        """The samples of CLDR."""
        singular, plural = "{n} criterion kept", "{n} criteria kept"
        words = interface(language)
        forms = words.forms(singular, plural)

        for n, category in numbers.items():
            assert words.plural(singular, plural, n) == forms[category].replace("{n}", str(n))
        assert len(set(forms.values())) == {"en": 2, "bg": 2, "ru": 3}[language]
        assert "other" in forms

    def test_sentence_without_translation_is_remembered_and_said_in_english(self) -> None:
        words = interface("bg")

        assert words.t("Nobody ever translated this.") == "Nobody ever translated this."
        assert "Nobody ever translated this." in words.missing
        words.missing.remove("Nobody ever translated this.")

    @pytest.mark.parametrize(
        ("language", "date"),
        [
            ("en", "21 January 2027"),
            ("ru", "21 января 2027\u202fг."),
            ("bg", "21 януари 2027\u202fг."),
        ],
    )
    def test_day_is_said_as_in_the_browser(self, language: str, date: str) -> None:
        said = interface(language).date(datetime.date(2027, 1, 21))

        assert said.replace("\xa0", "\u202f") == date

    def test_languages_are_called_by_their_own_names(self) -> None:
        assert [interface(code).language_name() for code in ("en", "ru", "bg")] == [
            "English", "Русский", "Български",
        ]  # fmt: skip


class TestPlaceholders:
    def test_lost_or_invented_places_are_seen(self) -> None:
        assert not placeholders_differ("{n} of {of}", "{of}: {n}")
        assert placeholders_differ("{n} of {of}", "{n}")
        assert placeholders_differ("{n}", "{n} {m}")
