"""A person's fields beside their conversation, by keyboard."""

from __future__ import annotations

from playwright.sync_api import expect

from app.store.database import Database
from tests.browser.accessibility import axe_in_both_themes
from tests.browser.test_failures import WIDE, NewContext, office, open_as_ana, pytestmark
from tests.support.cast import conversation_with, hear
from tests.support.listening import Console

__all__ = ["office", "pytestmark"]


def test_a_field_is_added_and_removed_beside_the_conversation(
    office: Console, new_context: NewContext, database: Database
) -> None:
    hear(database, "Is it ready?", ProfileName="Amelia Whitcombe")
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{conversation_with(database).id}")
    page.locator("#fields-change").press("Enter")
    dialog = page.get_by_role("dialog", name="Fields")
    expect(dialog.get_by_label("New field")).to_be_focused()
    axe_in_both_themes(page)
    page.keyboard.type("Order number")
    page.keyboard.press("Tab")
    page.keyboard.type("4711")
    page.keyboard.press("Enter")
    panel = page.locator("#contact")
    expect(panel.get_by_text("order number")).to_be_visible()
    expect(panel.get_by_text("4711")).to_be_visible()

    page.locator("#fields-change").press("Enter")
    expect(dialog.get_by_label("order number", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#fields-change")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Remove order number").press("Enter")
    expect(panel.get_by_text("4711")).to_have_count(0)
