"""What shows a conversation's state follows it, on every page, under a draft and under the focus."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from app.domain.conversations import changes
from app.store.database import Database
from harness.waiting import until
from tests.browser.accessibility import axe
from tests.browser.test_live import context, elsewhere, office, opened, pytestmark, url
from tests.support.cast import AVA, KIM, NOOR, ago, conversation_with, hear
from tests.support.office import Office
from tests.support.outcomes import undelivered

__all__ = ["context", "elsewhere", "office", "pytestmark", "url"]
OLD = "whatsapp:+33199002754"


def close(database: Database, customer: str = AVA) -> None:
    """Kim closes the customer's conversation, in another process."""
    there = conversation_with(database, customer).id or 0
    database.write(lambda session: changes.set_state(session, KIM, there, "closed"))


def give(database: Database, agent: int | None, customer: str = AVA) -> None:
    """Kim gives the customer's conversation to somebody, in another process."""
    there = conversation_with(database, customer).id or 0

    database.write(lambda session: changes.assign(session, KIM, there, agent))


def beside(page: Page, name: str) -> str:
    """What the rail says beside a link."""
    return page.locator(f"#rail-{name} > span[aria-hidden]").text_content() or ""


def test_a_change_is_on_everything_that_shows_it(
    context: BrowserContext, url: str, elsewhere: Database, office: Office
) -> None:
    ava = conversation_with(elsewhere)
    page = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    settings = opened(context, f"{url}/settings")
    head, contact, row = page.locator("#thread-head"), page.locator("#contact"), page.locator(f"#row-{ava.id}")
    expect(page.locator("#tab-all .count")).to_have_text("2")
    assert (beside(page, "inbox"), beside(settings, "inbox")) == ("2", "2")
    page.mouse.move(900, 400)

    give(elsewhere, office.ids["ana"])
    expect(head.get_by_title("Assigned to Ana Souza")).to_have_text("AS Assigned to Ana Souza", use_inner_text=False)
    expect(row.get_by_title("Assigned to Ana Souza")).to_be_visible()
    expect(contact.locator("#assign")).to_have_value(str(office.ids["ana"]))

    close(elsewhere)
    expect(head.get_by_text("Closed")).to_be_visible()
    expect(head.get_by_role("button", name="Reopen")).to_be_visible()
    expect(contact).to_contain_text("Closed")
    expect(row).to_have_count(0)
    expect(page.locator("#tab-all .count")).to_have_text("1")
    for shown in (page, settings):
        expect(shown.locator("#rail-inbox > span[aria-hidden]")).to_have_text("1")
    axe(page)

    hear(elsewhere, "One more thing")
    expect(head.get_by_role("button", name="Close", exact=True)).to_be_visible()
    expect(head.get_by_text("Closed")).to_have_count(0)
    expect(row).to_be_visible()
    for shown in (page, settings):
        expect(shown.locator("#rail-inbox > span[aria-hidden]")).to_have_text("2")
    undelivered(elsewhere, "63019", customer=NOOR)
    for shown in (page, settings):
        expect(shown.locator("#rail-failures .vh")).to_have_text("1 failed in 24 h")


def test_a_draft_its_caret_and_the_focus_survive_every_refresh(
    context: BrowserContext, url: str, elsewhere: Database, office: Office
) -> None:
    ava = conversation_with(elsewhere)
    page = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    body = page.locator("#body")
    body.press_sequentially("Dear Ava, ")
    body.evaluate("area => { area.setSelectionRange(5, 8); window.sameField = area; }")
    give(elsewhere, office.ids["ana"])
    expect(page.locator("#thread-head").get_by_title("Assigned to Ana Souza")).to_be_visible()
    close(elsewhere)
    expect(page.locator("#thread-head").get_by_text("Closed")).to_be_visible()
    hear(elsewhere, "Are you there?")
    expect(page.locator("#thread-head").get_by_text("Closed")).to_have_count(0)
    expect(body).to_be_focused()
    expect(body).to_have_value("Dear Ava, ")
    assert body.evaluate("area => [area === window.sameField, area.selectionStart, area.selectionEnd]") == [True, 5, 8]
    # Out of the field, the draft stays as well.
    page.locator("#assign").focus()
    give(elsewhere, None)
    expect(page.locator("#thread-head").get_by_title("Assigned to")).to_have_count(0)
    expect(page.locator("#assign")).to_be_focused()
    expect(body).to_have_value("Dear Ava, ")


def test_the_reply_window_opens_under_the_eyes_and_a_stop_takes_the_field_but_not_the_draft(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    there = hear(elsewhere, "Bonjour", at=ago(days=2), From=OLD, ProfileName="Béatrice").conversation_id
    page = opened(context, f"{url}/conversations/{there}?tab=all")
    expect(page.get_by_text("The reply window is closed.")).to_be_visible()
    hear(elsewhere, "Me revoilà", From=OLD)
    body = page.locator("[data-composer=open] #body")
    expect(body).to_be_visible()
    body.press_sequentially("Bonjour Béatrice")
    hear(elsewhere, "STOP", From=OLD)
    expect(page.locator("#composer")).to_contain_text("opted out")
    expect(page.locator("#composer .kept")).to_have_text("Bonjour Béatrice")
    expect(page.locator("#thread-title")).to_be_focused()
    hear(elsewhere, "START", From=OLD)
    expect(body).to_have_value("Bonjour Béatrice")


def test_rows_come_to_their_tab_and_leave_it_but_not_under_the_pointer(
    context: BrowserContext, url: str, elsewhere: Database, office: Office
) -> None:
    noor, ava = conversation_with(elsewhere, NOOR), conversation_with(elsewhere)
    page = opened(context, f"{url}/?tab=mine")
    empty = page.locator("#list-empty")
    expect(empty).to_contain_text("2 are waiting without an owner.")
    give(elsewhere, office.ids["ana"], NOOR)
    rows = page.locator("#rows li.conv")
    expect(rows).to_have_count(1)
    expect(empty).to_be_hidden()
    give(elsewhere, office.ids["ana"])
    expect(rows.first).to_contain_text("Ava")
    page.locator(f"#row-{noor.id}").hover()
    close(elsewhere)
    expect(page.locator(f"#row-{ava.id}.is-gone")).to_contain_text("Closed")
    axe(page)
    page.mouse.move(900, 500)
    expect(rows).to_have_count(1)
    give(elsewhere, None, NOOR)
    expect(rows).to_have_count(0)
    expect(empty).to_contain_text("1 is waiting without an owner.")
    axe(page)


def test_a_conversation_comes_to_closing_soon_by_the_clock_alone(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    hear(elsewhere, "soon", at=ago(hours=23), From=OLD, ProfileName="Béatrice")
    page = opened(context, f"{url}/?tab=closing")
    expect(page.locator("#rows li.conv")).to_have_count(1)
    hear(elsewhere, "again", From=OLD)
    expect(page.locator("#rows li.conv")).to_have_count(0)
    expect(page.locator("#list-empty")).to_contain_text("No reply window closes soon")


def test_one_question_at_a_time_however_much_goes_on(context: BrowserContext, url: str, elsewhere: Database) -> None:
    ava = conversation_with(elsewhere)
    page = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    asked, open_now, most = [], [0], [0]

    def begin(path: str) -> None:
        asked.append(path)
        open_now[0] += 1
        most[0] = max(most[0], open_now[0])

    def end() -> None:
        open_now[0] -= 1

    watch(page, f"/conversations/{ava.id}/state", begin, end)
    for number in range(30):
        hear(elsewhere, f"message {number}")
    expect(page.locator("#messages")).to_contain_text("message 29")
    until(lambda: bool(page.title() and asked and not open_now[0]))
    assert most[0] == 1
    assert len(asked) < 30


def watch(page: Page, path: str, begin: Callable[[str], None], end: Callable[[], None]) -> None:
    """Tell of each request for this path, and when it is over."""
    page.on("request", lambda request: begin(path) if path in request.url else None)
    page.on("requestfinished", lambda request: end() if path in request.url else None)
    page.on("requestfailed", lambda request: end() if path in request.url else None)
