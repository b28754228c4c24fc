"""Writing first to a number, in a real browser: refused at the field, then sent as a template."""

from __future__ import annotations

from playwright.sync_api import expect

from app.store.database import Database
from app.store.tables import Message
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.browser.complaints import Complaints
from tests.browser.test_change import SID, fill_in
from tests.browser.test_failures import PHONE, WIDE, NewContext, fits, office, open_as_ana, pytestmark
from tests.support.cast import hear, only, opt_in
from tests.support.listening import Console

__all__ = ["office", "pytestmark"]


def test_a_number_is_checked_at_its_field_and_written_to_with_a_template(
    office: Console, new_context: NewContext, database: Database, complaints: Complaints
) -> None:
    # The browser logs the answer that the test provokes.
    complaints.allow("422")
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, "/")
    page.get_by_role("link", name="New message").click()
    number = page.get_by_label("Number or WhatsApp id")
    number.fill("0207 946 0018")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Write the number with + and a country code that exists.")
    expect(number).to_be_focused()
    expect(number).to_have_value("0207 946 0018")
    axe(page)
    number.fill("+44 20 7946 0018")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Record their opt-in").click()
    page.get_by_label("Number or WhatsApp id").fill("+44 20 7946 0018")
    page.get_by_label("Service").check()
    page.get_by_label("How", exact=True).select_option(label="By phone")
    page.get_by_label("What they were shown or told").fill("May we write to you about your repair?")
    page.get_by_label("Proof", exact=True).fill("Kim heard it")
    axe(page)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("It is recorded.")).to_be_visible()
    page.get_by_role("link", name="Inbox").click()
    page.get_by_role("link", name="New message").click()
    page.get_by_label("Number or WhatsApp id").fill("+44 20 7946 0018")
    page.keyboard.press("Enter")
    fill_in(page, SID, "Amelia")
    page.get_by_role("button", name="Send the template").click()
    expect(page.locator("article.m").last).to_contain_text("Amelia")
    assert only(database, Message, direction="outbound").to_address == "whatsapp:+442079460018"
    assert "442079460018" not in page.url


def test_the_pages_fit_and_are_accessible(office: Console, new_context: NewContext, database: Database) -> None:
    hear(database)
    hear(database, To="whatsapp:+14155238887")
    opt_in(database, "whatsapp:+442079460018")
    for viewport in (WIDE, PHONE):
        page = new_context(viewport=viewport).new_page()
        open_as_ana(office, page, "/messages/new")
        assert fits(page)
        axe_in_both_themes(page)
        page.get_by_label("Number or WhatsApp id").fill("+44 20 7946 0018")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Content SID")).to_be_visible()
        assert fits(page)
        axe_in_both_themes(page)
