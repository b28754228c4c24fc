"""How many messages are on their way to Twilio, and since when the oldest waits.

Every message has a number and a sender; without a word of them SQLite takes another index, and reads all the account's
messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store.messages.rows import IS_READY, IS_UNCONFIRMED
from app.store.tables import Attempt, Message


@dataclass(frozen=True)
class Depth:
    """`oldest` is None when none waits."""

    count: int
    oldest: datetime | None


def ready(session: Session, account_sid: str, at: datetime) -> Depth:
    """How many messages wait to be sent, and the oldest of those that may leave already."""
    due = sa.case((col(Message.next_attempt_at) <= at, col(Message.next_attempt_at)))
    mine = (col(Message.account_sid) == account_sid, IS_READY, col(Message.from_address) > "")
    return _depth(session, due, *mine)


def sending(session: Session, account_sid: str) -> Depth:
    """How many messages Twilio was asked to take and has not answered."""
    started = col(Attempt.started_at)
    return _depth(session, started, col(Attempt.account_sid) == account_sid, col(Attempt.outcome) == "")


def unconfirmed(session: Session, account_sid: str) -> Depth:
    """How many messages are not confirmed."""
    mine = (col(Message.account_sid) == account_sid, IS_UNCONFIRMED, col(Message.id) > 0)
    return _depth(session, col(Message.occurred_at), *mine)


def _depth(session: Session, since: Any, *conditions: Any) -> Depth:
    count, oldest = session.execute(sa.select(sa.func.count(), sa.func.min(since)).where(*conditions)).one()
    return Depth(int(count), oldest)
