"""The main job in a real browser: a customer writes on the phone, an agent sees it live, answers, and it is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness.processes import Stand
from tests.browser.accessibility import axe
from tests.support.office import PASSWORDS

CUSTOMER, NAME = "whatsapp:+14155550123", "Ava"
PATIENCE = 30_000


@pytest.fixture
def stand(demo: Stand) -> Stand:
    """Web, worker and the stand-in for Twilio."""
    return demo.start()


def log_in(page: Page, stand: Stand) -> None:
    page.goto(f"{stand.web_url}/login")
    axe(page)
    page.get_by_label("Login").fill("demo")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{stand.web_url}/")


def write_as_the_customer(phone: Page, stand: Stand, text: str) -> None:
    phone.goto(f"{stand.simulator_url}/?customer={CUSTOMER.replace('+', '%2B')}&name={NAME}")
    phone.get_by_role("textbox", name="Message").fill(text)
    phone.keyboard.press("Enter")


def test_a_message_is_seen_live_answered_and_read(stand: Stand, new_context: Callable[..., BrowserContext]) -> None:
    agent, customer = new_context(), new_context()
    inbox, feed, phone = agent.new_page(), agent.new_page(), customer.new_page()
    log_in(inbox, stand)
    inbox.goto(f"{stand.web_url}/?tab=all")
    feed.goto(f"{stand.web_url}/feed")
    for page in (inbox, feed):
        expect(page.locator("#live-status")).to_have_text("Live", timeout=PATIENCE)
        axe(page)

    write_as_the_customer(phone, stand, "Where is my <b>order</b>?")
    line = feed.locator("#lines details", has_text="Where is my <b>order</b>?")
    expect(line).to_be_visible(timeout=PATIENCE)
    row = inbox.locator("#rows li.conv", has_text=NAME).filter(has_text="Where is my <b>order</b>?")
    expect(row).to_be_visible(timeout=PATIENCE)

    row.get_by_role("link").click()
    expect(inbox.locator("#messages article", has_text="Where is my")).to_be_visible()
    axe(inbox)
    reply = inbox.locator("#composer textarea")
    reply.fill("It left this morning.")
    inbox.get_by_role("button", name="Send").click()
    bubble = inbox.locator("#messages article.m--out", has_text="It left this morning.")
    expect(bubble).to_have_count(1)
    expect(reply).to_have_value("")
    expect(bubble).to_contain_text("Read", timeout=PATIENCE)
    expect(phone.locator("article", has_text="It left this morning.")).to_be_visible(timeout=PATIENCE)
    axe(phone)

    feed_of_statuses = feed.locator("#lines details .k")
    for word in ("Sent", "Delivered", "Read"):
        expect(feed_of_statuses.filter(has_text=re.compile(f"^{word}$")).first).to_be_visible(timeout=PATIENCE)


def test_what_an_agent_is_typing_is_never_touched(stand: Stand, new_context: Callable[..., BrowserContext]) -> None:
    agent, customer = new_context(), new_context()
    page, phone = agent.new_page(), customer.new_page()
    log_in(page, stand)
    page.goto(f"{stand.web_url}/?tab=all")
    expect(page.locator("#live-status")).to_have_text("Live", timeout=PATIENCE)
    write_as_the_customer(phone, stand, "Hello")
    page.locator("#rows li.conv", has_text=NAME).filter(has_text="Hello").get_by_role("link").click()
    reply = page.locator("#composer textarea")
    reply.press_sequentially("Half a sen")
    write_as_the_customer(phone, stand, "Are you there?")
    expect(page.locator("#messages article", has_text="Are you there?")).to_be_visible(timeout=PATIENCE)
    reply.press_sequentially("tence")
    expect(reply).to_have_value("Half a sentence")
    expect(reply).to_be_focused()
