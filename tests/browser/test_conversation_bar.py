"""Owner and state of the open conversation, changed in the bar above it and in the panel beside it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import APIResponse, Page, Route, expect

from harness.waiting import until
from tests.browser.test_inbox_pages import database, open_conversation, open_inbox, pytestmark

__all__ = ["database", "open_inbox", "pytestmark"]


def test_an_answer_that_was_overtaken_does_not_show_what_was_before(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/assign", lambda route: held.append((route, route.fetch())))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.locator("#assign").select_option("1")
    until(lambda: bool(page.title() and held))
    page.locator("#state-change").click()
    assert page.title()
    assert [each for each in asked if each.startswith("POST") and each.endswith("/state")] == []
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page.locator("#state-change")).to_contain_text("Reopen")
    expect(page.locator("#assign")).to_have_value("1")


def test_a_button_that_was_pressed_by_mouse_says_what_it_does_now(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    button = page.locator("#state-change")
    button.click()
    expect(button).to_contain_text("Reopen")
    expect(button).to_be_focused()
    button.click()
    expect(button).to_contain_text("Close")


def test_a_deed_that_waits_for_another_is_done_though_both_change_the_bar(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    page.locator("#assign").select_option("1")
    page.locator("#state-change").click()
    expect(page.locator("#state-change")).to_contain_text("Reopen")
    page.locator("#assign").select_option("")
    page.locator("#state-change").click()
    expect(page.locator("#state-change")).to_contain_text("Close")
    expect(page.locator("#thread-state")).to_have_text("")


# Sooner than any press: htmx itself listens some milliseconds later.
PRESS_AT_ONCE = """() => { window.same = true; document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target.id === 'pane') setTimeout(() => document.getElementById('state-form').requestSubmit());
}); }"""


def test_what_came_with_an_answer_can_be_pressed_at_once(open_inbox: Callable[..., Page]) -> None:
    """The moment it is on the screen it works without the page being loaded anew."""
    page = open_inbox()
    page.evaluate(PRESS_AT_ONCE)
    page.locator("#rows .row", has_text="Noor K.").click()
    expect(page.locator("#state-change")).to_contain_text("Reopen")
    assert page.evaluate("window.same") is True
