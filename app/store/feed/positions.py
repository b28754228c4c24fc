"""Read the feed as it grows, so that no event is passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import FeedEvent


@dataclass(frozen=True, order=True)
class Position:
    """A reader's position in the feed: PostgreSQL's transaction number (0 on SQLite), then the event's number."""

    transaction: int = 0
    event_id: int = 0


def after(
    session: Session, account_sid: str, position: Position, limit: int, until: Position | None = None
) -> list[FeedEvent]:
    """The account's events after `position`, up to `until`, in the order they are read by everybody, oldest first."""
    if _by_number(session):
        query = select(FeedEvent).where(by_primary_key.account_is(FeedEvent, account_sid))
        query = query.where(col(FeedEvent.id) > position.event_id).order_by(col(FeedEvent.id))
    else:
        mine = (FeedEvent.account_sid == account_sid, *settled(session), _position() > _at(position))
        query = select(FeedEvent).where(*mine).order_by(col(FeedEvent.transaction), col(FeedEvent.id))
    if until is not None:
        query = query.where(_position() <= _at(until))
    return list(session.exec(query.limit(limit)))


def newest(session: Session, account_sid: str) -> Position:
    """The newest position in the feed that this snapshot holds."""
    query = select(FeedEvent.transaction, FeedEvent.id).limit(1)
    if _by_number(session):
        query = query.where(by_primary_key.account_is(FeedEvent, account_sid)).order_by(col(FeedEvent.id).desc())
    else:
        query = query.where(FeedEvent.account_sid == account_sid, *settled(session))
        query = query.order_by(col(FeedEvent.transaction).desc(), col(FeedEvent.id).desc())
    found = session.exec(query).first()
    return Position(found[0], found[1] or 0) if found else Position()


def _by_number(session: Session) -> bool:
    """On SQLite writers take turns: the order of numbers is the order of commits."""
    return session.get_bind().dialect.name == "sqlite"


def settled(session: Session) -> list[sa.ColumnElement[bool]]:
    """The condition under which an event can have no unseen one before it.

    PostgreSQL gives numbers before they commit, so a reader stops at the oldest transaction that is still open.
    """
    if session.get_bind().dialect.name != "postgresql":
        return []
    oldest_open = sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot())
    return [col(FeedEvent.transaction) < sa.cast(sa.cast(oldest_open, sa.Text), sa.BigInteger)]


def position_of(event: FeedEvent) -> Position:
    """The position of a reader who has read this event."""
    return Position(event.transaction, event.id or 0)


def _position() -> Any:
    return sa.tuple_(col(FeedEvent.transaction), col(FeedEvent.id))


def _at(position: Position) -> Any:
    return sa.tuple_(sa.literal(position.transaction), sa.literal(position.event_id))
