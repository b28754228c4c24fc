"""Attempts to send, and what the sender may claim."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserting import insert
from app.store.tables import Attempt, Message, SenderPace

_other = sa.orm.aliased(Message)


def claimable(session: Session, account_sid: str, sender: str, at: datetime, limit: int) -> list[Message]:
    """What may leave from `sender` now, oldest first: for each recipient the first in line, none while a send is open.

    On PostgreSQL the rows are held, and rows held by another process are passed over.
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
            *_ready(account_sid, at),
            Message.from_address == sender,
            ~earlier,
            ~_open_send(account_sid, col(Message.to_address), at),
        )
        .order_by(col(Message.id))
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True)
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def _ready(account_sid: str, at: datetime) -> tuple[Any, ...]:
    return (
        col(Message.account_sid) == account_sid,
        col(Message.state) == "ready",
        col(Message.next_attempt_at) <= at,
        sa.or_(col(Message.not_before).is_(None), col(Message.not_before) <= at),
    )


def senders_with_work(session: Session, account_sid: str, at: datetime) -> list[str]:
    """The senders that something may leave from, paused ones left out.

    A cheap look, so that an idle process never takes a turn at writing.
    """
    paused = sa.exists().where(
        col(SenderPace.account_sid) == account_sid,
        col(SenderPace.sender) == col(Message.from_address),
        col(SenderPace.paused_until) > at,
    )
    return list(session.exec(select(Message.from_address).where(*_ready(account_sid, at), ~paused).distinct()))


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


def by_sid(session: Session, account_sid: str, sid: str) -> Attempt | None:
    """The attempt that became this SID; a message that was tried again has more than one."""
    return session.exec(select(Attempt).where(Attempt.account_sid == account_sid, Attempt.sid == sid)).first()


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


def unconfirmed_near(session: Session, account_sid: str, to_address: str, at: datetime) -> bool:
    """True when a send to this recipient began shortly before `at` and nobody knows what became of it."""
    near = sa.exists().where(
        col(Attempt.account_sid) == account_sid,
        col(Attempt.to_address) == to_address,
        col(Attempt.outcome).in_(("", "unconfirmed")),
        col(Attempt.started_at) <= at + timedelta(minutes=2),
        col(Attempt.started_at) >= at - timedelta(minutes=2),
    )
    return bool(session.execute(sa.select(near)).scalar())


def unsettled(session: Session, account_sid: str, at: datetime, limit: int = 100) -> list[Attempt]:
    """Attempts that are not confirmed and whose next look at Twilio's list is due."""
    query = (
        select(Attempt)
        .where(
            Attempt.account_sid == account_sid,
            Attempt.outcome == "unconfirmed",
            col(Attempt.check_at) <= at,
        )
        .order_by(col(Attempt.check_at))
        .limit(limit)
    )
    return list(session.exec(query))


def last_of(session: Session, account_sid: str, message_id: int) -> Attempt | None:
    """The newest attempt of a message."""
    query = select(Attempt).where(Attempt.account_sid == account_sid, Attempt.message_id == message_id)
    return session.exec(query.order_by(col(Attempt.number).desc()).limit(1)).first()
