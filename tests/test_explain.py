"""Rules in words."""

# A rule and its sentence stand on one line each.
# ruff: noqa: E501

from pathlib import Path
from typing import Any

import pytest

from partways import catalog, project
from partways.explain import Explainer, Group, Tree

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def signs() -> Explainer:
    """Speaks of the warning signs, in English."""
    compiled = project.load(ROOT).questionnaires["warning-signs"]
    return Explainer(compiled.model, compiled.program, catalog.interface("en"))


@pytest.fixture(scope="module")
def ideal() -> Explainer:
    """Speaks of the ideal client, in English."""
    compiled = project.load(ROOT).questionnaires["ideal-client"]
    return Explainer(compiled.model, compiled.program, catalog.interface("en"))


def told(tree: Tree) -> Any:
    return tree if isinstance(tree, str) else [tree.kind, *map(told, tree.parts)]


RAISED = [{"raised": d} for d in (
    "payment", "price", "scope", "decision", "availability", "cooperation", "respect", "honesty",
    "threat",
)]  # fmt: skip
A = {"in": [{"var": "attacked"}, ["yes"]]}
B = {"red": "danger"}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (A, "“Attack or threat of harm”: “Yes”"),
        (B, "the red line “Danger” holds"),
        ({"raised": "price"}, "“Price” is raised"),
        ({"applies": "told"}, "“How far you told them” applies"),
        ({">=": [{"score": "payment"}, 50]}, "“Payment”: 50 or more"),
        ({"<": [{"score": "total"}, 35]}, "“How heavy overall”: below 35"),
        ({"<=": [{"points": "invoices"}, 1]}, "points of “Invoices paid late”: 1 or less"),
        ({"==": [{"step": []}, 0]}, "no measure is called for"),
        ({"==": [{"step": []}, 4]}, "the sternest step of all measures is “Probation”"),
        ({"==": [{"count": RAISED}, 0]}, "no area is raised"),
        ({">": [{"count": RAISED}, 2]}, "the number of raised areas: more than 2"),
        ({"or": RAISED}, "at least one area is raised"),
        ({"and": [B]}, "the red line “Danger” holds"),
        ({"and": [A, {"and": [B, B]}]}, ["all", "“Attack or threat of harm”: “Yes”", "the red line “Danger” holds"]),
        ({"!": [B]}, ["none", "the red line “Danger” holds"]),
        ({"or": [{"or": RAISED}, B]}, ["any", "at least one area is raised", "the red line “Danger” holds"]),
        ({"in": [{"var": "told"}, ["written", "broken"]]}, "“How far you told them”: from “In writing, with a request and a date” on"),
        ({"in": [{"var": "told"}, ["not_yet", "spoken"]]}, "“How far you told them”: up to “In conversation”"),
        ({"in": [{"var": "told"}, ["not_yet", "broken"]]}, "“How far you told them”: “Not yet, or nothing must change” or “In writing, and the agreement was broken since”"),
        ({">": [{"+": [{"score": "price"}, {"*": [{"points": "invoices"}, 2]}]}, 7]}, "(“Price” + (points of “Invoices paid late” × 2)): more than 7"),
        ({"==": [{"count": [A, B]}, 1]}, "how many hold of “Attack or threat of harm”: “Yes”; the red line “Danger” holds: exactly 1"),
    ],
)  # fmt: skip
def test_rule_reads_as_a_person_would_say_it(signs: Explainer, rule: Any, words: Any) -> None:
    """Every operator of a compiled rule has its sentence."""
    assert told(signs.rule(rule)) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"var": "capacity.knock_out"}, "“Our capacity” is ticked as a knock-out"),
        ({"var": "capacity.kept"}, "“Our capacity” is kept"),
        ({">": [{"var": "capacity.weight"}, 1]}, "weight of “Our capacity”: more than 1"),
        ({">": [{"knocked": ["==", 0]}, 0]}, "a kept criterion with the knock-out tick has 0 points"),
        ({"==": [{"knocked": ["==", 0]}, 1]}, "kept criteria with the knock-out tick and 0 points: exactly 1"),
    ],
)  # fmt: skip
def test_what_the_reader_sets_has_words_too(ideal: Explainer, rule: Any, words: str) -> None:
    """Knock-outs and weights are part of the rules."""
    assert told(ideal.rule(rule)) == words


def test_every_rule_of_our_questionnaires_can_be_said() -> None:
    """No rule is left without words, in any language."""
    for compiled in project.load(ROOT).questionnaires.values():
        for language, questionnaire in compiled.translated.items():
            speaker = Explainer(questionnaire, compiled.program, catalog.interface(language))
            rules = [v["when"] for v in compiled.program["verdicts"] if "when" in v]
            rules += [m["when"] for m in compiled.program["measures"]]
            rules += [d["raised"] for d in compiled.program["dimensions"] if "raised" in d]
            for rule in rules:
                tree = speaker.rule(rule)
                assert tree
                assert not isinstance(tree, Group) or tree.parts
