"""Customers' files: found by the index of what was wanted, in which those that were fetched stand by their time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.retention.looked import Looked
from app.store.tables import InboundMedia


def look(
    session: Session, account_sid: str, before: datetime, after: tuple[datetime, int] | None, limit: int
) -> Looked:
    """The files fetched before then, by number and key, after this one."""
    # Set when it was claimed, and not changed since.
    claimed = col(InboundMedia.next_try_at)
    query = sa.select(col(InboundMedia.id), col(InboundMedia.key), claimed).where(
        col(InboundMedia.account_sid) == account_sid, col(InboundMedia.state) == "fetched", claimed < before
    )
    if after is not None:
        query = query.where(sa.tuple_(claimed, col(InboundMedia.id)) > after)
    rows = session.execute(query.order_by(claimed, col(InboundMedia.id)).limit(limit)).all()
    return Looked(
        [(row.id, row.key) for row in rows],
        rows[0].next_try_at if rows else None,
        {},
        (rows[-1].next_try_at, rows[-1].id) if rows else None,
    )


def delete(session: Session, account_sid: str, looked: Looked) -> int:
    """Say of these files that they are deleted."""
    numbers = [number for number, _ in looked.old]
    where = (by_primary_key.account_is(InboundMedia, account_sid), col(InboundMedia.id).in_(numbers))
    done: Any = session.execute(
        sa.update(InboundMedia)
        .where(*where, col(InboundMedia.state) == "fetched")
        .values(state="deleted", reason="deleted", key="", size=0, details={})
    )
    return int(done.rowcount)
