"""Read the feed as it grows, so that no event is passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

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
    query = select(FeedEvent).where(
        FeedEvent.account_sid == account_sid, *settled(session), _position() > _at(position)
    )
    if until is not None:
        query = query.where(_position() <= _at(until))
    return list(session.exec(query.order_by(col(FeedEvent.transaction), col(FeedEvent.id)).limit(limit)))


def newest(session: Session, account_sid: str) -> Position:
    """The newest position in the feed that this snapshot holds."""
    query = (
        select(FeedEvent.transaction, FeedEvent.id)
        .where(FeedEvent.account_sid == account_sid, *settled(session))
        .order_by(col(FeedEvent.transaction).desc(), col(FeedEvent.id).desc())
        .limit(1)
    )
    found = session.exec(query).first()
    return Position(found[0], found[1] or 0) if found else Position()


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
