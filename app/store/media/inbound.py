"""Inbound files: what is wanted, what was fetched; and bytes kept in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import InboundMedia, Message
from app.store.updates import update_row


def claim_wanted(session: Session, account_sid: str, at: datetime, hold: timedelta, limit: int) -> list[InboundMedia]:
    """Files to fetch now; each is put off by `hold`, so that another process leaves it alone meanwhile."""
    query = (
        select(InboundMedia)
        .where(
            InboundMedia.account_sid == account_sid,
            InboundMedia.state == "wanted",
            col(InboundMedia.next_try_at) <= at,
        )
        .order_by(col(InboundMedia.next_try_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.exec(query))
    for row in rows:
        assert row.id is not None
        first = row.first_try_at or at
        row.tries, row.first_try_at, row.next_try_at = row.tries + 1, first, at + hold
        update(session, account_sid, row.id, tries=row.tries, first_try_at=first, next_try_at=row.next_try_at)
        session.expunge(row)
    return rows


def anything_wanted(session: Session, account_sid: str, at: datetime) -> bool:
    """A cheap look before the claim."""
    wanted = sa.exists().where(
        col(InboundMedia.account_sid) == account_sid,
        col(InboundMedia.state) == "wanted",
        col(InboundMedia.next_try_at) <= at,
    )
    return bool(session.execute(sa.select(wanted)).scalar())


def update(session: Session, account_sid: str, media_id: int, **values: Any) -> None:
    """Change columns of one file's row."""
    update_row(session, InboundMedia, account_sid, media_id, values)


def get(session: Session, account_sid: str, media_id: int) -> InboundMedia | None:
    """One file of the account."""
    query = select(InboundMedia).where(InboundMedia.account_sid == account_sid, InboundMedia.id == media_id)
    return session.exec(query).first()


def conversation_of(session: Session, account_sid: str, message_id: int) -> int | None:
    """The conversation that a file's message belongs to."""
    query = select(Message.conversation_id).where(Message.account_sid == account_sid, Message.id == message_id)
    return session.exec(query).first()
