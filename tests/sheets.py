"""Random sheets of answers, shaped so that every verdict comes up, and quick looks at programs."""

import random
from collections.abc import Iterable, Iterator
from typing import Any

from partways import scoring
from partways.program import Program

Answers = dict[str, str]


def sheets(program: Program, seed: int, *, holes: bool) -> Iterator[Answers]:
    """Endless random sheets; with `holes` some answers are unknown or left out.

    Each sheet has its own mood, from mild to grave: with fair dice every sheet would be grave
    somewhere, and the milder verdicts would never be seen.
    """
    dice = random.Random(seed)
    while True:
        yield _sheet(program, dice, holes)


def _sheet(program: Program, dice: random.Random, holes: bool) -> Answers:
    answers = {}
    mood = dice.choice([0.0, 0.1, 0.2, 0.4, 0.7, 1.0])
    flagged = dice.random() < 0.3  # red lines and other answers without points
    skips = dice.choice([0.0, 0.1, 0.9]) if dice.random() < 0.5 else 0.0
    unknowns = dice.choice([0.0, 0.05, 0.3, 1.0]) if holes else 0.0
    gaps = dice.choice([0.0, 0.0, 0.1, 0.6]) if holes else 0.0
    turned = dice.random() < 0.5  # the grave end has the fewest points
    worn = dice.random() < 0.1  # much that is small, nothing that is grave
    for item in program["items"]:
        options = item["options"]
        aside = {*item["unknown"], *item["skip"]}
        real = [o for o in range(len(options)) if o not in aside]
        if dice.random() < gaps:
            continue
        if item["unknown"] and dice.random() < unknowns:
            answers[item["id"]] = options[item["unknown"][0]]
        elif item["skip"] and dice.random() < skips:
            answers[item["id"]] = options[item["skip"][0]]
        elif "points" in item:
            ranked = sorted(real, key=lambda o: item["points"][o])
            if "w" in item and turned:
                ranked.reverse()
            if worn:
                answers[item["id"]] = options[
                    ranked[min(dice.choice([1, 1, 1, 1, 1, 2]), len(ranked) - 1)]
                ]
                continue
            place = min(int(dice.expovariate(1) * mood * len(ranked) * 0.6), len(ranked) - 1)
            answers[item["id"]] = options[ranked[place]]
        elif "step_by" in program and program["items"][program["step_by"]] is item:
            answers[item["id"]] = options[dice.choice(real)]
        elif len(item["in"]) == 0 and {"no", "yes"} <= set(options):
            flag = flagged and dice.random() < 0.25
            answers[item["id"]] = "yes" if flag else dice.choice(["no", "no", options[real[-1]]])
            if answers[item["id"]] == "yes" and not flag:
                answers[item["id"]] = "no"
        else:
            answers[item["id"]] = options[dice.choice(real)]
    _set(program, dice, answers)
    return answers


def _set(program: Program, dice: random.Random, answers: Answers) -> None:
    """Settings for some criteria, in half of the sheets."""
    if "settings" not in program or dice.random() < 0.5:
        return
    low, high = program["settings"]["weight"]
    rate = dice.choice([0.1, 0.5, 1.0])
    if dice.random() < 0.02:
        answers.update({f"{i['id']}.kept": "no" for i in program["items"] if "w" in i})
        return
    for item in program["items"]:
        if "w" not in item:
            continue
        if dice.random() < rate:
            answers[f"{item['id']}.weight"] = str(dice.randint(low, high))
        if dice.random() < rate / 2:
            answers[f"{item['id']}.knock_out"] = dice.choice(["yes", "no"])
        if dice.random() < rate / 2:
            answers[f"{item['id']}.kept"] = dice.choice(["yes", "no"])


def first(rows: Iterable[Answers], count: int) -> list[Answers]:
    """So many of them."""
    return [row for row, _ in zip(rows, range(count), strict=False)]


def state_of(program: Program, answers: Answers) -> Any:
    """The scorer's own state for `answers`, without the explanation, which takes most time."""
    compiled = scoring._compile(program)
    given, settings, _ = scoring._read(compiled, answers)
    return scoring._State(compiled, given, settings)


def verdicts(program: Program, answers: Answers) -> list[str]:
    """The verdicts that a sheet leaves, sternest first: one for a complete sheet."""
    return scoring._ids(program, state_of(program, answers).verdicts())


#: What a result says before it explains itself.
CORE = (
    "state", "verdict", "rule", "possible", "exact", "red_lines", "dimensions", "step",
    "measures", "cautions", "notes", "unknown", "unanswered", "off", "dropped",
)  # fmt: skip


def core(program: Program, rows: list[Answers]) -> list[dict[str, Any]]:
    """The results of many sheets without their explanation, which takes most of the time.

    For a process of its own: it takes the explanation out of the scorer for good.
    """
    nothing: dict[str, Any] = {"changes": [], "borderline": False, "weights": []}
    scoring._because = lambda *_: []
    scoring._deciding = lambda *_: []
    scoring._would_change = lambda *_: nothing
    return [{key: found[key] for key in CORE} for found in whole(program, rows)]


def whole(program: Program, rows: list[Answers]) -> list[dict[str, Any]]:
    """The results of many sheets."""
    return [scoring.assess(program, answers) for answers in rows]
