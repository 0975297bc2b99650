"""Small random questionnaires that compile, for proofs by trying everything."""

import json
import random
from typing import Any

from partways import checks
from partways import program as programs
from partways.model import Questionnaire
from partways.program import Program
from partways.reading import read_part


def questionnaire(dice: random.Random) -> dict[str, Any]:
    """The data of a questionnaire of two to six questions, as its YAML would give it."""
    weighted = dice.random() < 0.3
    dimensions = ["da", "db"][: 1 if weighted else dice.randint(1, 2)]
    count = dice.randint(2, 6)
    names = [f"q{n}" for n in range(count)]
    scored: list[str] = []
    sections: dict[str, Any] = {
        "start": {
            "title": "Start",
            "questions": {"told": _question(dice, points=False, aside=False)},
        }
    }
    where: dict[str, str] = {}
    place = 0
    while place < count:
        size = min(dice.randint(1, 3), count - place)
        key = f"s{len(sections)}"
        dimension = dice.choice([*dimensions, *dimensions, None])
        section: dict[str, Any] = {"title": key, "questions": {}}
        if dimension is not None:
            section["dimension"] = dimension
        if dice.random() < 0.35:
            earlier = [n for n in names[:place] if n not in scored] + ["told"]
            asked = dice.choice(earlier)
            # Not every option exists everywhere: `_compiled` throws such questionnaires away.
            section["when"] = f"{asked} in (o0, o1)" if dice.random() < 0.5 else f"{asked} == o1"
            section["off"] = "Not asked."
        for name in names[place : place + size]:
            has_points = dimension is not None or dice.random() < 0.3
            section["questions"][name] = _question(dice, points=has_points, aside=True)
            if has_points:
                where[name] = dimension or ""
            if dimension is not None:
                scored.append(name)
                if dice.random() < 0.3:
                    section["questions"][name]["alarm"] = "o1"
                if weighted:
                    section["questions"][name]["weight"] = str(dice.randint(0, 2))
                    section["questions"][name]["knock_out"] = dice.choice(["true", "false"])
                    section["questions"][name]["kept"] = dice.choice(["true", "true", "false"])
        sections[key] = section
        place += size
    rules = _Rules(dice, [*names, "told"], where, dimensions, weighted)
    data: dict[str, Any] = {
        "language": "en", "title": "Small", "about": "self", "minutes": "1", "summary": "Small.",
        "dimensions": {
            d: {"title": d, "needs": "1/2", **({"weighted": "true"} if weighted else {})}
            for d in dimensions
        },
        "raised": dice.choice(["score >= 50", "score >= 50 or worst >= 2 or alarm", "alarm"]),
        "sections": sections,
        "red_lines": {"red": {"title": "Red", "when": f"told == o{dice.randint(0, 1)}"}},
        "conditions": {"cond": rules.rule(2)},
        "not_enough": {"title": "Not enough", "text": "Ask.", "words": "none"},
    }  # fmt: skip
    if dice.random() < 0.6:
        told = sections["start"]["questions"]["told"]["options"]
        data["steps"] = {
            "mild": {"label": "Mild"},
            "mid": {"label": "Mid"},
            "stern": {"label": "S"},
        }
        data["step_by"] = "told"
        data["measures"] = {
            f"m{n}": {
                "title": "M", "when": rules.rule(1), "text": "T", "do": "D", "words": "none",
                "step": [dice.choice(["mild", "mid", "stern"]) for _ in told],
            }
            for n in range(dice.randint(1, 3))
        }  # fmt: skip
        rules.steps = True
    verdicts: dict[str, Any] = {}
    for n in range(dice.randint(1, 4)):
        verdict = {"when": rules.rule(2), "title": "V", "text": "T", "words": "none"}
        if n and dice.random() < 0.2:
            verdict = {"when": rules.rule(2), "is": "v0"}
        verdicts[f"v{n}"] = verdict
    verdicts["rest"] = {"else": "true", "title": "V", "text": "T", "words": "none"}
    data["verdicts"] = verdicts
    if weighted:
        data["reader_sets"] = {"weight": "0..3", "knock_out": "true", "keep": "1..3"}
    return data


def _question(dice: random.Random, *, points: bool, aside: bool) -> dict[str, Any]:
    options: dict[str, Any] = {}
    weights = [dice.randint(0, 3) for _ in range(dice.randint(2, 4))]
    if dice.random() < 0.7:
        weights.sort()
    for n, weight in enumerate(weights):
        options[f"o{n}"] = {"label": "O", **({"points": str(weight)} if points else {})}
    if aside and dice.random() < 0.5:
        options["unknown"] = {"label": "?", "counts": "unknown"}
    if aside and dice.random() < 0.4:
        options["none"] = {"label": "-", "counts": "skip"}
    return {"name": "Q", "ask": "Q?", "because": "B", "find_out": "F", "options": options}


class _Rules:
    """Random rules over the names there are; `where` = the dimension of questions with points."""

    def __init__(
        self,
        dice: random.Random,
        names: list[str],
        where: dict[str, str],
        dimensions: list[str],
        weighted: bool,
    ) -> None:
        self.dice, self.names, self.where, self.dimensions = dice, names, where, dimensions
        self.weighted = weighted
        self.steps = False

    def rule(self, depth: int) -> str:
        dice = self.dice
        if depth == 0 or dice.random() < 0.3:
            return self._atom()
        joined = dice.choice([" and ", " or "]).join(
            f"({self.rule(depth - 1)})" for _ in range(dice.randint(2, 3))
        )
        return f"not ({joined})" if dice.random() < 0.15 else joined

    def _atom(self) -> str:
        dice = self.dice
        name = dice.choice(self.names)
        sign = dice.choice(["<", "<=", ">", ">=", "=="])
        limit = dice.choice([0, 1, 25, 33, 50, 67, 75, 100])
        dimension = dice.choice(self.dimensions)
        atoms = [
            f"{name} == o{dice.randint(0, 2)}",
            f"{name} in (o0, o{dice.randint(1, 2)})",
            f"{name} {dice.choice(['<=', '>=', '<', '>'])} o1",
            f"applies({name}) and {name} != o0",
            f"{dimension} {sign} {limit}",
            f"{dimension}.raised",
            f"total {sign} {limit}",
            "any(raised)",
            "count(raised) >= 1",
            "red",
            f"count({name} == o0, {dimension}.raised) {sign} 1",
        ]
        if self.where:
            points = [f"{dice.choice(list(self.where))}.points" for _ in range(2)]
            atoms += [
                f"{points[0]} {sign} {dice.randint(0, 3)}",
                f"{points[0]} + {points[1]} {sign} {dice.randint(0, 6)}",
                f"max({points[0]}, {points[1]}) {sign} {dice.randint(0, 3)}",
                f"min({points[0]}, {points[1]}) {sign} {dice.randint(0, 3)}",
                f"sum({points[0]}, {points[1]}, 1) {sign} {dice.randint(0, 6)}",
                f"2 * {points[0]} - {points[1]} / 2 {sign} {dice.randint(-2, 4)}",
                f"{dimension} - {points[0]} {sign} {limit}",
            ]
        if self.steps:
            atoms += [f"step {sign} {dice.choice(['mild', 'mid', 'stern', 'none'])}"] * 4
        if self.weighted:
            atoms += [f"any(knocked {sign} {dice.randint(0, 2)})"] * 2
            atoms += [f"count(knocked == 0) {sign} {dice.randint(0, 2)}"]
            weighed = [n for n in self.where if self.where[n]]
            if weighed:
                atoms += [f"{dice.choice(weighed)}.{dice.choice(['knock_out', 'kept'])}"]
        return dice.choice(atoms)


def program(seed: int) -> Program:
    """The program of the first random questionnaire from `seed` on that has no problems."""
    dice = random.Random(seed)
    while True:
        found = compiled(questionnaire(dice))
        if found is not None:
            return found


def compiled(data: dict[str, Any]) -> Program | None:
    """The program of `data`, or None where something is wrong with it."""
    text = json.dumps(data).encode()
    model, document, problems = read_part(Questionnaire, "small.yml", text)
    if model is None or document is None or problems or checks.structure(model, document):
        return None
    rules, problems = programs.compile_rules(model, document)
    if problems or checks.compiled(model, document, rules):
        return None
    return programs.build("small", model, rules)
