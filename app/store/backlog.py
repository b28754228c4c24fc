"""How long work has been waiting."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store.messages import IS_READY
from app.store.tables import Message


def oldest_ready(session: Session, account_sid: str, at: datetime) -> datetime | None:
    """Since when the oldest message that may leave waits; None when none does."""
    query = sa.select(sa.func.min(col(Message.next_attempt_at))).where(
        col(Message.account_sid) == account_sid, IS_READY, col(Message.next_attempt_at) <= at
    )
    oldest: datetime | None = session.execute(query).scalar()
    return oldest
