"""The console on a phone, zoomed to 400 %, and with the browser's letters larger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.store.database import Database
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.browser.test_inbox_pages import PHONE, database, fits, open_conversation, open_inbox, pytestmark
from tests.support.cast import NOOR, conversation_with
from tests.support.outcomes import unconfirmed, undelivered

__all__ = ["database", "open_inbox", "pytestmark"]
# 1280 by 1024 at 400 %.
ZOOMED = {"width": 320, "height": 256}


def pages(database: Database) -> list[str]:
    """Where people go, with something to see at each."""
    noor = conversation_with(database, NOOR).id
    failed, unsure = undelivered(database, "63019", customer=NOOR), unconfirmed(database)
    return [
        "/?tab=all",
        "/?tab=all&q=hi",
        f"/conversations/{noor}",
        f"/conversations/{unsure.conversation_id}",
        "/conversations/1",
        f"/conversations/{noor}/template",
        f"/messages/{failed.id}/again",
        "/messages/new",
        "/feed",
        "/feed?q=noor",
        "/failures",
        "/failures/63019",
        "/journal",
        "/settings",
        "/settings/agents",
    ]


def go(page: Page, path: str) -> None:
    page.goto(page.url[: page.url.index("/", len("http://"))] + path)
    page.wait_for_load_state()


def test_no_field_makes_a_phone_zoom_in(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox(viewport=PHONE)
    for path in pages(database):
        go(page, path)
        assert page.evaluate(SMALL_FIELDS) == [], path


# The fields whose text is smaller than 16 px.
SMALL_FIELDS = """() => [...document.querySelectorAll('input, select, textarea')]
  .filter((field) => !['hidden', 'radio', 'checkbox', 'file'].includes(field.type))
  .filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16)
  .map((field) => field.outerHTML.slice(0, 80))"""


def test_assign_and_close_are_within_the_thumbs_reach(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox(viewport=PHONE, has_touch=True)
    open_conversation(page, "Noor K.")
    for name in ("Assign", "Close"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["y"] > PHONE["height"] * 2 / 3
        assert box["height"] >= 40
    page.get_by_role("button", name="Assign", exact=True).tap()
    page.get_by_role("radio", name="Ana Souza (you)").tap()
    choose = page.get_by_role("dialog").get_by_role("button", name="Assign")
    box = choose.bounding_box()
    assert box is not None
    assert box["y"] > PHONE["height"] * 2 / 3
    axe(page)
    choose.tap()
    expect(page.locator(".toast")).to_contain_text("Ana Souza takes care of it now.")
    # Right below the finger by now: a second tap at once would count as a double one.
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_the_state_of_the_connection_is_always_shown(
    open_inbox: Callable[..., Page], database: Database, viewport: dict[str, int]
) -> None:
    page = open_inbox(viewport=viewport)
    noor = f"/conversations/{conversation_with(database, NOOR).id}"
    for path in ("/?tab=all", noor, f"{noor}#contact", "/feed"):
        go(page, path)
        page.reload()
        state = page.locator("#live-status")
        expect(state).to_have_text("Live")
        assert page.evaluate(SEEN, "#live-status .t"), path
        # The longest that it can say stands beside the buttons.
        state.locator(".t").evaluate("element => { element.textContent = 'Reconnecting'; }")
        assert page.evaluate(SEEN, "#live-status .t"), path


# Whether an element stands whole on the screen, and nothing before it.
SEEN = """(where) => {
  const element = document.querySelector(where);
  const box = element.getBoundingClientRect();
  const on = (x, y) => element.parentElement.contains(document.elementFromPoint(x, y));
  return box.width > 8 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
    && on(box.left + 1, box.top + box.height / 2) && on(box.right - 1, box.top + box.height / 2);
}"""


def test_the_feed_says_who_on_a_phone_too(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox(viewport=PHONE)
    go(page, "/feed")
    for who in page.locator("#lines > .ev .who").all():
        expect(who).to_be_visible()
    expect(page.locator("#lines > .ev .who").filter(has_text="Noor K.").first).to_be_in_viewport()
    assert fits(page)


def test_everything_is_reached_at_400_percent_by_scrolling_one_way(
    open_inbox: Callable[..., Page], database: Database
) -> None:
    page = open_inbox(viewport=ZOOMED)
    for path in pages(database):
        go(page, path)
        assert fits(page), path
        assert page.evaluate(SIDEWAYS) == [], path
        assert page.evaluate(OUT_OF_REACH) == [], path
        axe_in_both_themes(page)


# What has to be scrolled sideways, beside tables and raw text, where two dimensions are the content.
SIDEWAYS = """() => [...document.querySelectorAll('main, main *')].filter((element) => {
  const style = getComputedStyle(element);
  return ['auto', 'scroll'].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1
    && !element.matches('pre, .scroll-x, .tabs, .raw');
}).map((element) => element.outerHTML.slice(0, 80))"""

# The controls that are on the page and can't be brought into sight, whole or as far as the screen is wide.
OUT_OF_REACH = """() => {
 const controls = document.querySelectorAll('a[href], button, input, select, textarea, summary');
 return [...controls].filter((control) => {
  if (!control.checkVisibility({ visibilityProperty: true })) return false;
  if (control.matches('.skip, [type=hidden], label > .vh')) return false;
  control.scrollIntoView({ block: 'center' });
  const box = control.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) return true;
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, innerHeight / 2));
  return box.left < -1 || box.right > innerWidth + 1 || !(top && (control.contains(top) || top.contains(control)
    || control.labels && [...control.labels].some((label) => label.contains(top))));
 }).map((control) => control.outerHTML.slice(0, 120));
}"""


def test_a_reply_can_be_written_and_sent_at_400_percent(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox(viewport=ZOOMED)
    open_conversation(page, "Noor K.")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("On its way.")
    expect(page.locator("#body")).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages article.m--out")).to_contain_text("On its way.")
    expect(page.locator("#messages article.m--out")).to_be_in_viewport()


@pytest.mark.parametrize("letters", [20, 32])
def test_sizes_follow_the_browsers_own_letters(
    open_inbox: Callable[..., Page], database: Database, letters: int
) -> None:
    page = open_inbox()
    before = page.evaluate(SIZES)
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": letters, "fixed": letters}})
    for path in pages(database):
        go(page, path)
        assert fits(page), path
        assert page.evaluate(CLIPPED) == [], path
    go(page, "/?tab=all")
    after = page.evaluate(SIZES)
    assert after == [pytest.approx(size * letters / 16) for size in before]


SIZES = """() => ['body', '#rows .row', '#rows .row time', '#search', '.rail a']
  .map((where) => parseFloat(getComputedStyle(document.querySelector(where)).fontSize))"""

# Controls whose words are taller than they are.
CLIPPED = """() => [...document.querySelectorAll(
  '.btn, .tab, .chip, .badge, .rail a, .row, summary, .bar'
)].filter((element) =>
  element.checkVisibility() && element.scrollHeight > element.clientHeight + 3 && element.clientHeight > 2
).map((element) => `${element.scrollHeight} in ${element.clientHeight}: ${element.outerHTML.slice(0, 90)}`)"""
