"""What the database holds of what was answered: every form exactly once, applied exactly once."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from bench.posts import Posted

# A web process takes in what is spooled every few seconds.
SPOOLED_SECONDS = 30.0
_STORED = sa.text("SELECT key, count(*) FROM journal WHERE state = 'applied' GROUP BY key")
_EVENTS = sa.text(
    "SELECT sid, count(*) FROM message JOIN feed_event ON feed_event.message_id = message.id"
    " WHERE feed_event.kind = 'inbound' GROUP BY sid"
)
_UNREAD = sa.text(
    "SELECT (SELECT sum(unread) FROM conversation), (SELECT count(*) FROM message WHERE direction = 'inbound')"
)


@dataclass(frozen=True)
class Found:
    """How many answered forms are missing, stored or applied more than once; 0 is the promise."""

    answered: int
    lost: int
    doubled: int

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing doubled."""
        return self.lost == 0 and self.doubled == 0


def look(database_url: str, answered: Iterable[Posted], seconds: float = SPOOLED_SECONDS) -> Found:
    """Compare what was answered 2xx with what the database holds, once the spool has given back what it took."""
    keys = [posted.key for posted in answered]
    deadline = time.monotonic() + seconds
    while not (found := _look(database_url, keys)).holds and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def _look(database_url: str, keys: list[str]) -> Found:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        stored: dict[str, int] = {row[0]: row[1] for row in connection.execute(_STORED)}
        events: dict[str, int] = {row[0]: row[1] for row in connection.execute(_EVENTS)}
        unread, messages = connection.execute(_UNREAD).one()
    engine.dispose()
    inbound = [key.removeprefix("inbound:") for key in keys if key.startswith("inbound:")]
    lost = sum(key not in stored for key in keys) + sum(sid not in events for sid in inbound)
    doubled = sum(count > 1 for count in (*stored.values(), *events.values())) + abs((unread or 0) - messages)
    return Found(len(keys), lost, doubled)
