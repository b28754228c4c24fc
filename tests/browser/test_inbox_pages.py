"""The inbox in a real browser: by mouse, by keyboard, on a phone; drafts, refusals, timelines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.domain.actor import Actor, command
from app.domain.agents import passwords, people
from app.store.database import Database
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.browser.complaints import Complaints
from tests.payloads import inbound_forms
from tests.support.cast import ACCOUNT, NOOR, ago, ask, conversation_with, hear, inbound_form, take, webhook
from tests.support.listening import Console
from tests.support.office import NAMES, PASSWORDS, ROLES

WIDE, NARROW, PHONE = {"width": 1440, "height": 900}, {"width": 1024, "height": 900}, {"width": 390, "height": 844}
LAYLA, PRIYA, OLD = "whatsapp:+971505550147", "whatsapp:+919820055512", "whatsapp:+33199002754"
NewContext = Callable[..., BrowserContext]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def database(database: Database) -> Database:
    """Ana and Otto work here; five customers have written."""
    for login in ("ana", "otto"):
        made = passwords.hashed(PASSWORDS[login], login)
        database.write(
            lambda session, login=login, made=made: people.add(  # type: ignore[misc]
                session, command(ACCOUNT), login, NAMES[login], ROLES[login], made
            )
        )
    hear(database, "Bonjour, est-ce que mon vélo est prêt ?", at=ago(days=2), From=OLD, ProfileName="Béatrice")
    hear(database, "STOP", at=ago(hours=9), From=PRIYA, ProfileName="Priya")
    for number, sample in enumerate(name for name in inbound_forms() if not name.upper().startswith(("ST", "NO"))):
        form = inbound_form(sample, From="whatsapp:+14155550123")
        take(database, webhook("inbound", form, ago(hours=8, minutes=-number)))
    hear(database, "Hi there", at=ago(hours=2), From=NOOR, ProfileName="Noor K.")
    hear(database, "هل يمكنكم تغيير موعد التسليم؟ 🙏", From=LAYLA, ProfileName="ليلى حداد")
    return database


@pytest.fixture
def open_inbox(console: Console, database: Database, new_context: NewContext) -> Callable[..., Page]:
    """`open_inbox(login, viewport=…, color_scheme=…)`: somebody's browser, at all conversations."""

    def make(login: str = "ana", **options: object) -> Page:
        page = new_context(**{"viewport": WIDE, "timezone_id": "Asia/Tokyo", **options}).new_page()
        page.goto(f"{console.web_url}/login?next=/%3Ftab%3Dall")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Password").fill(PASSWORDS[login])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/?tab=all")
        page.wait_for_load_state()
        expect(page.locator("#rows li.conv")).to_have_count(5)
        return page

    return make


def open_conversation(page: Page, name: str) -> None:
    page.locator("#rows .row", has_text=name).click()
    expect(page.locator("#thread-title")).to_have_text(name)


def fits(page: Page) -> bool:
    """Nothing sticks out of the page to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("viewport", [WIDE, NARROW, PHONE], ids=["1440", "1024", "390"])
def test_every_kind_and_state_is_accessible(open_inbox: Callable[..., Page], viewport: dict[str, int]) -> None:
    page = open_inbox(viewport=viewport)
    axe_in_both_themes(page)
    assert fits(page)
    for name in ("Ava", "Priya", "Béatrice", "Noor K.", "ليلى حداد"):
        open_conversation(page, name)
        axe_in_both_themes(page)
        assert fits(page)
        if viewport != WIDE:
            page.get_by_role("link", name="Details", exact=True).click()
            expect(page.locator("#contact")).to_be_visible()
            axe_in_both_themes(page)
            page.keyboard.press("Escape")
            expect(page.locator("#contact")).to_be_hidden()
        if viewport == PHONE:
            page.get_by_role("link", name="Back to the list").click()


@pytest.mark.parametrize("viewport", [WIDE, NARROW, PHONE], ids=["1440", "1024", "390"])
def test_no_tab_is_cut_whichever_is_shown(open_inbox: Callable[..., Page], viewport: dict[str, int]) -> None:
    page = open_inbox(viewport=viewport)
    for tab in ("mine", "unassigned", "all", "closing", "closed"):
        page.locator(f"#tab-{tab}").click()
        expect(page.locator(f"#tab-{tab}")).to_have_attribute("aria-current", "page")
        assert page.evaluate(TABS_WITH_MANY) == [], tab


# The tabs that don't stand whole in one line, were there a two-digit number beside each.
TABS_WITH_MANY = """() => {
  for (const count of document.querySelectorAll('#tabs .n')) count.textContent = '88';
  const room = document.querySelector('#tabs').getBoundingClientRect();
  return [...document.querySelectorAll('#tabs .tab')].filter((tab) => {
    const box = tab.getBoundingClientRect();
    return box.left < room.left || box.right > room.right || box.top > room.top + 1;
  }).map((tab) => tab.id);
}"""


def test_by_keyboard_alone(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#rows .row").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("jea? Tomorrow")
    expect(page.locator("#body")).to_have_value("jea? Tomorrow")
    expect(page.locator("#count")).to_have_text("13 / 1,600")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages article.m--out")).to_contain_text("jea? Tomorrow")
    expect(page.locator("#body")).to_be_focused()
    expect(page.locator("#body")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator("#rows .row[aria-current]")).to_be_focused()
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Who takes care of")
    expect(dialog.get_by_role("radio", name="Nobody")).to_be_focused()
    axe(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#assign")).to_have_value("1")
    page.keyboard.press("e")
    expect(page.locator("#state-change")).to_contain_text("Reopen")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("noor")
    expect(page.locator("#rows li.conv")).to_have_count(1)


def test_a_draft_stays_with_its_conversation(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    page.locator("#body").fill("For Noor")
    open_conversation(page, "ليلى حداد")
    expect(page.locator("#body")).to_have_value("")
    page.locator("#body").fill("For Layla")
    page.reload()
    expect(page.locator("#body")).to_have_value("For Layla")
    open_conversation(page, "Noor K.")
    expect(page.locator("#body")).to_have_value("For Noor")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages article.m--out")).to_have_count(1)
    page.reload()
    expect(page.locator("#body")).to_have_value("")


def test_a_refused_reply_keeps_its_text_and_says_why(open_inbox: Callable[..., Page], complaints: Complaints) -> None:
    complaints.allow("status of 422")
    page = open_inbox()
    open_conversation(page, "Noor K.")
    page.locator("#body").fill("x" * 1601)
    expect(page.locator("#count")).to_have_class("xs dim nw is-over")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("longer than 1,600 characters")
    expect(page.locator("#body")).to_have_value("x" * 1601)
    expect(page.locator("#body")).to_be_focused()
    axe(page)


def test_what_was_on_the_screen_is_read(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox()
    row = page.locator("#rows li.conv", has_text="Noor K.")
    expect(row.locator(".unread")).to_have_text("1 unread")
    open_conversation(page, "Noor K.")
    expect(row.locator(".unread")).to_have_count(0)
    page.reload()
    expect(row.locator(".unread")).to_have_count(0)
    assert conversation_with(database, NOOR).unread == 0


def test_the_timeline_never_covers_text(open_inbox: Callable[..., Page], database: Database) -> None:
    kim = Actor("agent", ACCOUNT, "Kim", role="agent")
    for body in ("Short.", "A long answer that takes the whole width of its bubble. " * 4):
        ask(database, body, customer=NOOR, by=kim)
    page = open_inbox()
    open_conversation(page, "Noor K.")
    for tick in page.locator("#messages button.tick").all():
        tick.click()
        timeline = page.locator("#messages .m > .pop:visible")
        expect(timeline.locator("time").first).to_be_visible()
        assert page.evaluate(COVERED) == []
        axe(page)
        page.keyboard.press("Escape")
        expect(timeline).to_have_count(0)
        expect(tick).to_be_focused()


# The texts that lie under an open timeline.
COVERED = """() => {
  const pop = document.querySelector('#messages .m > .pop:not([hidden])').getBoundingClientRect();
  return [...document.querySelectorAll('#messages :is(.m__b, .m__f, .m__x, .day)')].filter((text) => {
    const other = text.getBoundingClientRect();
    return other.left < pop.right - 1 && other.right > pop.left + 1
      && other.top < pop.bottom - 1 && other.bottom > pop.top + 1;
  }).map((text) => text.textContent);
}"""


def test_on_a_phone_there_is_one_pane_at_a_time(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox(viewport=PHONE)
    open_conversation(page, "Noor K.")
    expect(page.locator("#rows")).to_be_hidden()
    expect(page.locator("nav.rail > a").first).to_be_hidden()
    expect(page.locator("nav.rail").get_by_role("status")).to_be_visible()
    page.go_back()
    expect(page.locator("#rows")).to_be_visible()
    page.go_forward()
    expect(page.locator("#thread-title")).to_have_text("Noor K.")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#rows li.conv")).to_have_count(5)


def test_times_are_the_viewers_own(open_inbox: Callable[..., Page]) -> None:
    zone = zone_well_into_the_day()
    page = open_inbox(timezone_id=zone)
    open_conversation(page, "Noor K.")
    for time in (
        page.locator("#messages article time"),
        page.locator("#rows li.conv", has_text="Noor K.").locator("time"),
    ):
        at = datetime.fromisoformat(time.first.get_attribute("datetime") or "")
        expect(time.first).to_have_text(f"{at.astimezone(ZoneInfo(zone)):%H:%M}")


def zone_well_into_the_day() -> str:
    """A zone other than UTC in which Noor's message is of today, so that the list shows its time, not its weekday."""
    tokyo = datetime.now(ZoneInfo("Asia/Tokyo"))
    return "Asia/Tokyo" if 3 <= tokyo.hour < 23 else "America/Los_Angeles"


def test_an_auditor_sees_everything_and_changes_nothing(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox("otto")
    open_conversation(page, "Noor K.")
    expect(page.locator("#composer")).to_contain_text("You can read here, not answer.")
    expect(page.get_by_role("button", name="Send")).to_have_count(0)
    axe(page)
    page.keyboard.press("e")
    page.keyboard.press("a")
    there = conversation_with(database, NOOR)
    assert (there.unread, there.state, there.assigned_agent_id) == (1, "open", None)
