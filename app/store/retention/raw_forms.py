"""Raw forms of applied webhooks; their keys stay, so that a repeat stays a repeat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.journal.rows import NOT_APPLIED, WITH_RAW_FORM
from app.store.retention.looked import Looked
from app.store.tables import Journal


def look(
    session: Session,
    account_sid: str,
    before: datetime,
    after: tuple[datetime, int] | None,
    limit: int,
    *,
    archived_only: bool,
) -> Looked:
    """The forms recorded before then; what is not archived yet stays, and what is in quarantine until it is settled."""
    at, number = col(Journal.recorded_at), col(Journal.id)
    query = sa.select(number, at, col(Journal.archived_at)).where(
        col(Journal.account_sid) == account_sid, WITH_RAW_FORM, at < before
    )
    if after is not None:
        query = query.where(sa.tuple_(at, number) > after)
    rows = session.execute(query.order_by(at, number).limit(limit)).all()
    old = [row for row in rows if row.archived_at is not None or not archived_only]
    kept = {"not_archived": len(rows) - len(old)}
    if after is None:
        kept["quarantined"] = _quarantined(session, account_sid, before)
    return Looked(
        [row.id for row in old],
        old[0].recorded_at if old else None,
        {reason: count for reason, count in kept.items() if count},
        (rows[-1].recorded_at, rows[-1].id) if rows else None,
    )


def delete(session: Session, account_sid: str, looked: Looked) -> int:
    """Delete these forms."""
    where = (by_primary_key.account_is(Journal, account_sid), col(Journal.id).in_(looked.old), WITH_RAW_FORM)
    done: Any = session.execute(sa.update(Journal).where(*where).values(form=""))
    return int(done.rowcount)


def _quarantined(session: Session, account_sid: str, before: datetime) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Journal)
        .where(
            col(Journal.account_sid) == account_sid,
            NOT_APPLIED,
            col(Journal.state) == "quarantined",
            col(Journal.recorded_at) < before,
        )
    )
    return int(session.execute(query).scalar_one())
