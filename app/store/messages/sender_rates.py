"""The senders' token buckets: one row each, shared by all processes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert_unless_there
from app.store.tables import SenderPace

_PAUSED_UNTIL: Any = sa.select(col(SenderPace.paused_until)).where(
    col(SenderPace.account_sid) == sa.bindparam("account_sid"), col(SenderPace.sender) == sa.bindparam("sender")
)


def held(session: Session, account_sid: str, sender: str, at: datetime, full: float) -> SenderPace:
    """The sender's bucket, held until the transaction ends; a new one is full."""
    query = select(SenderPace).where(SenderPace.account_sid == account_sid, SenderPace.sender == sender)
    locked = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(locked).first()
    if found is None:
        values = {"account_sid": account_sid, "sender": sender, "tokens": full, "filled_at": at}
        insert_unless_there(session, SenderPace, values, ("account_sid", "sender"))
        found = session.exec(locked).one()
    return found


def paused_until(session: Session, account_sid: str, sender: str) -> datetime | None:
    """The time until which the sender is paused; None when it never was. Locks nothing."""
    return session.connection().execute(_PAUSED_UNTIL, {"account_sid": account_sid, "sender": sender}).scalar()


def update(session: Session, account_sid: str, sender: str, **values: object) -> None:
    """Change columns of a sender's bucket."""
    mine = (col(SenderPace.account_sid) == account_sid, col(SenderPace.sender) == sender)
    session.execute(sa.update(SenderPace).where(*mine).values(**values))


def paused(session: Session, account_sid: str, at: datetime) -> list[SenderPace]:
    """The senders that wait now."""
    query = select(SenderPace).where(SenderPace.account_sid == account_sid, col(SenderPace.paused_until) > at)
    return list(session.exec(query))
