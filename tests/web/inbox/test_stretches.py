"""A search looks at a stretch of the past at a time, says how far it looked, and goes on to older ones when asked."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.store.conversations import search
from tests.support.cast import ago, hear
from tests.support.office import Browser, Office
from tests.web.inbox.test_list import shown


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MESSAGES_LOOKED_AT", 3)
    monkeypatch.setattr(search, "CONTACTS_LOOKED_AT", 3)


def older(browser: Browser, path: str) -> str:
    """The address of "Search older" on this page, '' where there is none."""
    found = re.search(r'id="search-older" href="([^"]+)"', browser.get(path).text)
    return unescape(found[1]) if found else ""


def written(office: Office, *bodies: str) -> list[int]:
    """Each from a customer of its own, the oldest first; the conversations' numbers."""

    def write(place: int, body: str) -> int:
        who = {"From": f"whatsapp:+1415555100{place}", "ProfileName": f"P{place}"}
        return hear(office.database, body, at=ago(days=9 - place), **who).conversation_id

    return [write(place, body) for place, body in enumerate(bodies)]


def test_what_is_older_is_found_by_searching_on(office: Office) -> None:
    numbers = written(office, "purple", "b", "c", "d", "e", "f", "g", "purple too")
    browser = office.browser("kim")
    assert shown(browser, "/?q=purple") == [numbers[-1]]
    assert "Messages back to " in browser.get("/?q=purple").text
    second = older(browser, "/?q=purple")
    assert shown(browser, second) == []
    assert "Nothing found" in browser.get(second).text
    third = older(browser, second)
    assert shown(browser, third) == [numbers[0]]
    assert "Older:" in browser.get(third).text
    assert older(browser, third) == ""


def test_old_contacts_are_found_by_searching_on_and_by_their_whole_number_at_once(office: Office) -> None:
    numbers = written(office, *"abcdefgh")
    browser = office.browser("kim")
    assert shown(browser, "/?q=p0") == []
    assert shown(browser, older(browser, older(browser, "/?q=p0"))) == [numbers[0]]
    assert shown(browser, "/?q=%2B1 415 555 1000") == [numbers[0]]
    assert shown(browser, "/?q=5551000") == []


def test_where_all_was_searched_it_says_so(office: Office) -> None:
    written(office, "a", "b")
    page = office.browser("kim").get("/?q=purple").text
    assert "All names, numbers and messages were searched." in page
    assert "search-older" not in page


def test_nothing_is_skipped_where_more_is_found_than_one_page_takes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    numbers = written(office, *["purple"] * 5)
    browser, found, path = office.browser("kim"), [], "/?q=purple"
    while path:
        found += shown(browser, path)
        path = older(browser, path)
    assert found == numbers[::-1]


@pytest.mark.parametrize("below", ["x", "1", "-", "0-0", "1-x", "9" * 40 + "-1", "1-1-1", "٣-1"])
def test_nonsense_for_where_it_ended_is_a_new_search(office: Office, below: str) -> None:
    numbers = written(office, "purple")
    assert shown(office.browser("kim"), f"/?q=purple&older={below}") == numbers


def test_nobody_counts_beyond_99(office: Office) -> None:
    for number in range(101):
        hear(office.database, From=f"whatsapp:+1415555{1000 + number}")
    browser = office.browser("kim")
    counts = browser.get("/inbox/counts?tab=all").text
    assert "Unassigned: 99+" in counts
    assert "All: 99+" in counts
    assert "Mine: 0" in counts
    assert "More than 99 are waiting without an owner." in browser.get("/inbox/counts?tab=mine").text
    rail = browser.get("/navigation").text
    assert ">99+<" in rail
    assert "More than 99 open and yours or nobody&#39;s" in rail
