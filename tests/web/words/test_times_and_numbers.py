"""Times, numbers and sizes as people read them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.web.words import numbers, times
from app.web.words.gettext import _, ngettext

LONG_AGO = datetime(2024, 2, 29, 23, 30, 5, tzinfo=UTC)


def test_a_moment_is_written_in_the_viewers_zone() -> None:
    assert times.clock(LONG_AGO) == "23:30"
    assert times.full(LONG_AGO) == "Thursday 29 February 2024, 23:30:05 UTC"
    assert times.iso(LONG_AGO) == "2024-02-29T23:30:05.000Z"
    with Flask(__name__).test_request_context(headers={"Cookie": "switchboard_browser_zone=Europe/Berlin"}):
        assert times.clock(LONG_AGO) == "00:30"
        assert times.day(LONG_AGO) == "Friday 1 March 2024"
        assert times.full(LONG_AGO) == "Friday 1 March 2024, 00:30:05 CET"


def test_the_nearer_the_shorter() -> None:
    now = datetime.now(UTC)
    assert times.day(now) == "Today"
    assert times.day(now - timedelta(days=1)) == "Yesterday"
    assert times.short(now) == now.strftime("%H:%M")
    assert times.short(now - timedelta(days=3)) == (now - timedelta(days=3)).strftime("%a")
    assert times.short(LONG_AGO) == "29 Feb 2024"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=2, seconds=5), "2 min ago"),
        (timedelta(hours=3, minutes=59), "3 h ago"),
        (timedelta(days=1, minutes=1), "1 day ago"),
        (timedelta(days=5, minutes=1), "5 days ago"),
    ],
)
def test_how_long_ago(span: timedelta, words: str) -> None:
    assert times.ago(datetime.now(UTC) - span) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=3, minutes=12, seconds=59), "3 h 12 m"),
        (timedelta(minutes=41), "41 m"),
        (timedelta(seconds=-5), "0 m"),
    ],
)
def test_how_long_there_is(span: timedelta, words: str) -> None:
    assert times.left(span) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("+442079460018", "+44 20 7946 0018"),
        ("whatsapp:+14155550132", "+1 415-555-0132"),
        ("whatsapp:US.13491208655302741918", "US.13491208655302741918"),
        ("+", "+"),
    ],
)
def test_a_number_is_written_as_people_write_it(address: str, words: str) -> None:
    assert numbers.phone_text(address) == words


def test_a_number_keeps_its_direction_and_nothing_in_it_is_markup() -> None:
    assert numbers.phone("+442079460018") == '<span class="nw" dir="ltr">+44 20 7946 0018</span>'
    assert "<b>" not in numbers.phone("<b>")


def test_sizes() -> None:
    sizes = [512, 412_300, 999_499, 999_500, 1_849_000]
    assert [numbers.size(size) for size in sizes] == ["512 B", "412 kB", "999 kB", "1.0 MB", "1.8 MB"]


def test_lengths_of_recordings() -> None:
    lengths = [None, 1, 59, 60, 754, 3600, 7384]
    assert [numbers.length(one) for one in lengths] == ["", "0:01", "0:59", "1:00", "12:34", "1:00:00", "2:03:04"]


def test_initials() -> None:
    assert [numbers.initials(name) for name in ("Ana Souza", "demo", "", "Li de Wu", "🚲")] == [
        "AS", "D", "", "LW", "",
    ]  # fmt: skip


def test_messages_fill_in_their_values() -> None:
    assert _("%(time)s left", time="3 m") == "3 m left"
    assert _("100% sure") == "100% sure"
    assert ngettext("%(num)d try", "%(num)d tries", 2) == "2 tries"


# Chrome says Asia/Calcutta in India; a machine's own zones may lack such old names, or all of them.
OLD_NAMES = ("Asia/Calcutta", "Asia/Saigon", "Asia/Katmandu", "Europe/Kiev", "America/Buenos_Aires", "US/Pacific")


def test_old_names_of_zones_are_known_without_the_machines_zones() -> None:
    code = "from app.web.words.times import zone_names; import sys; print(set(sys.argv[1:]) <= zone_names())"
    for path in ("", "/nowhere"):
        known = subprocess.run(
            [sys.executable, "-c", code, *OLD_NAMES],
            env={**os.environ, "PYTHONTZPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        assert known.stdout == "True\n"


def test_times_are_local_by_an_old_name() -> None:
    with Flask(__name__).test_request_context(headers={"Cookie": "switchboard_browser_zone=Asia/Calcutta"}):
        assert times.clock(LONG_AGO) == "05:00"
