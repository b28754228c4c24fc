"""Attempts to send, and what the sender may claim."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserting import insert
from app.store.tables import Attempt, Message

_other = sa.orm.aliased(Message)


def claimable(session: Session, account_sid: str, at: datetime, limit: int) -> list[Message]:
    """Messages that may leave now, oldest first: for each recipient the first in line, and none while a send is open.

    On PostgreSQL the rows are held, and rows held by another sender are passed over.
    """
    earlier = sa.exists().where(
        col(_other.account_sid) == account_sid,
        col(_other.to_address) == col(Message.to_address),
        col(_other.state) == "ready",
        col(_other.id) < col(Message.id),
    )
    query = (
        select(Message)
        .where(
            Message.account_sid == account_sid,
            Message.state == "ready",
            col(Message.next_attempt_at) <= at,
            sa.or_(col(Message.not_before).is_(None), col(Message.not_before) <= at),
            ~earlier,
            ~_open_send(account_sid, col(Message.to_address), at),
        )
        .order_by(col(Message.id))
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True)
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def anything_claimable(session: Session, account_sid: str, at: datetime) -> bool:
    """A cheap look before the claim, so that an idle sender never takes a turn at writing."""
    ready = sa.exists().where(
        col(Message.account_sid) == account_sid, col(Message.state) == "ready", col(Message.next_attempt_at) <= at
    )
    return bool(session.execute(sa.select(ready)).scalar())


def _open_send(account_sid: str, to_address: Any, at: datetime) -> Any:
    return sa.exists().where(
        col(Attempt.account_sid) == account_sid,
        col(Attempt.to_address) == to_address,
        col(Attempt.outcome).in_(("", "unconfirmed")),
        col(Attempt.open_until) > at,
    )


def is_open(session: Session, account_sid: str, to_address: str, at: datetime) -> bool:
    """True while a send to this recipient may still turn out to have arrived."""
    return bool(session.execute(sa.select(_open_send(account_sid, to_address, at))).scalar())


def add(session: Session, values: dict[str, Any]) -> int:
    """One attempt; returns its number."""
    return insert(session, Attempt, values)


def get(session: Session, account_sid: str, message_id: int, attempt_id: int) -> Attempt | None:
    """One attempt of one message of the account."""
    query = select(Attempt).where(
        Attempt.account_sid == account_sid, Attempt.message_id == message_id, Attempt.id == attempt_id
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def of_message(session: Session, account_sid: str, message_id: int) -> list[Attempt]:
    """All attempts of a message, first to last."""
    query = select(Attempt).where(Attempt.account_sid == account_sid, Attempt.message_id == message_id)
    return list(session.exec(query.order_by(col(Attempt.number))))


def tell(session: Session, account_sid: str, attempt_id: int, **values: Any) -> None:
    """Change columns of an attempt."""
    where = (col(Attempt.account_sid) == account_sid, col(Attempt.id) == attempt_id)
    session.execute(sa.update(Attempt).where(*where).values(**values))


def abandoned(session: Session, account_sid: str, at: datetime, limit: int = 200) -> list[Attempt]:
    """Attempts whose sender never said what became of them, though their time is over."""
    query = (
        select(Attempt)
        .where(Attempt.account_sid == account_sid, Attempt.outcome == "", col(Attempt.open_until) <= at)
        .order_by(col(Attempt.id))
        .limit(limit)
    )
    return list(session.exec(query))
