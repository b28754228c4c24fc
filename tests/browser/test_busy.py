"""While very much happens: what a frame leaves out is linked to, what is asked for is bounded, and the end is shown."""

from __future__ import annotations

from playwright.sync_api import APIResponse, BrowserContext, Route, expect

from app.domain.clock import now
from app.store.database import Database, Session
from app.store.feed import events as feed
from app.web.live.frames import Frame
from app.web.live.hub import KEPT_FRAMES
from harness.waiting import until
from tests.browser.accessibility import axe
from tests.browser.complaints import Complaints
from tests.browser.test_live import context, elsewhere, office, opened, pytestmark, url
from tests.support.cast import ACCOUNT, conversation_with, hear
from tests.support.office import Office

__all__ = ["context", "elsewhere", "office", "pytestmark", "url"]


def burst(database: Database, count: int, *conversations: int) -> None:
    """Events in one transaction, so that one frame holds them."""

    def write(session: Session) -> None:
        for number in range(count):
            there = conversations[number % len(conversations)] if conversations else None
            kind, word = ("conversation", "assigned") if there else ("quarantine", "sid_invalid")
            feed.append(session, ACCOUNT, kind, now(), word=word, conversation_id=there)  # type: ignore[arg-type]

    database.write(write)


def test_what_a_frame_left_out_of_the_feed_is_a_link_away(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    page = opened(context, f"{url}/feed?kind=quarantine")
    page.mouse.move(5, 5)
    burst(elsewhere, 120)
    lines, more = page.locator("#lines > .ev"), page.get_by_role("link", name="95 more at the same moment")
    expect(lines).to_have_count(25)
    expect(more).to_be_visible()
    axe(page)
    more.focus()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(120)
    expect(page.locator(".ev__more")).to_have_count(0)


def test_what_a_frame_left_out_of_the_inbox_is_a_link_away(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    numbers = [f"whatsapp:+4915100000{number}" for number in range(100, 160)]
    there = [conversation_with(elsewhere, number).id or 0 for number in numbers]
    page = opened(context, f"{url}/?tab=all")
    page.mouse.move(900, 500)
    expect(page.locator("#rows li.conv")).to_have_count(50)
    # The frame has the last twenty of them; the first ten are on the list's second page.
    burst(elsewhere, 60, *there)
    more = page.get_by_role("link", name="10 more conversations changed")
    expect(more).to_be_visible()
    axe(page)
    more.click()
    expect(page.locator("#more-changed")).to_have_count(0)
    expect(page.locator("#rows li.conv")).to_have_count(50)


def test_a_page_that_cannot_keep_up_is_loaded_anew(
    context: BrowserContext, office: Office, url: str, elsewhere: Database
) -> None:
    page = opened(context, f"{url}/feed")
    hub = office.application.extensions["live"].hub
    # All at once, as when the sender had no turn meanwhile.
    with page.expect_navigation(), hub._lock:
        for _ in range(KEPT_FRAMES + 1):
            hub.publish(Frame(hub.latest()[1], {}))
    expect(page.locator("#live-status")).to_have_text("Live")
    hear(elsewhere, "after the reload")
    expect(page.locator("#lines > .ev").first).to_contain_text("after the reload")


def test_an_open_thread_asks_once_for_all_that_came_while_it_asked(
    context: BrowserContext, office: Office, url: str, elsewhere: Database
) -> None:
    ava = conversation_with(elsewhere)
    page = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    hub = office.application.extensions["live"].hub
    asked, held = list[Route](), list[APIResponse]()

    def hold_the_first(route: Route) -> None:
        asked.append(route)
        # It is answered with what is there now, and the page gets that later.
        answer = route.fetch()
        if len(asked) == 1:
            held.append(answer)
        else:
            route.fulfill(response=answer)

    page.route("**/changes?*", hold_the_first)

    def hear_and_follow(text: str) -> None:
        before = hub.latest()[0]
        hear(elsewhere, text)
        until(lambda: hub.latest()[0] > before)

    hear_and_follow("the first")
    expect(page.locator(f"#row-{ava.id}")).to_contain_text("the first")
    # What the handler waits for goes on while the page is asked something.
    until(lambda: page.evaluate("() => true") and bool(held))
    for number in range(12):
        hear_and_follow(f"number {number}")
    hear_and_follow("the last")
    expect(page.locator(f"#row-{ava.id}")).to_contain_text("the last")
    assert len(asked) == 1
    asked[0].fulfill(response=held[0])
    expect(page.locator("#messages")).to_contain_text("the last", timeout=15_000)
    assert len(asked) == 2


def test_an_answer_that_did_not_come_is_asked_for_again(
    context: BrowserContext, url: str, elsewhere: Database, complaints: Complaints
) -> None:
    complaints.allow("net::ERR_FAILED")
    ava = conversation_with(elsewhere)
    page = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    page.route("**/changes?*", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed"):
        hear(elsewhere, "the only one")
    expect(page.locator("#messages")).to_contain_text("the only one", timeout=15_000)
