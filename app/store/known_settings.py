"""The settings that the last start knew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from app.store.inserts import insert_unless_there
from app.store.tables import KnownSettings


def summary(session: Session, account_sid: str) -> dict[str, str] | None:
    """What the last start knew; None before the first."""
    found = session.exec(select(KnownSettings.summary).where(KnownSettings.account_sid == account_sid)).first()
    return None if found is None else dict(found)


def keep(session: Session, account_sid: str, seen: Mapping[str, str], at: datetime) -> dict[str, str] | None:
    """Keep this summary and return the one before it; None for the first. Two processes take turns."""
    values = {"account_sid": account_sid, "summary": dict(seen), "seen_at": at}
    if insert_unless_there(session, KnownSettings, values, ("account_sid",)) is not None:
        return None
    query = select(KnownSettings).where(KnownSettings.account_sid == account_sid)
    row = session.exec(query.with_for_update().execution_options(populate_existing=True)).one()
    before: dict[str, str] = row.summary
    row.summary, row.seen_at = dict(seen), at
    session.add(row)
    return before
