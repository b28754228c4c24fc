"""A wall clock's time in a zone means one moment, or none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.runs.start_times import StartTimeRefused, moment_of

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "zone", "moment"),
    [
        ("2026-03-29T09:00", "Europe/Lisbon", datetime(2026, 3, 29, 8, tzinfo=UTC)),
        ("2026-03-28T09:00", "Europe/Lisbon", datetime(2026, 3, 28, 9, tzinfo=UTC)),
        # This hour comes twice: the first.
        ("2026-10-25T01:30", "Europe/Lisbon", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-07-01T09:00", "Asia/Kolkata", datetime(2026, 7, 1, 3, 30, tzinfo=UTC)),
    ],
)
def test_the_moment(typed: str, zone: str, moment: datetime) -> None:
    assert moment_of(typed, zone, AT) == moment


@pytest.mark.parametrize(
    ("typed", "zone", "code"),
    [
        ("2026-03-29T01:30", "Europe/Lisbon", "time_skipped"),
        ("2026-02-28T09:00", "UTC", "time_past"),
        ("soon", "UTC", "time_unreadable"),
        ("2026-03-29T09:00+02:00", "UTC", "time_unreadable"),
        ("2026-03-29T09:00", "Mars/Base", "zone_unknown"),
        ("2026-03-29T09:00", "../etc/passwd", "zone_unknown"),
    ],
)
def test_no_moment(typed: str, zone: str, code: str) -> None:
    with pytest.raises(StartTimeRefused, match=code):
        moment_of(typed, zone, AT)
