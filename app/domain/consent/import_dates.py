"""Dates as files write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_WRITTEN = re.compile(
    r"(?P<first>\d{1,2})(?P<sign>[./])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})"
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<seconds>\d\d))?\s*(?P<half>am|pm)?)?",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def read(told: str, month_first: bool) -> datetime:
    """The moment, UTC where no zone is told. Raises ValueError for what is no date, or of no year in use."""
    found = datetime.fromisoformat(told) if _ISO.match(told) else _as_people_write(told, month_first)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _as_people_write(told: str, month_first: bool) -> datetime:
    """31.01.2026, 31/1/2026 10:30; 1/31/2026 10:30 PM where the month comes first."""
    found = _WRITTEN.fullmatch(told)
    if found is None:
        raise ValueError(told)
    day, month = int(found["first"]), int(found["second"])
    if month_first and found["sign"] == "/":
        day, month = month, day
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(told)
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    minute, seconds = int(found["minute"] or 0), int(found["seconds"] or 0)
    return datetime(int(found["year"]), month, day, hour, minute, seconds, tzinfo=UTC)
