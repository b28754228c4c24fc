"""A filter of the feed looks at a stretch of events at a time, says so, and goes on to older ones when asked."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.store.feed import pages
from app.web.feed import page as feed
from tests.support.cast import AVA, NOOR, hear, opt_in
from tests.support.office import Browser, Office
from tests.web.feed.test_search import events, lines


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    for stretch in ("EVENTS_LOOKED_AT", "EVENTS_FILTERED"):
        monkeypatch.setattr(pages, stretch, 2)


def older(browser: Browser, path: str) -> str:
    """The address behind the link below the lines, '' where there is none."""
    found = re.search(r'id="older-link" href="([^"]+)"', browser.get(path).text)
    return unescape(found[1]) if found else ""


def test_what_is_older_is_found_by_searching_on(office: Office) -> None:
    sid = hear(office.database, From=NOOR, ProfileName="Noor K.").sid
    noor = events(office, hear(office.database, From=NOOR, ProfileName="Noor K.").conversation_id)
    for _ in range(3):
        hear(office.database, ProfileName="Ava")
    browser = office.browser("kim")
    page = browser.get("/feed?q=noor").text
    assert lines(page) == []
    assert "None of the newest events fits." in page
    assert "Events back to " in page
    second = older(browser, "/feed?q=noor")
    assert lines(browser.get(second).text) == noor[:1]
    third = older(browser, second)
    assert lines(browser.get(third).text) == noor[1:]
    assert older(browser, third) == ""
    # The fragment has the same link as the page.
    assert older(browser, second.replace("/feed?", "/feed/more?")) == third
    # A SID is found whenever it was.
    assert lines(browser.get(f"/feed?q={sid}").text) == noor[1:]


def test_a_kind_that_nothing_has_is_no_reading_of_all(office: Office) -> None:
    for _ in range(3):
        hear(office.database)
    browser = office.browser("kim")
    assert "None of the newest events fits." in browser.get("/feed?kind=status").text
    last = older(browser, "/feed?kind=status")
    assert "Nothing found" in browser.get(last).text
    assert "No event fits." in browser.get(last).text
    assert len(lines(browser.get("/feed").text)) == 3


def test_a_seldom_kind_is_found_however_old(office: Office) -> None:
    for address in (NOOR, AVA):
        opt_in(office.database, address, "service")
    for _ in range(5):
        hear(office.database)
    browser = office.browser("kim")
    assert len(lines(browser.get("/feed?kind=consent").text)) == 2
    assert older(browser, "/feed?kind=consent") == ""
    page = browser.get("/feed?kind=quarantine").text
    assert (lines(page), "No event fits." in page) == ([], True)


def test_a_seldom_kind_has_pages_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAGE", 2)
    for _ in range(5):
        opt_in(office.database, NOOR, "service")
        hear(office.database)
    browser, seen, path = office.browser("kim"), list[int](), "/feed?kind=consent"
    while path:
        seen += lines(browser.get(path).text)
        path = older(browser, path)
    assert len(seen) == len(set(seen)) == 5
