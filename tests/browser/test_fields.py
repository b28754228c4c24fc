"""A person's fields beside their conversation, by keyboard."""

from __future__ import annotations

from playwright.sync_api import expect

from app.domain.contacts import fields
from app.store.database import Database
from tests.browser.accessibility import axe_in_both_themes
from tests.browser.complaints import Complaints
from tests.browser.test_failures import WIDE, NewContext, office, open_as_ana, pytestmark
from tests.support.cast import KIM, conversation_with, hear
from tests.support.listening import Console

__all__ = ["office", "pytestmark"]


def test_fields_are_kept_beside_the_conversation_without_leaving_their_dialog(
    office: Console, new_context: NewContext, database: Database, complaints: Complaints
) -> None:
    complaints.allow("422")
    hear(database, "Is it ready?", ProfileName="Amelia Whitcombe")
    there = conversation_with(database)
    page, other = new_context(viewport=WIDE).new_page(), new_context(viewport=WIDE).new_page()
    open_as_ana(office, other, f"/conversations/{there.id}")
    open_as_ana(office, page, f"/conversations/{there.id}")
    page.locator("#fields-change").press("Enter")
    dialog = page.get_by_role("dialog", name="Fields")
    name, done = dialog.get_by_label("New field"), dialog.get_by_role("status")
    expect(name).to_be_focused()
    axe_in_both_themes(page)
    page.keyboard.type("Order number")
    page.keyboard.press("Tab")
    page.keyboard.type("4711")
    page.keyboard.press("Enter")
    expect(done).to_have_text("“order number” is added.")
    expect(name).to_be_focused()
    # Nobody has to load the page anew.
    expect(page.locator("#contact dd").filter(has_text="4711")).to_be_visible()
    expect(other.locator("#contact dd").filter(has_text="4711")).to_be_visible()

    # One that is there is offered to be changed.
    page.keyboard.type("order NUMBER")
    page.keyboard.press("Tab")
    page.keyboard.type("4712")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert")).to_contain_text("“order number” holds “4711”")
    axe_in_both_themes(page)
    dialog.get_by_role("button", name="Change it to “4712”").press("Enter")
    order = dialog.get_by_label("order number", exact=True)
    expect(order).to_have_value("4712")
    expect(order).to_be_focused()
    expect(other.locator("#contact dd").filter(has_text="4712")).to_be_visible()


def test_what_others_do_meanwhile_takes_nothing_that_was_typed(
    office: Console, new_context: NewContext, database: Database, complaints: Complaints
) -> None:
    complaints.allow("422")
    there = conversation_with(database)
    database.write(lambda session: fields.add(session, KIM, there.contact_id, "order number", "4712"))
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{there.id}")
    page.locator("#fields-change").press("Enter")
    dialog = page.get_by_role("dialog", name="Fields")
    name, done = dialog.get_by_label("New field"), dialog.get_by_role("status")
    order = dialog.get_by_label("order number", exact=True)
    expect(order).to_be_focused()
    name.fill("bike")
    database.write(lambda session: fields.remove(session, KIM, there.contact_id, "order number"))
    order.fill("4713")
    order.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("removed “order number” meanwhile")
    expect(order).to_have_value("4713")
    expect(order).to_be_focused()
    page.keyboard.press("Enter")
    expect(done).to_have_text("“order number” is added.")
    expect(name).to_be_focused()
    dialog.get_by_role("button", name="Remove order number").press("Enter")
    expect(done).to_have_text("“order number” is removed.")
    expect(name).to_be_focused()
    expect(name).to_have_value("bike")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#fields-change")).to_be_focused()
    expect(page.locator("#fields-change")).to_have_text("Add a field")
