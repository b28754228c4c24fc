"""Attempts to send, with what became of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import Attempt
from app.store.updates import update_row


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


def update(session: Session, account_sid: str, attempt_id: int, **values: Any) -> None:
    """Change columns of an attempt."""
    update_row(session, Attempt, account_sid, attempt_id, values)


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


def last_of_each(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Attempt]:
    """The newest attempt of each of these messages."""
    if not message_ids:
        return {}
    query = select(Attempt).where(Attempt.account_sid == account_sid, col(Attempt.message_id).in_(message_ids))
    return {attempt.message_id: attempt for attempt in session.exec(query.order_by(col(Attempt.number)))}
