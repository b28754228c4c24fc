"""The journal's rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_unless_there
from app.store.messages.rows import HAS_SID
from app.store.tables import ConsentRecord, InboundMedia, Journal, Message, StatusEvent

Pairs = Sequence[tuple[str, str]]
# The condition of a partial index, in its words.
WITH_RAW_FORM = sa.and_(
    col(Journal.state) == sa.literal_column("'applied'"), col(Journal.form) != sa.literal_column("''")
)

NOT_APPLIED = col(Journal.state) != sa.literal_column("'applied'")


def add(session: Session, account_sid: str, key: str, pairs: Pairs, **columns: Any) -> int | None:
    """Store one raw form; None when one with this key is there already. The form is kept as it came."""
    values = {"account_sid": account_sid, "key": key, "form": json.dumps(pairs), **columns}
    return insert_unless_there(session, Journal, values, ("account_sid", "key"))


def quarantine(session: Session, account_sid: str, journal_id: int, reason: str) -> None:
    """Mark a row as not understood, with the reason's code."""
    _update(session, account_sid, journal_id, state="quarantined", reason=reason, applied_at=None)


def applied(session: Session, account_sid: str, journal_id: int, at: datetime) -> None:
    """Mark a row as applied."""
    _update(session, account_sid, journal_id, state="applied", reason="", applied_at=at)


def _update(session: Session, account_sid: str, journal_id: int, **values: Any) -> None:
    where = (col(Journal.account_sid) == account_sid, col(Journal.id) == journal_id)
    session.execute(sa.update(Journal).where(*where).values(**values))


def get(session: Session, account_sid: str, journal_id: int) -> Journal | None:
    """One row of the account."""
    return session.exec(select(Journal).where(Journal.account_sid == account_sid, Journal.id == journal_id)).first()


def pairs_of(row: Journal) -> list[tuple[str, str]]:
    """The raw form, in the order it came; empty once retention purged it."""
    return [(name, value) for name, value in json.loads(row.form)] if row.form else []


# What a form can change: the message's own columns, and how many rows of each kind stand beside it.
RowsSnapshot = tuple[Any, ...]


def rows_snapshot(session: Session, row: Journal) -> RowsSnapshot:
    """A snapshot of all rows that a form of this SID may have left, so that a replay can say what it changed."""
    account_sid = row.account_sid
    query = select(Message).where(Message.account_sid == account_sid, Message.sid == row.sid, HAS_SID)
    message = session.exec(query.execution_options(populate_existing=True)).first() if row.sid else None
    if message is None:
        return (None, 0, _count(session, StatusEvent, account_sid, StatusEvent.sid == row.sid), 0)
    return (
        message.model_dump(mode="json"),
        # One that failed and is wanted again counts as one more.
        _count(
            session,
            InboundMedia,
            account_sid,
            sa.and_(col(InboundMedia.message_id) == message.id, col(InboundMedia.state) != "failed"),
        ),
        _count(session, StatusEvent, account_sid, StatusEvent.sid == row.sid),
        _count(session, ConsentRecord, account_sid, ConsentRecord.message_id == message.id),
    )


def _count(session: Session, table: Any, account_sid: str, condition: Any) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.account_sid == account_sid, condition)
    return int(session.execute(query).scalar_one())


def of_sid(session: Session, account_sid: str, sid: str) -> list[int]:
    """The rows that speak of a message, in the order they came."""
    query = select(Journal.id).where(*speak_of(account_sid, sid)).order_by(col(Journal.id))
    return [number for number in session.exec(query) if number is not None]


def speak_of(account_sid: str, sid: str) -> tuple[Any, Any]:
    """The condition of the rows that speak of a message, by their keys (`key` in app/domain/webhooks/webhook.py)."""
    mine, key = col(Journal.account_sid) == account_sid, col(Journal.key)
    found = sa.union_all(
        sa.select(col(Journal.id)).where(mine, key.in_((f"inbound:{sid}", f"pulled:{sid}"))),
        # The sign after the colon.
        sa.select(col(Journal.id)).where(mine, key >= f"status:{sid}:", key < f"status:{sid};"),
    )
    return by_primary_key.account_is(Journal, account_sid), col(Journal.id).in_(found)


def between(session: Session, account_sid: str, since: datetime, before: datetime) -> list[int]:
    """The rows that happened in a span of time, in the order they came."""
    query = select(Journal.id).where(
        Journal.account_sid == account_sid, col(Journal.occurred_at) >= since, col(Journal.occurred_at) < before
    )
    return [number for number in session.exec(query.order_by(col(Journal.id))) if number is not None]


def quarantined(session: Session, account_sid: str, limit: int = 100) -> list[Journal]:
    """The webhooks in quarantine, newest first."""
    mine = (Journal.account_sid == account_sid, NOT_APPLIED, Journal.state == "quarantined")
    query = select(Journal).where(*mine)
    return list(session.exec(query.order_by(col(Journal.id).desc()).limit(limit)))


def unarchived(session: Session, account_sid: str, before: datetime, limit: int = 500) -> list[Journal]:
    """Rows that are not in the archive yet, oldest first."""
    query = select(Journal).where(
        Journal.account_sid == account_sid, col(Journal.archived_at).is_(None), col(Journal.recorded_at) < before
    )
    return list(session.exec(query.order_by(col(Journal.id)).limit(limit)))


def archived(session: Session, account_sid: str, journal_ids: list[int], at: datetime) -> set[int]:
    """Mark rows as archived. Returns those that were erased, which must not be in the archive."""
    where = (by_primary_key.account_is(Journal, account_sid), col(Journal.id).in_(journal_ids))
    session.execute(sa.update(Journal).where(*where).values(archived_at=at))
    erased = select(Journal.id).where(*where, by_primary_key.unindexed(Journal.state) == "erased")
    return {number for number in session.exec(erased) if number is not None}


def by_key(session: Session, account_sid: str, key: str) -> Journal | None:
    """The row with this key."""
    return session.exec(select(Journal).where(Journal.account_sid == account_sid, Journal.key == key)).first()
