"""Rows that are deleted as wholes, oldest first by their numbers: events of the feed, answers of the API."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.retention.looked import Looked
from app.store.tables import ApiAnswer, FeedEvent

_TABLES: dict[str, tuple[Any, Any]] = {
    "feed": (FeedEvent, col(FeedEvent.recorded_at)),
    "api_answers": (ApiAnswer, col(ApiAnswer.created_at)),
}


def look(session: Session, account_sid: str, kind: str, before: datetime, after: int | None, limit: int) -> Looked:
    """The rows from before then, above `after`. The newest of all stays: its number must not be given twice."""
    table, recorded_at = _TABLES[kind]
    mine = by_primary_key.account_is(table, account_sid)
    newest = sa.select(sa.func.max(table.id)).where(mine).scalar_subquery()
    query = sa.select(table.id, recorded_at.label("at")).where(mine, table.id > (after or 0), table.id < newest)
    rows = [*takewhile(lambda row: row.at < before, session.execute(query.order_by(table.id).limit(limit)))]
    oldest = min((row.at for row in rows), default=None)
    return Looked([row.id for row in rows], oldest, {}, rows[-1].id if rows else None)


def delete(session: Session, account_sid: str, kind: str, looked: Looked, _at: datetime) -> int:
    """Delete these rows."""
    table, _ = _TABLES[kind]
    done: Any = session.execute(
        sa.delete(table).where(by_primary_key.account_is(table, account_sid), table.id.in_(looked.old))
    )
    return int(done.rowcount)
