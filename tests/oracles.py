"""The two questionnaires once more, as plain functions over complete sheets of answers.

Written from the rules in words (the scoring of instruments 1 and 2, and what was decided about
them), not from the YAML: a slip in either shows as a difference. They know nothing of intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Answers = Mapping[str, str]

TIMES = {"never": 0, "once": 1, "few": 2, "usual": 3}

# -- warning signs ------------------------------------------------------------------------------

#: Questions of each dimension, with own points where they do not use the scale of times.
SIGNS: dict[str, dict[str, dict[str, int]]] = {
    "payment": {
        "invoices": {"on_time": 0, "one_late": 1, "several_late": 2, "most_late": 3},
        "missed_date": TIMES,
        "reminder": TIMES,
    },
    "price": {
        "reopened": TIMES,
        "price_wish": {"accepts": 0, "discount": 1, "below": 2, "refuses": 3},
    },
    "scope": {
        "unpaid_work": TIMES,
        "bigger_package": TIMES,
        "contacts": {"same": 0, "more": 1, "double": 2, "triple": 3},
        "asked_again": TIMES,
        "instant": TIMES,
    },
    "decision": {
        "goal_changed": TIMES,
        "sent_back": TIMES,
        "done_means": {"written": 0, "spoken": 1, "shifting": 2, "nobody": 3},
    },
    "availability": {
        "waited": TIMES,
        "silence": {"no_silence": 0, "week": 1, "weeks": 2, "longer": 3},
    },
    "cooperation": {
        "their_part": TIMES,
        "set_aside": TIMES,
        "intervened": TIMES,
        "context": TIMES,
        "method": TIMES,
    },
    "respect": {
        "voice": TIMES,
        "insulted": TIMES,
        "tensest": {"businesslike": 0, "heated": 1, "personal": 2, "ignored": 3},
        "recovery": TIMES,
        "missed_meeting": TIMES,
    },
    "honesty": {"wrong_facts": TIMES, "promise": TIMES, "denied": TIMES},
    "threat": {"lever": TIMES, "untrue_review": TIMES},
}

#: R2, H3, P1, P2, D2, C2, T2: two points are enough.
ALONE = frozenset(
    {
        "insulted", "denied", "invoices", "missed_date", "sent_back", "set_aside",
        "untrue_review",
    }
)  # fmt: skip

#: Columns: not told, spoken, in writing, broken since.
TOLD = ("not_yet", "spoken", "written", "broken")
LADDER = ("prepay", "renegotiate", "conditions", "probation", "review")
R, C, P, I4 = "renegotiate", "conditions", "probation", "review"
STEPS = {
    "payment": ("prepay", "prepay", "prepay", I4),
    "price": (R, C, C, I4),
    "scope": (R, C, P, I4),
    "decision": (R, C, P, I4),
    "availability": (R, C, P, I4),
    "cooperation": (R, C, P, I4),
    "respect": (C, C, P, I4),
    "honesty": (C, C, P, I4),
    "threat": (R, C, C, I4),
}
#: What the measure for raised respect is called.
CALLED = {"respect": "conduct"}


@dataclass
class Said:
    """What a complete sheet must lead to; no verdict = not enough to say."""

    verdict: str | None
    measures: dict[str, str] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)
    raised: set[str] = field(default_factory=set)
    total: Fraction | None = None


def warning_signs(a: Answers) -> Said:
    """The verdict, the measures that apply and those that wait."""
    answered: dict[str, list[tuple[str, int]]] = {}
    for dimension, questions in SIGNS.items():
        if dimension == "decision" and a["paid_by"] not in ("result", "mixed"):
            continue
        answered[dimension] = [
            (q, points[a[q]]) for q, points in questions.items() if a[q] in points
        ]
    every = [points for rows in answered.values() for _, points in rows]
    total = Fraction(100 * sum(every), 3 * len(every)) if every else None

    def is_raised(rows: list[tuple[str, int]]) -> bool:
        if not rows:
            return False
        points = [p for _, p in rows]
        half = 100 * sum(points) >= 50 * 3 * len(points)
        return half or 3 in points or any(q in ALONE and p >= 2 for q, p in rows)

    raised = {dimension for dimension, rows in answered.items() if is_raised(rows)}
    amber = a["hateful"] == "yes" or a["cannot_go_on"] == "yes"
    heavy = total is not None and total >= 35
    told = TOLD.index(a["told"])
    measures = {CALLED.get(d, d): STEPS[d][told] for d in STEPS if d in raised}
    if amber:
        measures["protect"] = (C, C, P, I4)[told]
    if not raised and not amber and heavy:
        measures["friction"] = (R, C, P, I4)[told]

    said = Said(None, measures, {}, raised, total)

    def lead(verdict: str, let: frozenset[str]) -> Said:
        said.verdict = verdict
        said.waits = {m: s for m, s in measures.items() if m not in let}
        said.measures = {m: s for m, s in measures.items() if m in let}
        return said

    if a["attacked"] == "yes" or a["stalked"] == "yes":
        return lead("stop_safe", frozenset())
    if a["asked_wrong"] == "yes" or a["indefensible"] == "yes":
        return lead("stop_ethics", frozenset({"protect"}))
    if a["complaint"] == "yes" or (a["others"] == "many" and (raised or amber or heavy)):
        return lead("fix_self", frozenset({"payment", "protect"}))
    if measures:
        said.verdict = max(measures.values(), key=LADDER.index)
        return said
    # Nothing holds. Where nothing was scored, that is no praise.
    said.verdict = "keep" if every else None
    return said


# -- ideal client -------------------------------------------------------------------------------

#: F1 to F17: the four answers, best first.
CRITERIA: dict[str, tuple[str, str, str, str]] = {
    "problem": ("core", "near", "new_field", "outside"),
    "result": ("testable", "clear", "vague", "contradictory"),
    "setting": ("good", "with_changes", "doubtful", "bad"),
    "deadline": ("realistic", "tight", "less_scope", "impossible"),
    "money": ("covers", "likely", "unsaid", "under_floor"),
    "terms": ("prepay", "invoice", "long_credit", "refuses"),
    "price_talk": ("value", "fair_ask", "cheapest", "below"),
    "openness": ("offers", "answers", "dragged", "refuses"),
    "tone": ("courteous", "curt", "pressing", "rude"),
    "decider": ("talks", "meeting_set", "through_others", "hidden"),
    "method": ("accepts", "asks_why", "cut", "needless"),
    "replies": ("as_agreed", "slips", "chased", "gone"),
    "former": ("fair", "nobody_before", "one_story", "all_at_fault"),
    "public_record": ("clean", "nothing_found", "doubts", "against"),
    "capacity": ("free", "shifting", "overtime", "nobody"),
    "effort": ("typical", "more", "double", "triple"),
    "worth": ("several", "one", "hope", "nothing"),
}
KNOCK_OUT = frozenset({"terms", "openness", "setting"})  # F4, F6, F14
KEPT = frozenset(
    {
        "problem", "result", "setting", "money", "terms", "openness", "tone", "public_record",
        "capacity",
    }
)  # fmt: skip


def ideal_client(a: Answers) -> Said:
    """The verdict; weights, knock-outs and kept criteria as in `a`, or as they stand at first."""
    kept = [c for c in CRITERIA if (a[f"{c}.kept"] == "yes" if f"{c}.kept" in a else c in KEPT)]
    points = {c: 3 - CRITERIA[c].index(a[c]) for c in kept}
    weight = {c: int(a.get(f"{c}.weight", "1")) for c in kept}
    ticked = {
        c for c in kept
        if (a[f"{c}.knock_out"] == "yes" if f"{c}.knock_out" in a else c in KNOCK_OUT)
    }  # fmt: skip
    most = 3 * sum(weight.values())
    fit = Fraction(100 * sum(weight[c] * points[c] for c in kept), most) if most else None
    said = Said(None, total=fit)

    def at(criterion: str, *levels: int) -> bool:
        return points.get(criterion) in levels

    def below(limit: int) -> bool:
        return fit is not None and fit < limit

    out = {c for c in ticked if points[c] == 0}
    if a["asks_wrong"] == "yes" or ("public_record" in ticked and at("public_record", 0)):
        said.verdict = "decline"
    elif at("problem", 0):
        said.verdict = "refer"
    elif out == {"capacity"}:
        said.verdict = "later"
    elif out or below(30):
        said.verdict = "decline"
    elif below(45):
        said.verdict = "refer"
    elif below(60) or (a["paid_by"] == "result" and at("result", 0, 1)):
        said.verdict = "trial"
    elif (
        below(75)
        or at("public_record", 0, 1)
        or any(points[c] == 1 for c in ticked)
        or at("capacity", 0) or at("money", 0) or at("deadline", 0)
    ):  # fmt: skip
        said.verdict = "conditions"
    elif fit is not None:
        said.verdict = "accept"
    return said
