"""Pages of the journal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import Journal

PAGE = 50
STATES = ("applied", "quarantined", "ignored")
KINDS = ("inbound", "status")


@dataclass(frozen=True)
class JournalFilter:
    """Which webhooks; '' leaves a filter out."""

    state: str = ""
    kind: str = ""
    sid: str = ""


def rows(session: Session, account_sid: str, wanted: JournalFilter, before: int | None, limit: int) -> list[Journal]:
    """The account's webhooks that fit, newest first, below the row `before`."""
    has_index = wanted.state or wanted.sid
    mine = col(Journal.account_sid) == account_sid if has_index else by_primary_key.account_is(Journal, account_sid)
    query = select(Journal).where(mine)
    if wanted.state:
        query = query.where(Journal.state == wanted.state)
    if wanted.kind:
        query = query.where(Journal.kind == wanted.kind)
    if wanted.sid:
        query = query.where(Journal.sid == wanted.sid)
    if before is not None:
        query = query.where(col(Journal.id) < before)
    return list(session.exec(query.order_by(col(Journal.id).desc()).limit(limit)))
