"""The composer while an answer is on its way, with very long words, and without a server."""

from __future__ import annotations

from playwright.sync_api import expect

from app.store.database import Database
from app.store.tables import Message
from tests.browser.complaints import Complaints
from tests.browser.holding import hold, wait_for
from tests.browser.test_failures import PHONE, WIDE, NewContext, fits, office, open_as_ana, pytestmark
from tests.support.cast import hear, rows
from tests.support.listening import Console

__all__ = ["office", "pytestmark"]


def test_what_is_typed_while_a_reply_is_on_its_way_is_the_next_draft(
    office: Console, new_context: NewContext, database: Database
) -> None:
    there = f"/conversations/{hear(database).conversation_id}"
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, there)
    held = hold(page, f"**{there}/messages")
    body = page.get_by_role("textbox", name="Message to")
    body.fill("Hello")
    page.keyboard.press("Control+Enter")
    wait_for(page, held)
    body.press_sequentially(" and one more thing")
    held[0].continue_()
    expect(page.locator("article.m--out")).to_contain_text("Hello")
    expect(body).to_have_value("and one more thing")
    page.unroute(f"**{there}/messages")
    page.reload()
    expect(body).to_have_value("and one more thing")
    body.press("Control+Enter")
    expect(page.locator("article.m--out")).to_have_count(2)
    expect(body).to_have_value("")
    assert [message.body for message in rows(database, Message, direction="outbound")] == [
        "Hello",
        "and one more thing",
    ]


def test_a_very_long_word_fits(office: Console, new_context: NewContext, database: Database) -> None:
    there = f"/conversations/{hear(database).conversation_id}"
    for viewport in (WIDE, PHONE, {"width": 1280, "height": 800}):
        page = new_context(viewport=viewport).new_page()
        open_as_ana(office, page, there)
        page.get_by_role("textbox", name="Message to").fill("https://example.com/" + "z" * 1600)
        assert fits(page)
        send = page.get_by_role("button", name="Send", exact=True).bounding_box()
        assert send is not None
        assert send["x"] + send["width"] <= viewport["width"]
        page.context.close()


def test_without_a_server_the_text_stays_and_can_be_sent_when_it_is_back(
    office: Console, new_context: NewContext, database: Database, complaints: Complaints
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)")
    there = f"/conversations/{hear(database).conversation_id}"
    context = new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    open_as_ana(office, page, there)
    body = page.get_by_role("textbox", name="Message to")
    body.fill("Hello")
    context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("The server did not answer.")).to_be_visible()
    expect(body).to_have_value("Hello")
    context.set_offline(False)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("article.m--out")).to_contain_text("Hello")
    expect(page.get_by_text("The server did not answer.")).to_have_count(0)
