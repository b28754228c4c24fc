"""The live console in a real browser: one stream for all its tabs, and nothing that is in use is disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from jinja2 import BytecodeCache
from playwright.sync_api import BrowserContext, Page, expect

from app.application import create_app
from app.settings import Settings
from app.store.database import Database, connect
from harness.waiting import until
from tests.browser.accessibility import axe
from tests.support.cast import (
    NOOR,
    ago,
    asked_message,
    begin,
    claimed,
    conversation_with,
    hear,
    inbound_form,
    take,
    webhook,
)
from tests.support.listening import served
from tests.support.office import PASSWORDS, Office
from tests.support.twilio import Twilio

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def office(
    database_url: str, make_settings: Callable[..., Settings], compiled_templates: BytecodeCache
) -> Iterator[Office]:
    """The console of this process, where Ana and Otto work and two customers have written."""
    settings = make_settings(**{**Twilio.SETTINGS, "DATABASE_URL": database_url})
    office = Office(create_app(settings))
    office.application.jinja_env.bytecode_cache = compiled_templates
    begin(office.database)
    office.hire("ana", "otto")
    hear(office.database, "Hello from Noor", at=ago(hours=1), From=NOOR, ProfileName="Noor K.")
    hear(office.database, "Hello from Ava", at=ago(minutes=30), ProfileName="Ava")
    yield office
    office.database.close()


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    """Where it is served."""
    with served(office.application) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def elsewhere(office: Office, database_url: str) -> Iterator[Database]:
    """The database as another process has it open."""
    database = connect(database_url)
    yield database
    database.close()


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], url: str) -> Iterator[BrowserContext]:
    """Ana's browser, logged in. It ends before the server does, whose end it would complain about."""
    context = new_context(viewport=WIDE, timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(f"{url}/login?next=/settings")
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/settings")
    page.close()
    yield context
    context.close()


def opened(context: BrowserContext, address: str) -> Page:
    """A tab at this address that follows."""
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#live-status")).to_have_text("Live")
    return page


def test_ten_tabs_share_one_stream(office: Office, context: BrowserContext, url: str, elsewhere: Database) -> None:
    tabs = [opened(context, url + path) for path in ["/feed", "/?tab=all"] * 5]
    hub = office.application.extensions["live"].hub
    # The server learns that a browser hung up when it writes to it.
    until(lambda: hear(elsewhere, "tick") and hub.count == 1, every=0.2)
    hear(elsewhere, "for all tabs")
    for tab in tabs:
        expect(tab.get_by_text("for all tabs").first).to_be_visible()
    for tab in tabs:
        tab.close()
    until(lambda: hear(elsewhere, "tick") and hub.count == 0, every=0.2)


def test_a_draft_is_not_touched_while_its_conversation_goes_on(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    ava = conversation_with(elsewhere)
    page = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    page.locator("#body").press_sequentially("Dear Ava, ")
    page.locator("#body").evaluate("area => area.setSelectionRange(5, 8)")
    hear(elsewhere, "Are you there?")
    expect(page.locator("#messages")).to_contain_text("Are you there?")
    ours = asked_message(elsewhere, "An answer by somebody else")
    bubble = page.locator(f"#m-{ours.id}")
    expect(bubble).to_contain_text("Queued")
    claimed(elsewhere)
    expect(bubble).to_contain_text("Sending")
    expect(page.locator("#body")).to_be_focused()
    expect(page.locator("#body")).to_have_value("Dear Ava, ")
    assert page.locator("#body").evaluate("area => [area.selectionStart, area.selectionEnd]") == [5, 8]
    expect(page.locator(f"#row-{ava.id}")).to_contain_text("An answer by somebody else")


def test_consent_and_files_of_the_contact_follow_under_the_focus(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    ava = conversation_with(elsewhere)
    page = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    contact = page.locator("#contact")
    expect(contact).to_contain_text("No opt-out and no opt-in is on record.")
    page.locator("#assign").focus()
    hear(elsewhere, "STOP")
    expect(contact).to_contain_text("Opted out: STOP")
    expect(page.locator("#assign")).to_be_focused()
    said = contact.get_by_role("link", name="message")
    said.focus()
    take(elsewhere, webhook("inbound", inbound_form("picture with caption")))
    expect(contact).to_contain_text("1 from the customer")
    hear(elsewhere, "START")
    expect(contact.locator("li").first).to_contain_text("Opted in: START")
    expect(contact.locator("li").last.get_by_role("link", name="message")).to_be_focused()
    axe(page)


def test_nothing_moves_under_the_pointer_in_the_list(context: BrowserContext, url: str, elsewhere: Database) -> None:
    noor = conversation_with(elsewhere, NOOR)
    page = opened(context, f"{url}/?tab=all")
    first = page.locator("#rows li.conv").first
    expect(first).to_contain_text("Ava")
    page.locator(f"#row-{noor.id}").hover()
    hear(elsewhere, "Noor again", From=NOOR)
    expect(page.locator(f"#row-{noor.id}")).to_contain_text("Noor again")
    expect(first).to_contain_text("Ava")
    page.get_by_role("button", name="1 new").click()
    expect(first).to_contain_text("Noor again")
    page.mouse.move(900, 500)
    hear(elsewhere, "Ava again")
    expect(first).to_contain_text("Ava again")


def test_the_feed_waits_while_it_is_read(context: BrowserContext, url: str, elsewhere: Database) -> None:
    page = opened(context, f"{url}/feed")
    page.mouse.move(5, 5)
    first = page.locator("#lines > .ev").first
    hear(elsewhere, "on top")
    expect(first).to_contain_text("on top")
    axe(page)
    first.locator("summary").click()
    expect(first.locator(".raw")).to_contain_text("Body=on top")
    expect(first.get_by_role("link", name="Open conversation")).to_be_visible()
    hear(elsewhere, "while reading")
    pill = page.get_by_role("button", name="1 new")
    expect(pill).to_be_visible()
    expect(first).to_contain_text("on top")
    first.locator("summary").click()
    pill.click()
    expect(first).to_contain_text("while reading")
    page.mouse.move(5, 5)
    page.keyboard.press("p")
    hear(elsewhere, "in the pause")
    hear(elsewhere, "still in the pause")
    expect(page.get_by_role("button", name="2 new")).to_be_visible()
    page.keyboard.press("p")
    expect(first).to_contain_text("still in the pause")
    assert page.locator("#lines > .ev", has_text="in the pause").count() == 2


def test_the_feed_is_filtered_and_searched(context: BrowserContext, url: str, elsewhere: Database) -> None:
    form = inbound_form(Body="A needle", From="whatsapp:+4915123456789", ProfileName="Karl 100%_")
    take(elsewhere, webhook("inbound", form))
    asked_message(elsewhere, "Ours")
    page = opened(context, f"{url}/feed?kind=inbound")
    lines = page.locator("#lines > .ev")
    expect(lines).to_have_count(3)
    asked_message(elsewhere, "Ours again")
    hear(elsewhere, "Theirs")
    expect(lines).to_have_count(4)
    for words, found in [("Karl", 1), ("100%_", 1), ("4915123456789", 1), (form["MessageSid"], 1), ("' OR 1=1 --", 0)]:
        page.goto(f"{url}/feed")
        page.get_by_role("searchbox").fill(words)
        page.get_by_role("searchbox").press("Enter")
        expect(lines).to_have_count(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_feed_fits_a_phone(context: BrowserContext, url: str, scheme: str) -> None:
    page = opened(context, f"{url}/feed")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)


def test_who_is_logged_out_is_told_and_asks_no_more(context: BrowserContext, office: Office, url: str) -> None:
    page = opened(context, f"{url}/feed")
    other = context.new_page()
    other.goto(f"{url}/settings")
    other.evaluate("document.querySelector('form[action$=\"/logout\"]').submit()")
    other.wait_for_url("**/login")
    expect(page.get_by_role("heading", name="You are logged out")).to_be_visible(timeout=10_000)
    assert office.application.extensions["live"].hub.count == 0


def test_the_console_says_that_the_server_is_away_and_comes_back(
    context: BrowserContext, office: Office, url: str, elsewhere: Database
) -> None:
    page = opened(context, f"{url}/feed")
    context.set_offline(True)
    office.application.extensions["live"].hub.end_sessions(office.application.extensions["live"].hub.session_ids())
    expect(page.locator("#live-status")).to_have_text("Offline", timeout=10_000)
    hear(elsewhere, "while away")
    context.set_offline(False)
    expect(page.locator("#live-status")).to_have_text("Live", timeout=15_000)
    expect(page.locator("#lines > .ev").first).to_contain_text("while away")
