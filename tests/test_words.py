"""The words: letters put together and judged alike in Python and in the browser's modules."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from partways import bank, catalog, claims, guidance, project, wording
from partways.model import Letter, Sample, Wording
from partways.reading import read_parts

ROOT = Path(__file__).parent.parent
OURS = project.load(ROOT)
LANGUAGES = sorted(OURS.banks)


def samples(language: str) -> dict[str, Sample]:
    path = ROOT / f"tests/wording/{language}.yml"
    found, _, problems = read_parts(Sample, path.name, path.read_bytes())
    assert problems == []
    assert found is not None
    return found


def rules_of(language: str) -> wording.Rules:
    rules = OURS.banks[language].wording
    assert isinstance(rules, Wording)
    return wording.compile_rules(rules)


def letters(language: str) -> Iterator[tuple[str, str, str, Letter]]:
    """Every text: situation, channel with its step, tone."""
    for key, word in OURS.banks[language].words.items():
        for form, tones in word.letters.items():
            for tone, letter in tones.items():
                yield key, form, tone, letter


def in_node(jobs: list[dict[str, Any]]) -> list[Any]:
    """What the browser's modules answer to each job, run in Node."""
    done = subprocess.run(
        ["node", str(ROOT / "tests/js/say.mjs")],
        input="\n".join(json.dumps(job) for job in jobs),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
class TestCheck:
    def test_hits_what_it_must_and_nothing_else(
        self, language: str, record_property: Callable[[str, object], None]
    ) -> None:
        """At least 220 sentences a language, good and bad; known misses stay misses."""
        rules = rules_of(language)
        found = samples(language)
        said = {
            key: {f.rule for f in wording.check(one.text, rules, channel=one.channel or "")}
            for key, one in found.items()
        }
        missed = {k: set(one.hits) - said[k] for k, one in found.items() if set(one.hits) - said[k]}
        false = {k: said[k] - set(one.hits) for k, one in found.items() if said[k] - set(one.hits)}
        bad = [key for key, one in found.items() if one.hits]
        record_property("hit_rate", f"{1 - len(missed) / len(bad):.3f}")
        record_property("false_alarm_rate", f"{len(false) / len(found):.3f}")

        assert len(found) >= 220
        assert len(bad) >= 100
        assert len(found) - len(bad) >= 100
        assert len(missed) <= len(bad) / 20
        assert missed == {key: set(one.missed) for key, one in found.items() if one.missed}
        assert false == {}

    def test_every_rule_has_a_sentence_that_breaks_it(self, language: str) -> None:
        """A rule that nothing is tried against may do anything."""
        tried = {rule for one in samples(language).values() for rule in one.hits}

        assert set(wording.KINDS) - tried == set()

    def test_browser_finds_the_same(self, language: str) -> None:
        """The twin in JavaScript, over all sentences and all letters of the language."""
        rules = rules_of(language)
        interface = catalog.interface(language)
        held = OURS.banks[language]
        texts: list[tuple[str, str]] = [
            (one.text, one.channel or "") for one in samples(language).values()
        ]
        for key, form, _, letter in letters(language):
            known = held.known(held.words[key])
            for values in (
                {},
                {n: bank.shown(f.example, f.kind, interface) for n, f in known.items()},
            ):
                said = bank.compose(letter, known, values)
                texts.append(("\n\n".join(p.text for p in said), bank.channel_of(form)))
        jobs: list[dict[str, Any]] = [{"language": language, "rules": rules}]
        jobs += [{"language": language, "text": t, "asked": {"channel": c}} for t, c in texts]

        there = in_node(jobs)

        for (text, channel), yours in zip(texts, there, strict=True):
            mine = [asdict(f) for f in wording.check(text, rules, channel=channel)]
            assert mine == yours, text


@pytest.mark.parametrize("language", LANGUAGES)
class TestLetters:
    def test_browser_composes_the_same(self, language: str) -> None:
        """Every situation, channel and tone: empty, with what must be filled, and filled."""
        interface = catalog.interface(language)
        held = OURS.banks[language]
        jobs, here = [], []
        for key, _, _, letter in letters(language):
            known = held.known(held.words[key])
            full = {n: bank.shown(f.example, f.kind, interface) for n, f in known.items()}
            least = {n: value for n, value in full.items() if not known[n].optional}
            fields = {n: {"label": f.label, "optional": int(f.optional)} for n, f in known.items()}
            for values in ({}, least, full):
                here.append([said._asdict() for said in bank.compose(letter, known, values)])
                parts = {"subject": letter.subject, "parts": list(letter.parts.items())}
                jobs.append({"letter": parts, "fields": fields, "values": values})

        assert in_node(jobs) == here

    def test_browser_shows_dates_and_sums_the_same(self, language: str) -> None:
        """Four digits without a space in Bulgarian, decimals only where there are some."""
        typed = {
            "sum": (
                *("480 EUR", "2100 EUR", "2100", "9999,99 EUR", "10000 EUR", "10000"),
                *("21000,5 EUR", "1 234 567 EUR", "48000 RUB", "1200.5 USD", "about 1200"),
            ),
            "date": ("2027-03-12", "2027-05-01", "soon"),
        }
        jobs = [
            {"typed": value, "kind": kind, "language": language}
            for kind, values in typed.items()
            for value in values
        ]
        interface = catalog.interface(language)

        here = [bank.shown(j["typed"], j["kind"], interface) for j in jobs]
        there = in_node(jobs)

        # The space before "г." is another one in each version of the same data.
        assert [re.sub(r"\sг\.", " г.", text) for text in here] == [
            re.sub(r"\sг\.", " г.", text) for text in there
        ]

    def test_filled_letters_hold_no_blank_and_no_brace(self, language: str) -> None:
        """What is sent is whole."""
        interface = catalog.interface(language)
        held = OURS.banks[language]
        for key, form, tone, letter in letters(language):
            known = held.known(held.words[key])
            full = {n: bank.shown(f.example, f.kind, interface) for n, f in known.items()}
            text = "\n".join(said.text for said in bank.compose(letter, known, full))

            assert not set("[]{}") & set(text), (key, form, tone, text)
            assert ".." not in text, (key, form, tone, text)

    def test_bank_is_complete(self, language: str) -> None:
        """The situations of the plan, and those that the questionnaires lead to."""
        held = OURS.banks[language]

        assert list(held.words) == [f"w{n}" for n in range(1, 26)]
        assert len(held.signs) == 36
        assert len(held.practice) == 10


class TestPoints:
    def test_every_point_that_is_more_than_context_leads_somewhere(self) -> None:
        """To a question, a measure, words, a sign, a document or a page; or it is said to wait."""
        points = OURS.claims
        assert points is not None
        counted = [point for listed in points.kinds.values() for point in listed]
        articles = {a: sum(point.startswith(a) for point in counted) for a in ("S0", "S1", "S2")}
        needy = [point for kind in claims.LEADING for point in points.kinds.get(kind, ())]

        assert articles == {"S0": 35, "S1": 50, "S2": 30}
        assert len(counted) == len(set(counted)) == 165
        assert [point for point in needy if not OURS.leads.get(point)] == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_page_of_sources_names_every_one(self, language: str) -> None:
        """With links to what it became."""
        html = guidance.Guide(OURS, language).claims()
        points = OURS.claims
        assert points is not None

        for kind in claims.LEADING:
            for point in points.kinds.get(kind, ()):
                assert f"<dt>{point} <span>" in html


class TestDates:
    @pytest.mark.parametrize(
        ("text", "holds"),
        [
            ("by 2027-03-12", True),
            ("by 12 March 2027", True),
            ("by March 12, 2027", True),
            ("by the 3rd of April", True),
            ("by 12/03/2027", True),
            ("soon", False),
            ("in 14 days", False),
        ],
    )
    def test_date_is_a_day_of_the_calendar(self, text: str, holds: bool) -> None:
        """A weekday is one of fifty-two."""
        found = wording.check(text, rules_of("en"), channel="email", needs=["date"])

        assert ("date" not in {f.rule for f in found}) == holds


class TestPhrases:
    @pytest.mark.parametrize(
        ("phrase", "text", "found"),
        [
            ("toxic", "Toxic!", "Toxic"),
            ("toxic", "nontoxic", None),
            ("client*", "your clients", "clients"),
            ("(really|) want to", "you want  to", "want  to"),
            ("you (really|just|) want", "you just want", "you just want"),
            ("you want (it|)", "you want", "you want"),
            ("client(s|)", "clients", "clients"),
            ("we … end", "we will now gladly end", "we will now gladly end"),
            ("we … end", "we will. They end", None),
            ("we … end", "we will\ngladly end", "we will\ngladly end"),
            ("we … end", "we will\n\ngladly end", None),
            ("don't", "don’t", "don’t"),
            ("we (will|'ll) end", "we’ll end", "we’ll end"),
            ("<number> days", "14 days", "14 days"),
            ("<word> client", "bad client", "bad client"),
            ("(a|) (b|) c", "c", "c"),
            ("(a|) (b|) c", "a c", "a c"),
            ("(a|) (b|) c", "b c", "b c"),
            ("(a|) (b|) c", "a b c", "a b c"),
            ("x (a|) (b|) (c|) y", "x y", "x y"),
            ("x (a|) (b|) (c|) y", "x a c y", "x a c y"),
            ("x (a|) (b|) (c|) y", "x ab y", None),
            ("x (a|) (b|)", "x", "x"),
            ("x (a|) (b|)", "x b", "x b"),
            ("x (a|) (b|)", "x a b", "x a b"),
            ("x (a|) … y", "x a so it is y", "x a so it is y"),
            ("x (a|) … y", "x so it is y", "x so it is y"),
            ("x … (a|) (b|) y", "x so b y", "x so b y"),
            ("x (y (a|) (b|)|z) w", "x y b w", "x y b w"),
            ("x (y (a|) (b|)|z) w", "x y w", "x y w"),
            ("(a|)(b|) c", "b c", "b c"),
            ("ещё раз", "еще раз", None),
            ("еще раз", "ещё раз", "ещё раз"),
        ],
    )
    def test_says_what_it_matches(self, phrase: str, text: str, found: str | None) -> None:
        """The signs of the phrase language, one by one."""
        match = re.search(wording.pattern([phrase], "0"), wording.flat(text), re.IGNORECASE)

        assert (match and match[0]) == found

    @pytest.mark.parametrize("phrase", ["(a|)", "(a|) (b|)", "a ((b|)|c)"])
    def test_one_that_may_be_absent_as_a_whole_is_none(self, phrase: str) -> None:
        """It would match between any two words."""
        with pytest.raises(wording.PhraseError, match="absent"):
            wording.pattern([phrase], "0")


class TestPardons:
    """What is no hit: in quotation marks, on a condition, with the fault named just before."""

    @pytest.mark.parametrize(
        ("text", "hits"),
        [
            ("You wrote: “You are always late with it.”", set()),
            ("You wrote on 3 May: “It is always late with you.”", set()),
            ("You are always “late”.", {"absolute"}),
            ("We will not start. If not, we will end the contract on 3 May.", set()),
            ("We will not start. We will end the contract on 3 May.", {"decision"}),
            ("We missed the call. We are sorry for that.", set()),
            ("We missed the call.\n\nWe are sorry for that.", set()),
            ("We missed the call. We are sorry, but no.", {"apology"}),
            ("It is a no. We are sorry for that.", {"apology"}),
            ("We missed it. It is late. We are sorry for that.", {"apology"}),
        ],
    )
    def test_hit_is_none(self, text: str, hits: set[str]) -> None:
        """In English, where the words differ least."""
        assert {f.rule for f in wording.check(text, rules_of("en"))} == hits

    def test_condition_is_a_decision_if_it_is_the_only_one(self) -> None:
        """A need is met by it, but it does not count against another."""
        text = "If the invoice is still open then, we will end the contract on 3 May."
        found = wording.check(text, rules_of("en"), channel="call")

        assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
class TestPages:
    def test_every_page_can_be_made(self, language: str) -> None:
        """And holds every text of its situation before any script."""
        guide = guidance.Guide(OURS, language)
        held = OURS.banks[language]
        for key, word in held.words.items():
            html = guide.word(key)
            for form, tones in word.letters.items():
                for tone in tones:
                    assert f'data-variant="{form}-{tone}"' in html
            for part in (*word.use, *word.never):
                assert part.split("“")[0][:20].split("'")[0].split("&")[0] in html
        for key in held.signs:
            assert guide.sign(key)
        for key in held.worksheets:
            assert guide.document(key)
        assert guide.practice()
        assert guide.check()
        assert guide.words()

    def test_pages_have_names_in_every_language(self, language: str) -> None:
        """Whoever switches the language stays on the page."""
        there = guidance.pages_of(OURS, language)

        assert set(there) == set(guidance.pages_of(OURS, "en"))
