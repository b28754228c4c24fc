"""Read the feed as it grows, so that no event is passed over.

PostgreSQL gives numbers before they commit: an event may come to light behind others that were read long ago. So a
position names, beside the newest event that was read, the transactions that were still running then with lower
numbers. Whatever these write is read when they end, and nobody waits for them. SQLite's writers take turns: there the
order of numbers is the order of commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.tables import FeedEvent


@dataclass(frozen=True)
class Position:
    """A reader's position: all events up to this one are read, except those of `running`.

    `transaction` is PostgreSQL's transaction number with its epoch, which never comes round again; 0 on SQLite.
    """

    transaction: int = 0
    event_id: int = 0
    running: tuple[int, ...] = ()

    def is_beyond(self, other: Position) -> bool:
        """Whether the newest event read here comes after the newest read there."""
        return (self.transaction, self.event_id) > (other.transaction, other.event_id)


class Event(NamedTuple):
    """One row of the feed as a reader needs it."""

    transaction: int
    id: int
    kind: str
    word: str
    conversation_id: int | None
    message_id: int | None
    journal_id: int | None
    detail: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime


class Read(NamedTuple):
    """What was read, in the order of transactions and numbers, and the position of who has read it.

    `cut` says that there is more after it.
    """

    events: list[Event]
    position: Position
    cut: bool


class _Snapshot(NamedTuple):
    """What a snapshot says of transactions: those from `end` on, and of the others `running`, are not in it."""

    end: int
    running: tuple[int, ...]

    def position_at(self, transaction: int, event_id: int) -> Position:
        return Position(transaction, event_id, tuple(number for number in self.running if number < transaction))


EVENT_COLUMNS: list[Any] = [getattr(FeedEvent, name) for name in Event._fields]
_BY_NUMBER = (col(FeedEvent.id),)
_BY_TRANSACTION = (col(FeedEvent.transaction), col(FeedEvent.id))
_SNAPSHOT = sa.cast(sa.func.pg_current_snapshot(), sa.Text)


def after(
    session: Session,
    account_sid: str,
    position: Position,
    limit: int,
    until: Position | None = None,
    conversation_id: int | None = None,
) -> Read:
    """The account's events that `position` hasn't read and `until` has, oldest first, at most `limit` of the new ones.

    Those of transactions that ended late come first, and all of them: a position can't stand amid them.
    """
    seen = _snapshot(session)
    order = _BY_TRANSACTION if seen.end else _BY_NUMBER
    within = _within(account_sid, seen, until, conversation_id)
    late = _late(session, within, position)
    newer = _place(seen) > _at(position, seen)
    new = _events(session, sa.select(*EVENT_COLUMNS).where(*within, newer).order_by(*order).limit(limit))
    newest = new[-1] if new else position
    number = newest.id if isinstance(newest, Event) else newest.event_id
    cut = len(new) == limit
    reached = until if until and not cut else seen.position_at(newest.transaction, number)
    return Read(late + new, reached, cut)


def newest(session: Session, account_sid: str) -> Position:
    """The position of who has read all that this snapshot holds."""
    found = session.execute(_newest(_is_postgresql(session)), {"account_sid": account_sid}).first()
    return _snapshot_of(found[2]).position_at(found[0], found[1]) if found else Position()


@cache
def _newest(postgresql: bool) -> Any:
    """One statement, for every page asks it."""
    query: Any = sa.select(col(FeedEvent.transaction), col(FeedEvent.id), _SNAPSHOT if postgresql else sa.literal(""))
    if not postgresql:
        mine = by_primary_key.account_is(FeedEvent, sa.bindparam("account_sid"))
        return query.where(mine).order_by(col(FeedEvent.id).desc()).limit(1)
    query = query.where(col(FeedEvent.account_sid) == sa.bindparam("account_sid"))
    end = sa.func.pg_snapshot_xmax(sa.func.pg_current_snapshot())
    query = query.where(col(FeedEvent.transaction) < sa.cast(sa.cast(end, sa.Text), sa.BigInteger))
    return query.order_by(col(FeedEvent.transaction).desc(), col(FeedEvent.id).desc()).limit(1)


def _within(
    account_sid: str, seen: _Snapshot, until: Position | None, conversation_id: int | None
) -> list[sa.ColumnElement[bool]]:
    if conversation_id is not None:
        within = [col(FeedEvent.account_sid) == account_sid, col(FeedEvent.conversation_id) == conversation_id]
    elif seen.end:
        within = [col(FeedEvent.account_sid) == account_sid]
    else:
        within = [by_primary_key.account_is(FeedEvent, account_sid)]
    within += _begun(seen)
    if until is not None:
        within.append(_place(seen) <= _at(until, seen))
        if until.running:
            within.append(col(FeedEvent.transaction).not_in(until.running))
    return within


def _late(session: Session, within: list[sa.ColumnElement[bool]], position: Position) -> list[Event]:
    """What was running when the position was taken, and has ended since."""
    if not position.running:
        return []
    ended = col(FeedEvent.transaction).in_(position.running)
    return _events(session, sa.select(*EVENT_COLUMNS).where(*within, ended).order_by(*_BY_TRANSACTION))


def _events(session: Session, query: Any) -> list[Event]:
    return [Event._make(row) for row in session.execute(query)]


def _snapshot(session: Session) -> _Snapshot:
    return _snapshot_of(session.execute(sa.select(_SNAPSHOT)).scalar_one() if _is_postgresql(session) else "")


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _snapshot_of(text: str) -> _Snapshot:
    """As PostgreSQL writes it: the oldest that runs, the first that has not begun, all that run. '' on SQLite."""
    if not text:
        return _Snapshot(0, ())
    _oldest, end, running = text.split(":")
    return _Snapshot(int(end), tuple(sorted(int(number) for number in running.split(",") if number)))


def _begun(seen: _Snapshot) -> Sequence[sa.ColumnElement[bool]]:
    """Only what a transaction of this server wrote: rows of a dump that was put back may have numbers to come."""
    return [col(FeedEvent.transaction) < seen.end] if seen.end else []


def _place(seen: _Snapshot) -> Any:
    return sa.tuple_(*_BY_TRANSACTION) if seen.end else col(FeedEvent.id)


def _at(position: Position, seen: _Snapshot) -> Any:
    return (position.transaction, position.event_id) if seen.end else position.event_id
