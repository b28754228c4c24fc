"""The moment that a wall clock's time in a zone means."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class StartTimeRefused(Exception):
    """The time means no moment; `code` is time_unreadable, zone_unknown, time_skipped or time_past."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def moment_of(typed: str, zone: str, at: datetime) -> datetime:
    """The moment for `2026-03-29T09:00` in an IANA zone. Raises StartTimeRefused.

    Where clocks go back and an hour comes twice, the first one is meant; one that clocks skip is refused.
    """
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise StartTimeRefused("zone_unknown") from None
    try:
        wall = datetime.fromisoformat(typed)
    except ValueError:
        raise StartTimeRefused("time_unreadable") from None
    if wall.tzinfo is not None or not 2000 < wall.year < 9000:
        raise StartTimeRefused("time_unreadable")
    moment = wall.replace(tzinfo=there).astimezone(UTC)
    if moment.astimezone(there).replace(tzinfo=None) != wall:
        raise StartTimeRefused("time_skipped")
    if moment <= at:
        raise StartTimeRefused("time_past")
    return moment
