"""What is done while a conversation is on its way to the screen: nothing typed is lost, and no letter is a command."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, Route, expect

from app.store.database import Database
from app.store.tables import Conversation, Message
from tests.browser.complaints import Complaints
from tests.browser.holding import hold, wait_for
from tests.browser.test_inbox_pages import database, open_conversation, open_inbox, pytestmark
from tests.support.cast import rows
from tests.support.hosted import picture

__all__ = ["database", "open_inbox", "pytestmark"]
OpenInbox = Callable[..., Page]
PANE = "**/pane"


def click_row(page: Page, name: str, held: list[Route]) -> None:
    """Ask for somebody's conversation."""
    before = len(held)
    page.locator("#rows .row", has_text=name).click()
    wait_for(page, held, before + 1)


def let_go(held: list[Route]) -> None:
    for route in held:
        route.continue_()


def test_the_search_keeps_its_letters(open_inbox: OpenInbox) -> None:
    page = open_inbox()
    held = hold(page, PANE)
    click_row(page, "Noor K.", held)
    page.locator("#search").click()
    page.keyboard.type("noor")
    let_go(held)
    expect(page.locator("#thread-title")).to_have_text("Noor K.")
    page.keyboard.type(" k")
    expect(page.locator("#search")).to_have_value("noor k")
    expect(page.locator("#body")).to_have_value("")


def test_escape_leads_back_to_commands(open_inbox: OpenInbox) -> None:
    page = open_inbox()
    held = hold(page, PANE)
    click_row(page, "Noor K.", held)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    let_go(held)
    expect(page.locator("#thread-title")).to_have_text("Noor K.")
    expect(page.locator("#body")).to_have_value("")
    expect(page.locator("#rows .row:focus")).not_to_contain_text("Noor K.")


def test_keys_that_edit_do_so(open_inbox: OpenInbox, database: Database) -> None:
    page = open_inbox()
    held = hold(page, PANE)
    click_row(page, "Noor K.", held)
    page.keyboard.type("abcd")
    for key in ("Backspace", "Backspace", "x", "Enter", "y", "Control+Enter"):
        page.keyboard.press(key)
    let_go(held)
    expect(page.locator("#body")).to_have_value("abx\ny")
    expect(page.locator("#body")).to_be_focused()
    assert "abx\ny" not in {message.body for message in rows(database, Message, direction="outbound")}


def test_what_was_typed_is_a_draft_of_the_conversation_it_was_for(
    open_inbox: OpenInbox, complaints: Complaints
) -> None:
    # It says so of a request that another one has replaced.
    complaints.allow("htmx:")
    page = open_inbox()
    held = hold(page, PANE)
    click_row(page, "Noor K.", held)
    page.keyboard.type("for Noor")
    click_row(page, "Béatrice", held)
    let_go(held[1:])
    expect(page.locator("#thread-title")).to_have_text("Béatrice")
    page.unroute(PANE)
    open_conversation(page, "Noor K.")
    expect(page.locator("#body")).to_have_value("for Noor")
    page.locator("#body").fill("")
    held = hold(page, PANE)
    click_row(page, "ليلى حداد", held)
    page.keyboard.type("for Layla")
    page.locator('.rail [data-go="f"]').click()
    page.wait_for_url("**/feed")
    page.goto(page.url.replace("/feed", "/?tab=all"))
    page.wait_for_load_state()
    page.unroute(PANE)
    open_conversation(page, "ليلى حداد")
    expect(page.locator("#body")).to_have_value("for Layla")


def test_a_sentence_goes_on_though_the_conversation_does_not_come(
    open_inbox: OpenInbox, database: Database, complaints: Complaints
) -> None:
    complaints.allow("503")
    page = open_inbox()
    held = hold(page, PANE)
    click_row(page, "Noor K.", held)
    page.keyboard.type("hell")
    held[0].fulfill(status=503, body="Not now.", content_type="text/plain")
    expect(page.locator(".toast")).to_contain_text("Not now.")
    page.keyboard.type("o there e a")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.unroute(PANE)
    open_conversation(page, "Noor K.")
    expect(page.locator("#body")).to_have_value("hello there e a")
    assert {row.state for row in rows(database, Conversation)} == {"open"}


def test_a_reply_that_was_sent_is_no_draft_however_late_the_answer_comes(open_inbox: OpenInbox) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    held = hold(page, "**/messages")
    page.locator("#body").fill("See you at")
    page.keyboard.press("Control+Enter")
    wait_for(page, held)
    open_conversation(page, "ليلى حداد")
    page.locator("#body").fill("Layla's")
    with page.expect_response("**/messages"):
        held[0].continue_()
    open_conversation(page, "Noor K.")
    expect(page.locator("article.m--out")).to_contain_text("See you at")
    expect(page.locator("#body")).to_have_value("")
    open_conversation(page, "ليلى حداد")
    expect(page.locator("#body")).to_have_value("Layla's")


def test_a_file_that_came_later_is_with_the_reply_it_was_for(open_inbox: OpenInbox) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    held = hold(page, "**/media")
    page.set_input_files("#attach", [FilePayload(name="wheel.png", mimeType="image/png", buffer=picture())])
    wait_for(page, held)
    open_conversation(page, "ليلى حداد")
    with page.expect_response("**/media"):
        held[0].continue_()
    expect(page.locator("#attached [data-attached]")).to_have_count(0)
    open_conversation(page, "Noor K.")
    expect(page.locator("#attached [data-attached]")).to_have_count(1)
