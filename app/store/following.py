"""Read the feed as it grows, so that no event is passed over."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import FeedEvent


@dataclass(frozen=True, order=True)
class Position:
    """How far somebody has read: PostgreSQL's transaction number (0 on SQLite), then the event's number."""

    transaction: int = 0
    event_id: int = 0


def after(session: Session, account_sid: str, position: Position, limit: int) -> list[FeedEvent]:
    """The account's events after `position`, in the order they are read by everybody, oldest first."""
    place = sa.tuple_(col(FeedEvent.transaction), col(FeedEvent.id))
    query = (
        select(FeedEvent)
        .where(FeedEvent.account_sid == account_sid, *settled(session))
        .where(place > sa.tuple_(sa.literal(position.transaction), sa.literal(position.event_id)))
        .order_by(col(FeedEvent.transaction), col(FeedEvent.id))
        .limit(limit)
    )
    return list(session.exec(query))


def newest(session: Session, account_sid: str) -> Position:
    """Where a page that is rendered on this snapshot stands."""
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


def place_of(event: FeedEvent) -> Position:
    """Where a reader stands who has read this event."""
    return Position(event.transaction, event.id or 0)
