"""The signed checkpoints over the consent ledger's tree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert
from app.store.tables import ConsentCheckpoint
from app.store.updates import update_row


def add(session: Session, account_sid: str, values: dict[str, Any]) -> int:
    """One checkpoint; its number."""
    return insert(session, ConsentCheckpoint, {"account_sid": account_sid, **values})


def newest(session: Session, account_sid: str) -> ConsentCheckpoint | None:
    """The checkpoint that was signed last."""
    query = select(ConsentCheckpoint).where(by_primary_key.account_is(ConsentCheckpoint, account_sid))
    return session.exec(query.order_by(col(ConsentCheckpoint.id).desc()).limit(1)).first()


def newest_daily(session: Session, account_sid: str) -> ConsentCheckpoint | None:
    """The last one that leaves the machine."""
    found: ConsentCheckpoint | None = session.exec(_daily(account_sid).limit(1)).first()
    return found


def last_sent(session: Session, account_sid: str) -> ConsentCheckpoint | None:
    """The last one that has left the machine."""
    query = _daily(account_sid).where(col(ConsentCheckpoint.sent_at).is_not(None))
    found: ConsentCheckpoint | None = session.exec(query.limit(1)).first()
    return found


def to_send(session: Session, account_sid: str, at: datetime) -> list[ConsentCheckpoint]:
    """Those that are to leave the machine now, oldest first."""
    query = select(ConsentCheckpoint).where(
        ConsentCheckpoint.account_sid == account_sid,
        col(ConsentCheckpoint.send_at).is_not(None),
        col(ConsentCheckpoint.send_at) <= at,
    )
    return list(session.exec(query.order_by(col(ConsentCheckpoint.send_at)).limit(20)))


def update(session: Session, account_sid: str, number: int, **values: Any) -> None:
    """Change what became of sending one."""
    update_row(session, ConsentCheckpoint, account_sid, number, values)


def page(session: Session, account_sid: str, after: int, limit: int) -> list[ConsentCheckpoint]:
    """Checkpoints after this number, in the order in which they were signed."""
    query = select(ConsentCheckpoint).where(
        by_primary_key.account_is(ConsentCheckpoint, account_sid), col(ConsentCheckpoint.id) > after
    )
    return list(session.exec(query.order_by(col(ConsentCheckpoint.id)).limit(limit)))


def _daily(account_sid: str) -> Any:
    return (
        select(ConsentCheckpoint)
        .where(ConsentCheckpoint.account_sid == account_sid, col(ConsentCheckpoint.daily).is_(True))
        .order_by(col(ConsentCheckpoint.id).desc())
    )
