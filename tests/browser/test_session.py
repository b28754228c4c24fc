"""A login that is over: why is said, nothing of the page stays, the draft does, and one comes back to its place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.domain.clock import now
from app.store.database import Database
from app.store.tables import AgentSession
from harness.waiting import until
from tests.browser.accessibility import axe_in_both_themes
from tests.browser.complaints import Complaints
from tests.browser.test_live import PHONE, context, elsewhere, office, opened, pytestmark, url
from tests.support.cast import ago, conversation_with, hear, only
from tests.support.office import PASSWORDS, Office
from tests.support.rewriting import rewrite

__all__ = ["context", "elsewhere", "office", "pytestmark", "url"]
OVER = "You are logged out"


@pytest.fixture(autouse=True)
def _refused(complaints: Complaints) -> None:
    # What was under way when the login ended is refused.
    complaints.allow(r"status of 401|htmx:responseError|Response Status Error Code 401")


def idle(database: Database, **units: float) -> None:
    """As if nobody had touched the console for so long."""
    rewrite(database, only(database, AgentSession, ended_at=None), last_seen_at=ago(**units))


def last_seen(database: Database) -> timedelta:
    """How long ago somebody was active."""
    return now() - only(database, AgentSession, ended_at=None).last_seen_at


def covered(page: Page, why: str) -> None:
    """The page says that the login is over, and holds nothing of a customer's."""
    expect(page.get_by_role("heading", name=OVER)).to_be_focused(timeout=15_000)
    expect(page.get_by_role("main")).to_contain_text(why)
    assert "Ava" not in page.content()
    assert "Noor" not in page.content()
    assert "Ava" not in page.title()
    assert page.locator("body > :not(.sprite, main)").count() == 0


def log_in_again(page: Page, login: str = "ana") -> None:
    """From the page that says so, as the reader would."""
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORDS[login])
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["1440", "390"])
def test_thirty_idle_minutes_end_it_in_all_tabs_and_nothing_is_lost(
    context: BrowserContext, url: str, elsewhere: Database, size: dict[str, int]
) -> None:
    there = f"{url}/conversations/{conversation_with(elsewhere).id}?tab=all"
    page, other = context.new_page(), context.new_page()
    for each, address in ((page, there), (other, f"{url}/?tab=all")):
        each.set_viewport_size(size)  # type: ignore[arg-type]
        each.goto(address)
        expect(each.locator("body")).to_have_attribute("data-live-state", "live")
    page.locator("#body").fill("Dear Ava, please wait")
    until(lambda: bool(page.title()) and last_seen(elsewhere) < timedelta(seconds=60))
    idle(elsewhere, minutes=30)
    for each in (page, other):
        covered(each, "after 30 minutes without activity")
        assert each.evaluate("document.documentElement.scrollWidth <= innerWidth")
        axe_in_both_themes(each)
    log_in_again(page)
    page.wait_for_url(there)
    expect(page.locator("#body")).to_have_value("Dear Ava, please wait")
    expect(page.locator("#thread-title")).to_have_text("Ava")
    expect(other.locator("#rows li.conv")).to_have_count(2)


def test_a_login_that_an_admin_ends_and_one_that_ends_in_another_tab(
    context: BrowserContext, url: str, elsewhere: Database, office: Office
) -> None:
    page = opened(context, f"{url}/?tab=all")
    rewrite(elsewhere, only(elsewhere, AgentSession, ended_at=None), ended_at=now())
    covered(page, "by an admin")
    log_in_again(page)
    page.wait_for_url("**/?tab=all")
    settings = opened(context, f"{url}/settings")
    settings.evaluate("document.querySelector('form[action$=\"/logout\"]').submit()")
    covered(page, "You logged out in this browser.")


def test_who_acts_stays_in_and_a_page_that_nobody_touches_does_not(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(f"{url}/conversations/{conversation_with(elsewhere).id}?tab=all")
    idle(elsewhere, minutes=20)
    # The customer's messages come and are marked as read, and nobody is there.
    for number in range(3):
        hear(elsewhere, f"message {number}")
        expect(page.locator("#messages")).to_contain_text(f"message {number}")
        page.clock.fast_forward(70_000)
    expect(page.locator(f"#row-{conversation_with(elsewhere).id} .unread")).to_have_count(0)
    assert last_seen(elsewhere) > timedelta(minutes=20)
    page.locator("#body").press_sequentially("Dear")
    page.clock.run_for(3_000)
    until(lambda: bool(page.title()) and last_seen(elsewhere) < timedelta(minutes=1))
    idle(elsewhere, minutes=20)
    page.mouse.move(300, 300)
    page.mouse.move(310, 300)
    page.clock.fast_forward(70_000)
    until(lambda: bool(page.title()) and last_seen(elsewhere) < timedelta(minutes=1))


def test_without_a_server_the_page_hides_its_data_by_its_own_clock(
    context: BrowserContext, url: str, elsewhere: Database, complaints: Complaints
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{url}/conversations/{conversation_with(elsewhere).id}?tab=all")
    expect(page.locator("#thread-title")).to_have_text("Ava")
    context.set_offline(True)
    page.clock.fast_forward("31:00")
    covered(page, "after 30 minutes without activity")
    context.set_offline(False)


def test_what_was_being_written_elsewhere_is_kept_too_and_for_nobody_else(
    context: BrowserContext, url: str, elsewhere: Database, complaints: Complaints
) -> None:
    # Otto may not send anything.
    complaints.allow("status of 403")
    page = opened(context, f"{url}/conversations/{conversation_with(elsewhere).id}/template")
    sid = page.get_by_label("Content SID")
    sid.fill("HX" + "1" * 32)
    idle(elsewhere, minutes=30)
    covered(page, "without activity")
    log_in_again(page, "otto")
    page.wait_for_load_state()
    assert "HX111" not in page.content()
    context.clear_cookies()
    page.goto(f"{url}/login?next=/conversations/{conversation_with(elsewhere).id}/template")
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Content SID")).to_have_value("HX" + "1" * 32)
