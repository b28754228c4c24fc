"""Searching the feed, and asking which of the lines that just came fit."""

from __future__ import annotations

import re

import pytest

from app.store.tables import FeedEvent
from tests.support.cast import NOOR, hear, rows
from tests.support.office import Office


def lines(html: str) -> list[int]:
    """The events whose lines the HTML shows, in their order."""
    return [int(number) for number in re.findall(r'id="ev-(\d+)"', html)]


def events(office: Office, conversation_id: int | None) -> list[int]:
    """The numbers of a conversation's events, newest first."""
    found = rows(office.database, FeedEvent, conversation_id=conversation_id)
    return [event.id or 0 for event in found][::-1]


def test_of_the_lines_that_came_those_that_fit_are_answered(office: Office) -> None:
    noor = events(office, hear(office.database, From=NOOR, ProfileName="Noor K.").conversation_id)
    ava = events(office, hear(office.database, ProfileName="Ava").conversation_id)
    browser = office.browser("kim")
    among = ",".join(str(number) for number in (*noor, *ava))
    assert lines(browser.get(f"/feed/found?q=noor&among={among}").text) == noor
    assert lines(browser.get(f"/feed/found?q=noor&among={ava[0]}").text) == []
    assert lines(browser.get(f"/feed/found?q=noor&kind=status&among={among}").text) == []
    # Without numbers, the newest that fit.
    assert lines(browser.get("/feed/found?q=noor").text) == noor


@pytest.mark.parametrize("among", ["x", "-1", "9" * 40, "1;2", "٣", "," * 5000, "\x00"])
def test_odd_numbers_are_left_out(office: Office, among: str) -> None:
    browser = office.browser("kim")
    assert browser.client.get("/feed/found", query_string={"q": "x", "among": among}).status_code == 200


def test_the_counts_say_what_they_count(office: Office) -> None:
    hear(office.database, From=NOOR, ProfileName="Noor K.")
    page = office.browser("kim").get("/feed").text
    assert 'title="Inbound: 1 in the last hour"' in page
    found = office.browser("kim").get("/feed?q=noor&kind=inbound").text
    assert "1 line found" in found
    assert "in the last hour" not in found[found.index('class="tools"') :]
    assert 'href="/feed?kind=status&amp;q=noor"' in found
