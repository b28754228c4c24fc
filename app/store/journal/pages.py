"""Pages of the journal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.journal.rows import NOT_APPLIED, speak_of
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
    query = select(Journal)
    if wanted.sid:
        query = query.where(*speak_of(account_sid, wanted.sid))
    elif wanted.state in ("", "applied"):
        # Nearly all are applied.
        query = query.where(by_primary_key.account_is(Journal, account_sid))
    else:
        query = query.where(Journal.account_sid == account_sid, NOT_APPLIED)
    if wanted.state:
        query = query.where(Journal.state == wanted.state)
    if wanted.kind:
        query = query.where(Journal.kind == wanted.kind)
    if before is not None:
        query = query.where(col(Journal.id) < before)
    return list(session.exec(query.order_by(col(Journal.id).desc()).limit(limit)))
