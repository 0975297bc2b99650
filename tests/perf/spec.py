"""A product-neutral questionnaire for comparisons, the same in every run.

N single-choice items of four options (0 to 3 points), five dimensions in turn, weights 1 to 3, and
ten items that are asked only when the item before them got a point or more.
"""

from __future__ import annotations

from typing import Any

WORDS = (
    "client", "pays", "scope", "brief", "late", "budget", "asks", "urgent",
    "discount", "meeting", "answer", "contract", "deadline", "change", "promise", "review",
    "invoice", "call", "plan", "decision", "owner", "team", "goal", "rate",
    "trust", "detail", "proof", "result", "silence", "history",
)  # fmt: skip
OPTIONS = (
    "No, this never happens here",
    "Rarely, once or twice so far",
    "Often, in about half the cases",
    "Almost always, it is the norm",
)
DIMENSIONS = ("Payment", "Scope", "Respect", "Decision", "Fit")
#: Result texts by the share of all points from which they hold.
BANDS = (
    (0, "Low: nothing in these answers speaks against working together; keep the usual contract."),
    (
        25,
        "Watch: some signs deserve a direct question before you sign; write down what you agreed.",
    ),
    (50, "High: the signs repeat across areas; take a prepayment and narrow the scope now."),
    (75, "Leave: the price of staying is likely above the price of refusing; prepare a refusal."),
)


def make(count: int) -> dict[str, Any]:
    """The questionnaire with `count` items, an answer sheet, and the totals it must give."""
    items = []
    for number in range(1, count + 1):
        words = [WORDS[(number * 7 + k * 11 + (number * k) % 5) % len(WORDS)] for k in range(11)]
        item: dict[str, Any] = {
            "id": f"q{number}",
            "text": f"{number}. " + " ".join(words).capitalize() + "?",
            "dim": (number - 1) % 5,
            "weight": 1 + (number * 7 + number // 5) % 3,
            "options": [f"{OPTIONS[v]} ({WORDS[(number + v) % len(WORDS)]})" for v in range(4)],
        }
        if number % (count // 10) == 0:
            item["show_if"] = f"q{number - 1}"
        items.append(item)
    answers = [3] + [1 + (number % 3) for number in range(2, count + 1)]
    running = []
    total = 0
    for item, answer in zip(items, answers, strict=True):
        total += item["weight"] * answer
        running.append(total)
    return {"id": f"q{count}", "items": items, "answers": answers, "running": running}
