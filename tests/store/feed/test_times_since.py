"""When the events of the last hour came, however many came before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.store.database import Database
from app.store.feed import events, lines
from tests.support.cast import ACCOUNT, ago


def told(database: Database, within: timedelta) -> list[str]:
    """The kinds of events that are younger, newest first."""
    return [kind for _at, kind in database.read(lambda session: lines.times_since(session, ACCOUNT, ago() - within))]


@pytest.mark.parametrize("looked_at", [(1, 1), (1, 9), (2, 9), (9, 9)])
def test_the_events_of_the_time_that_is_asked_for_are_told(
    database: Database, monkeypatch: pytest.MonkeyPatch, looked_at: tuple[int, int]
) -> None:
    monkeypatch.setattr(lines, "_NEWEST", looked_at)
    assert told(database, timedelta(hours=1)) == []
    for minutes, kind in ((300, "status"), (90, "inbound"), (30, "status"), (20, "quarantine"), (10, "inbound")):
        at = ago(minutes=minutes)
        database.write(lambda session, at=at, kind=kind: events.append(session, ACCOUNT, kind, at))  # type: ignore[misc]
    young = ["inbound", "quarantine", "status"]
    assert told(database, timedelta(hours=1)) == young[: sum(looked_at)]
    assert told(database, timedelta(hours=2)) == [*young, "inbound"][: sum(looked_at)]
