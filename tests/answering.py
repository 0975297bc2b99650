"""Answers for the browser tests, and a quick way to give them."""

from collections.abc import Mapping

from playwright.sync_api import Page, expect

#: Payment is late and work is asked for free; it was talked about.
STRAINED = {
    "invoices": "several_late",
    "missed_date": "few",
    "unpaid_work": "usual",
    "told": "spoken",
}

_CLICK = """(answers) => {
    for (const [question, option] of Object.entries(answers)) {
        const input = document.querySelector(`[name="${question}"][value="${option}"]`);
        if (!input) throw new Error(`no answer ${question}: ${option}`);
        if (!input.checked) input.click();
    }
}"""

_CLICK_FIRST = """(place) => {
    for (const question of document.querySelectorAll(".pw-question:not([hidden])")) {
        if (question.closest("[data-off]")) continue;
        const options = question.querySelectorAll(":scope > label input");
        options[Math.min(place, options.length - 1)]?.click();
    }
}"""


def give(page: Page, **answers: str) -> None:
    """Click these answers, whether they are on the screen or not."""
    page.evaluate(_CLICK, answers)


def give_all(page: Page, answers: Mapping[str, str] | None = None, place: int = 0) -> None:
    """Click the option at `place` of every question that is asked, then these answers."""
    page.evaluate(_CLICK_FIRST, place)
    give(page, **(answers or {}))


def given(page: Page) -> dict[str, str]:
    """What is chosen in the form."""
    found: dict[str, str] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".pw-form :checked[type=radio]")]
            .map(({name, value}) => [name, value]))"""
    )
    return found


def stored(page: Page) -> dict[str, str]:
    """Everything in the browser's store."""
    found: dict[str, str] = page.evaluate("() => ({...localStorage})")
    return found


def ready(page: Page, address: str) -> Page:
    """Open a page and wait until its questionnaire is at work."""
    page.goto(address)
    expect(page.locator("partways-assessment")).to_have_class("pw-assessment pw-on")
    return page


def show_result(page: Page) -> None:
    """Ask for the result, from wherever the form stands."""
    page.locator('.pw-steps [data-do="result"]').dispatch_event("click")
    expect(page.locator(".pw-result")).to_be_visible()


def title(page: Page) -> str:
    """The verdict that is shown."""
    return page.locator(".pw-verdict:visible .pw-title").inner_text()
