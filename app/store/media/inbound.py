"""Inbound files: what is wanted, what was fetched; and bytes kept in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert
from app.store.tables import InboundMedia, InboundMediaTry, Message
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


def want_again(session: Session, account_sid: str, message_id: int, at: datetime) -> int:
    """Want those files of a message that could not be had, as if they were new. Returns how many."""
    where = (
        col(InboundMedia.account_sid) == account_sid,
        col(InboundMedia.message_id) == message_id,
        col(InboundMedia.state) == "failed",
    )
    values = {"state": "wanted", "reason": "", "tries": 0, "next_try_at": at}
    done: Any = session.execute(sa.update(InboundMedia).where(*where).values(**values))
    return int(done.rowcount)


def add_try(session: Session, account_sid: str, media_id: int, at: datetime, milliseconds: int, reason: str) -> None:
    """Write down one try to fetch a file."""
    values = {"account_sid": account_sid, "media_id": media_id, "occurred_at": at}
    insert(session, InboundMediaTry, {**values, "milliseconds": milliseconds, "reason": reason})


def tries(session: Session, account_sid: str, media_ids: Collection[int]) -> dict[int, list[InboundMediaTry]]:
    """Every try for these files, by file, first to last."""
    found: dict[int, list[InboundMediaTry]] = {number: [] for number in media_ids}
    query = select(InboundMediaTry).where(
        InboundMediaTry.account_sid == account_sid, col(InboundMediaTry.media_id).in_(media_ids)
    )
    for one in session.exec(query.order_by(col(InboundMediaTry.id))) if media_ids else ():
        found[one.media_id].append(one)
    return found


def of_message(session: Session, account_sid: str, message_id: int) -> list[InboundMedia]:
    """The files of a message, in their order."""
    query = select(InboundMedia).where(InboundMedia.account_sid == account_sid, InboundMedia.message_id == message_id)
    return list(session.exec(query.order_by(col(InboundMedia.position))))


def body_of(session: Session, account_sid: str, message_id: int) -> str:
    """The text of the message that a file came with."""
    query = select(Message.body).where(Message.account_sid == account_sid, Message.id == message_id)
    return session.exec(query).first() or ""
