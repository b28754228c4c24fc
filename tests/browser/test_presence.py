"""Who else has a conversation open, in the bar and in the row; and what of it leaves the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.store.database import Database
from app.store.tables import FeedEvent, Presence
from harness.waiting import until
from tests.browser.accessibility import axe
from tests.browser.test_live import PHONE, context, elsewhere, office, opened, pytestmark, url
from tests.support.cast import NOOR, conversation_with, rows
from tests.support.office import PASSWORDS, Office

__all__ = ["context", "elsewhere", "office", "pytestmark", "url"]


@pytest.fixture
def kims(office: Office, new_context: Callable[..., BrowserContext], url: str) -> Iterator[BrowserContext]:
    """Kim's browser, logged in."""
    office.hire("kim")
    there = new_context(viewport={"width": 1440, "height": 900})
    page = there.new_page()
    page.goto(f"{url}/login?next=/settings")
    page.get_by_label("Login").fill("kim")
    page.get_by_label("Password").fill(PASSWORDS["kim"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/settings")
    page.close()
    yield there
    there.close()


def test_who_looks_and_who_writes_is_shown_to_the_others(
    context: BrowserContext, kims: BrowserContext, url: str, elsewhere: Database
) -> None:
    ava, noor = conversation_with(elsewhere), conversation_with(elsewhere, NOOR)
    events = len(rows(elsewhere, FeedEvent, kind="conversation"))
    ana = opened(context, f"{url}/conversations/{ava.id}?tab=all")
    kim = opened(kims, f"{url}/conversations/{ava.id}?tab=all")
    sent: list[str] = []
    kim.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    head, row = ana.locator("#thread-presence"), ana.locator(f"#row-{ava.id}")
    expect(head).to_have_text("KA Kim Aalto is looking", use_inner_text=False)
    expect(row.get_by_title("Kim Aalto is looking")).to_be_visible()
    # Nobody is told of themselves.
    expect(kim.locator("#thread-presence")).to_contain_text("Ana Souza is looking")
    expect(kim.locator("#thread-presence")).not_to_contain_text("Kim")
    kim.locator("#body").press_sequentially("a secret draft")
    expect(head).to_contain_text("Kim Aalto is writing")
    expect(row.get_by_title("Kim Aalto is writing")).to_be_visible()
    axe(ana)
    ana.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert ana.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(ana)
    ana.set_viewport_size({"width": 1440, "height": 900})
    assert not [line for line in sent if "secret" in line or "s+e+c" in line]
    assert len([line for line in sent if "/presence" in line]) <= 3
    kim.locator(f"#row-{noor.id} a").click()
    expect(head).to_have_text("")
    expect(ana.locator(f"#row-{noor.id}").get_by_title("Kim Aalto is looking")).to_be_visible()
    kim.close()
    expect(ana.get_by_title("Kim Aalto is looking")).to_have_count(0)
    until(lambda: bool(ana.title()) and all(one.conversation_id != noor.id for one in rows(elsewhere, Presence)))
    assert len(rows(elsewhere, FeedEvent, kind="conversation")) <= events + 2


def test_a_page_that_nobody_touches_looks_at_nothing(context: BrowserContext, url: str, elsewhere: Database) -> None:
    ava = conversation_with(elsewhere)
    page: Page = context.new_page()
    page.clock.install()
    page.goto(f"{url}/conversations/{ava.id}?tab=all")
    until(lambda: bool(page.title()) and len(rows(elsewhere, Presence)) == 1)
    page.clock.fast_forward(180_000)
    until(lambda: bool(page.title()) and rows(elsewhere, Presence) == [])
    page.mouse.move(500, 500)
    page.clock.run_for(3_000)
    until(lambda: bool(page.title()) and len(rows(elsewhere, Presence)) == 1)
