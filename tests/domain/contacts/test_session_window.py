"""The session window: 24 hours after the customer's last message, less five minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.contacts.session_window import window
from tests.support.cast import ago

HEARD = ago(days=1)
LENGTH = timedelta(hours=23, minutes=55)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("after", "is_open"),
    [(-LENGTH, True), (timedelta(0), True), (LENGTH - MOMENT, True), (LENGTH, False), (LENGTH * 9, False)],
)
def test_it_closes_five_minutes_early(after: timedelta, is_open: bool) -> None:
    seen = window(HEARD, HEARD + after)
    assert (seen.open, seen.closes_at) == (is_open, HEARD + LENGTH)
    assert seen.left == max(LENGTH - after, timedelta(0))


def test_who_never_wrote_has_none() -> None:
    seen = window(None, HEARD)
    assert (seen.open, seen.closes_at, seen.left) == (False, None, timedelta(0))
