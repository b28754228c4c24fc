"""From a failed bubble to the template that takes its place, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app.store.database import Database
from app.store.tables import Message
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.browser.complaints import Complaints
from tests.browser.test_failures import PHONE, WIDE, NewContext, fits, office, open_as_ana, pytestmark
from tests.support.cast import AVA, NOOR, ago, conversation_with, hear, only, rows
from tests.support.listening import Console
from tests.support.outcomes import undelivered
from tests.support.rewriting import rewrite

__all__ = ["office", "pytestmark"]
SID = "HX" + "1" * 32


def closed(database: Database, customer: str = AVA) -> Message:
    """A message that failed because the window is closed."""
    hear(database, "Is it ready?", From=customer, ProfileName="Amelia Whitcombe")
    message = undelivered(database, "63016", "Your bike is ready.", customer)
    rewrite(database, conversation_with(database, customer), last_inbound_at=ago(days=2))
    return message


def fill_in(page: Page, sid: str, variables: str) -> None:
    page.get_by_label("Content SID").fill(sid)
    page.get_by_label("Variables, one on each line").fill(variables)


def test_63016_leads_to_a_template_that_is_linked(
    office: Console, new_context: NewContext, database: Database, complaints: Complaints
) -> None:
    # The browser logs the answer that the test provokes.
    complaints.allow("422")
    message = closed(database)
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{message.conversation_id}")
    bubble = page.locator(f"#m-{message.id}")
    expect(bubble.get_by_role("button", name="Send again")).to_have_count(0)
    bubble.get_by_role("link", name="Send a template").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change and send again")
    fill_in(page, SID, "Amelia\n\nbike 7")
    page.get_by_role("button", name="Send the template").click()
    variables = page.get_by_label("Variables, one on each line")
    expect(page.get_by_role("alert")).to_contain_text("Variable 2 is empty")
    expect(variables).to_be_focused()
    expect(variables).to_have_value("Amelia\n\nbike 7")
    axe(page)
    variables.fill("Amelia\nbike 7")
    page.get_by_role("button", name="Send the template").click()
    new = page.locator("article.m").last
    expect(new).to_contain_text("Second try of")
    expect(new).to_contain_text("{{2}}: bike 7")
    expect(bubble.get_by_role("link", name="Sent again at")).to_be_visible()
    assert only(database, Message, resend_of=message.id).content_sid == SID
    axe(page)


def test_the_closed_composer_and_the_key_lead_to_a_template(
    office: Console, new_context: NewContext, database: Database
) -> None:
    message = closed(database)
    there = f"/conversations/{message.conversation_id}"
    page = new_context(viewport=PHONE).new_page()
    open_as_ana(office, page, there)
    page.get_by_role("link", name="Send a template").last.click()
    expect(page).to_have_url(f"{office.web_url}{there}/template")
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, "/")
    page.goto(f"{office.web_url}/?tab=unassigned")
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page).to_have_url(f"{office.web_url}{there}/template")
    fill_in(page, SID, "")
    page.get_by_role("button", name="Send the template").click()
    expect(page.locator("article.m").last).to_contain_text("Template HX1111…1111")
    assert len(rows(database, Message, content_sid=SID)) == 1


def test_all_of_a_code_get_a_template(office: Console, new_context: NewContext, database: Database) -> None:
    closed(database)
    closed(database, NOOR)
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, "/failures")
    page.get_by_role("link", name="Send a template to 2").click()
    fill_in(page, SID, "friend")
    page.get_by_role("button", name="Send it to 2 people").click()
    expect(page.get_by_role("status").filter(has_text="The template is sent to 2 people.")).to_be_visible()


def test_the_timeline_opens_by_details_for_support(
    office: Console, new_context: NewContext, database: Database
) -> None:
    message = undelivered(database, "63023")
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{message.conversation_id}")
    bubble = page.locator(f"#m-{message.id}")
    bubble.get_by_role("link", name="Details for support").click()
    expect(bubble.get_by_text("Details for Twilio's support")).to_be_visible()


def test_the_pages_fit_and_are_accessible(office: Console, new_context: NewContext, database: Database) -> None:
    message, text = closed(database), undelivered(database, "63019", "Here is the invoice.", NOOR)
    rewrite(database, text, media_urls=["https://files.example/" + "a" * 90, "https://files.example/b"])
    for viewport in (WIDE, PHONE):
        page = new_context(viewport=viewport).new_page()
        open_as_ana(office, page, f"/messages/{message.id}/again")
        for path in (
            f"/messages/{message.id}/again",
            f"/messages/{text.id}/again",
            f"/messages/{text.id}/again?as=template",
            f"/conversations/{message.conversation_id}/template",
            f"/conversations/{message.conversation_id}",
            "/failures/63016/template",
            "/failures",
        ):
            page.goto(office.web_url + path)
            axe_in_both_themes(page)
            assert fits(page), (path, viewport)
