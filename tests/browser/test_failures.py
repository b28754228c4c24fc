"""What is not confirmed, and the failures page, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from app.domain.actor import command
from app.domain.agents import passwords, people
from app.store.database import Database
from app.store.tables import Attempt, Message
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.support.cast import (
    ACCOUNT,
    AVA,
    NOOR,
    again,
    ago,
    claimed,
    hear,
    inbound_form,
    only,
    rows,
    take,
    tell,
    webhook,
)
from tests.support.listening import Console
from tests.support.office import PASSWORDS
from tests.support.outcomes import unconfirmed, undelivered
from tests.support.rewriting import rewrite

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NewContext = Callable[..., BrowserContext]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def office(console: Console, database: Database) -> Console:
    """The console, and Ana who is an admin."""
    password_hash = passwords.hashed(PASSWORDS["ana"], "ana")
    database.write(lambda session: people.add(session, command(ACCOUNT), "ana", "Ana Souza", "admin", password_hash))
    return console


def open_as_ana(office: Console, page: Page, path: str) -> None:
    """Log in and open a page."""
    page.goto(office.web_url + path)
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(office.web_url + path)
    # What is pressed before the scripts are there does nothing.
    page.wait_for_load_state()


def fits(page: Page) -> bool:
    """Nothing sticks out of the page to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def everything(database: Database) -> Message:
    """One of each kind of trouble; returns the message that is not confirmed."""
    hear(database, "Where is it?", From=AVA, ProfileName="Amelia Whitcombe")
    hear(database, "Hello", From=NOOR, ProfileName="Béatrice Lefèvre-Dumont")
    message = unconfirmed(database, "Is this the right one?", AVA)
    for code in ("63019", "63016", "63049", "63024", "21211"):
        undelivered(database, code, "Here is the invoice again, as a link this time", NOOR)
    undelivered(database, "63019", "And one more", NOOR)
    tell(database, "SM" + "a" * 32, "delivered")
    take(database, webhook("inbound", inbound_form(From="nonsense")))
    take(database, webhook("inbound", inbound_form(From="nonsense")))
    return message


def test_the_three_buttons_work_in_the_thread(office: Console, new_context: NewContext, database: Database) -> None:
    message = everything(database)
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{message.conversation_id}")
    bubble = page.locator(f"#m-{message.id}")
    axe(page)
    bubble.get_by_role("button", name="Check again").click()
    expect(bubble).to_contain_text("It is being compared with Twilio's list now.")
    bubble.get_by_role("button", name="Send again").click()
    expect(bubble.get_by_role("link", name="Sent again at")).to_be_visible()
    expect(page.locator("article.m").last).to_contain_text("Second try of")
    expect(bubble.get_by_role("button", name="Send again")).to_have_count(0)
    bubble.get_by_role("button", name="It arrived").press("Enter")
    expect(bubble).to_contain_text("Said to have arrived")
    expect(bubble.get_by_role("button", name="Not sure after all")).to_be_focused()
    assert again(database, message).reason == "said_arrived"
    assert len(rows(database, Message, resend_of=message.id)) == 1
    axe(page)


def test_news_leave_alone_whose_answer_is_on_its_way(
    office: Console, new_context: NewContext, database: Database
) -> None:
    message = unconfirmed(database, "Is this the right one?")
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{message.conversation_id}")
    bubble = page.locator(f"#m-{message.id}")
    held: list[Route] = []
    page.route("**/send-again", lambda route: held.append(route))
    with page.expect_request("**/send-again"):
        bubble.get_by_role("button", name="Send again").click()
    answer = held[0].fetch()
    expect(page.locator("article.m").last).to_contain_text("Second try of")
    expect(bubble.get_by_role("button", name="Send again")).to_have_count(1)
    held[0].fulfill(response=answer)
    expect(bubble.get_by_role("link", name="Sent again at")).to_be_visible()
    # Until then the browser itself would post the new form, and load the page.
    expect(page.locator(".htmx-settling")).to_have_count(0)
    bubble.get_by_role("button", name="It arrived").press("Enter")
    expect(bubble.get_by_role("button", name="Not sure after all")).to_be_focused()


def test_the_old_bubble_follows_the_new_one_under_the_focus(
    office: Console, new_context: NewContext, database: Database
) -> None:
    message = unconfirmed(database, "Is this the right one?")
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{message.conversation_id}")
    bubble = page.locator(f"#m-{message.id}")
    bubble.get_by_role("button", name="Send again").click()
    expect(bubble).to_contain_text("queued")
    bubble.get_by_role("button", name="It arrived").focus()
    rewrite(database, only(database, Attempt), open_until=ago(seconds=1))
    claimed(database)
    expect(bubble).to_contain_text("sending")
    expect(bubble.get_by_role("button", name="It arrived")).to_be_focused()


def test_the_timeline_hands_over_what_support_asks_for(
    office: Console, new_context: NewContext, database: Database
) -> None:
    context = new_context(viewport=WIDE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    message = undelivered(database, "63019")
    page = context.new_page()
    open_as_ana(office, page, f"/conversations/{message.conversation_id}")
    page.locator(f"#m-{message.id} .tick").click()
    page.get_by_text("Details for Twilio's support").click()
    page.get_by_role("button", name="Copy all").click()
    expect(page.locator(".toast")).to_contain_text("Details copied")
    assert f"MessageSid: {message.sid}\n" in page.evaluate("navigator.clipboard.readText()")
    axe(page)


def test_failures_are_opened_and_sent_again(office: Console, new_context: NewContext, database: Database) -> None:
    message = everything(database)
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, "/failures")
    code = page.locator("#code-63019")
    code.locator("summary").click()
    expect(code.locator(".case")).to_have_count(2)
    axe(page)
    code.locator(".case").first.get_by_role("button", name="Send again").click()
    expect(code.locator(".case").first).to_contain_text("It was sent again.")
    expect(page.locator("#count-63019")).to_have_text("1", timeout=15_000)
    line = page.locator(f"#case-{message.id}")
    line.get_by_role("button", name="It arrived").click()
    expect(line).to_contain_text("It is marked as arrived.")
    undelivered(database, "63019", "A third", "whatsapp:+4915112345678")
    expect(page.locator("#count-63019")).to_have_text("2", timeout=15_000)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(f"{office.web_url}/")
    # The keys' script runs once the page is there, and the address changes before.
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("x")
    expect(page).to_have_url(f"{office.web_url}/failures")


def test_pages_fit_and_are_accessible_wide_and_on_a_phone_light_and_dark(
    office: Console, new_context: NewContext, database: Database
) -> None:
    message = everything(database)
    undelivered(database, "63018", "Too fast", NOOR)
    for viewport in (WIDE, PHONE):
        page = new_context(viewport=viewport).new_page()
        open_as_ana(office, page, "/failures")
        for path in (
            "/failures",
            "/failures/63019",
            "/journal",
            "/journal/1",
            f"/conversations/{message.conversation_id}",
        ):
            page.goto(office.web_url + path)
            axe_in_both_themes(page)
            assert fits(page), (path, viewport)
