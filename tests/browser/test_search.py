"""Searching the inbox and the feed in a real browser: by arrow keys to what was found, and on while it is live."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.store.conversations import search as search_store
from app.store.database import Database
from app.store.feed import pages
from app.store.tables import Message
from tests.browser.accessibility import axe
from tests.browser.test_live import context, elsewhere, office, opened, pytestmark, url
from tests.support.cast import NOOR, ago, asked_message, conversation_with, hear, only

__all__ = ["context", "elsewhere", "office", "pytestmark", "url"]


def search(page: Page, words: str, count: int) -> None:
    """Look for the words, and await so many results."""
    page.locator("#search").fill(words)
    expect(page.locator(".list__q")).to_contain_text(f"{count} conversation")
    expect(page.locator("#rows li.conv")).to_have_count(count)


def in_sight(page: Page, message: Message) -> bool:
    """Whether the message stands within the part of the thread that is shown."""
    return bool(
        page.locator(f"#m-{message.id}").evaluate(
            """article => {
              const mine = article.getBoundingClientRect();
              const room = document.querySelector('#thread-scroll').getBoundingClientRect();
              return mine.top >= room.top && mine.bottom <= room.bottom;
            }"""
        )
    )


def test_a_hit_is_shown_and_opened_by_arrow_keys_and_enter(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    hit = hear(elsewhere, "My saddle is purple.", at=ago(days=1), From=NOOR, ProfileName="Noor K.")
    for number in range(70):
        hear(elsewhere, f"Line {number}", at=ago(hours=20, minutes=-number), From=NOOR, ProfileName="Noor K.")
    hear(elsewhere, "A saddle for Ava", at=ago(minutes=5))
    page = opened(context, f"{url}/?tab=all")
    page.keyboard.press("/")
    search(page, "saddle", 2)
    noor = page.locator(f"#row-{hit.conversation_id}")
    expect(noor).to_contain_text("My saddle is purple.")
    expect(noor.locator("mark")).to_have_text("saddle")
    axe(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(noor.locator(".row")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#thread-title")).to_have_text("Noor K.")
    found = page.locator(f"#m-{hit.id}")
    expect(found).to_have_class("m m--found")
    assert in_sight(page, hit)
    expect(page.locator("#body")).to_be_focused()
    axe(page)
    page.wait_for_url(f"**/conversations/{hit.conversation_id}?message={hit.id}")
    page.reload()
    expect(found).to_have_class("m m--found")
    assert in_sight(page, hit)


def test_from_what_was_found_one_gets_to_the_newest(context: BrowserContext, url: str, elsewhere: Database) -> None:
    hit = hear(elsewhere, "My saddle is purple.", at=ago(hours=20), From=NOOR, ProfileName="Noor K.")
    for number in range(70):
        hear(elsewhere, f"Line {number}", at=ago(hours=19, minutes=-number), From=NOOR, ProfileName="Noor K.")
    page = opened(context, f"{url}/conversations/{hit.conversation_id}?message={hit.id}&tab=all")
    bubbles = page.locator("#messages article.m")
    expect(bubbles.last).to_contain_text("Line 39")
    # What comes meanwhile has its place after what is not shown yet.
    hear(elsewhere, "Newest of all", From=NOOR, ProfileName="Noor K.")
    expect(page.locator(f"#row-{hit.conversation_id}")).to_contain_text("Newest of all")
    expect(bubbles.last).to_contain_text("Line 39")
    page.get_by_role("link", name="Show newer messages").click()
    expect(bubbles.last).to_contain_text("Newest of all")
    expect(bubbles.filter(has_text="Newest of all")).to_have_count(1)
    expect(page.get_by_role("link", name="Show newer messages")).to_have_count(0)


def test_a_reply_from_what_was_found_shows_itself(context: BrowserContext, url: str, elsewhere: Database) -> None:
    hit = hear(elsewhere, "My saddle is purple.", at=ago(hours=20), From=NOOR, ProfileName="Noor K.")
    for number in range(50):
        hear(elsewhere, f"Line {number}", at=ago(hours=19, minutes=-number), From=NOOR, ProfileName="Noor K.")
    page = opened(context, f"{url}/conversations/{hit.conversation_id}?message={hit.id}")
    page.locator("#body").fill("Purple it is.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages article.m").last).to_contain_text("Purple it is.")
    expect(page.locator("#body")).to_have_value("")
    assert only(elsewhere, Message, direction="outbound").body == "Purple it is."


def test_a_result_stays_one_while_its_conversation_goes_on(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    hit = hear(elsewhere, "My saddle is purple.", at=ago(hours=2), From=NOOR, ProfileName="Noor K.")
    page = opened(context, f"{url}/?tab=all")
    search(page, "saddle", 1)
    row = page.locator(f"#row-{hit.conversation_id}")
    before = int(row.get_attribute("data-unread") or "")
    hear(elsewhere, "Something else", From=NOOR, ProfileName="Noor K.")
    expect(row.locator(".unread")).to_contain_text(str(before + 1))
    expect(row).to_contain_text("My saddle is purple.")
    row.locator(".row").click()
    expect(page.locator(f"#m-{hit.id}")).to_have_class("m m--found")


def test_results_that_come_while_one_is_among_them_keep_the_focus(context: BrowserContext, url: str) -> None:
    page = opened(context, f"{url}/?tab=all")
    page.locator("#search").fill("Hello from")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".list__q")).to_contain_text("2 conversations found")
    expect(page.locator("#rows .row").first).to_be_focused()


def test_the_feeds_search_goes_on_live_and_counts_what_it_found(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    page = opened(context, f"{url}/feed")
    expect(page.get_by_role("navigation", name="Kinds")).to_contain_text("in the last hour")
    page.get_by_role("searchbox").fill("Noor")
    page.get_by_role("searchbox").press("Enter")
    lines, found = page.locator("#lines > .ev"), page.locator("#feed-found")
    expect(found).to_contain_text("1 line found")
    page.mouse.move(5, 5)
    hear(elsewhere, "From somebody else")
    hear(elsewhere, "From Noor herself", From=NOOR, ProfileName="Noor K.")
    expect(lines.first).to_contain_text("From Noor herself")
    expect(found).to_contain_text("2 lines found")
    asked_message(elsewhere, "To Noor", customer=NOOR)
    expect(found).to_contain_text("3 lines found")
    expect(page.locator("#lines")).not_to_contain_text("From somebody else")
    axe(page)
    page.get_by_role("link", name="Inbound").click()
    expect(found).to_contain_text("2 lines found")
    expect(page.get_by_role("searchbox")).to_have_value("Noor")
    page.get_by_role("link", name="Clear").click()
    expect(lines).to_have_count(4)
    assert conversation_with(elsewhere, NOOR).unread == 2


def test_older_ones_are_searched_by_the_keyboard_and_the_focus_goes_along(
    context: BrowserContext, url: str, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = hear(elsewhere, "My saddle is purple.", at=ago(days=1), From=NOOR, ProfileName="Noor K.")
    for number in range(9):
        hear(elsewhere, f"Line {number}", at=ago(hours=9 - number), From=NOOR, ProfileName="Noor K.")
    monkeypatch.setattr(search_store, "MESSAGES_LOOKED_AT", 5)
    page = opened(context, f"{url}/?tab=all")
    page.locator("#search").fill("saddle")
    expect(page.locator("#list-empty")).to_contain_text("Messages back to ")
    axe(page)
    page.locator("#search-older").press("Enter")
    expect(page.locator(f"#row-{hit.conversation_id}")).to_contain_text("My saddle is purple.")
    expect(page.locator(f"#row-{hit.conversation_id} .row")).to_be_focused()
    expect(page.locator(".list__q")).to_contain_text("Older:")
    axe(page)


def test_older_events_are_searched_by_the_keyboard_and_the_focus_stays(
    context: BrowserContext, url: str, elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(elsewhere, "My saddle is purple.", From=NOOR, ProfileName="Noor K.")
    for number in range(9):
        hear(elsewhere, f"Line {number}")
    monkeypatch.setattr(pages, "EVENTS_LOOKED_AT", 4)
    page = opened(context, f"{url}/feed?q=noor")
    expect(page.locator("#feed-empty")).to_contain_text("None of the newest events fits.")
    axe(page)
    page.locator("#older-link").focus()
    first = page.locator("#older-link").get_attribute("href")
    page.keyboard.press("Enter")
    expect(page.locator("#older-link")).not_to_have_attribute("href", first or "")
    expect(page.locator("#older-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#feed-scroll .ev").first).to_contain_text("My saddle is purple.")
    expect(page.locator("#feed-empty")).to_have_count(0)
