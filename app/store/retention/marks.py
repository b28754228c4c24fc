"""Up to which number messages have been looked at, by kind, and which of them consent records rest on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import ConsentRecord, RetentionMark


def mark(session: Session, account_sid: str, kind: str) -> int:
    """The number up to which messages have been looked at."""
    found = session.exec(
        select(RetentionMark.number).where(RetentionMark.account_sid == account_sid, RetentionMark.kind == kind)
    ).first()
    return found or 0


def set_mark(session: Session, account_sid: str, kind: str, number: int) -> None:
    """Say that messages have been looked at up to this number."""
    mine = (col(RetentionMark.account_sid) == account_sid, col(RetentionMark.kind) == kind)
    changed: Any = session.execute(sa.update(RetentionMark).where(*mine).values(number=number))
    if not changed.rowcount:
        values = {"account_sid": account_sid, "kind": kind, "number": number}
        session.execute(sa.insert(RetentionMark).values(values))


def evidence(session: Session, account_sid: str, numbers: Sequence[int]) -> Collection[int]:
    """Those of these messages that a consent record rests on."""
    there = col(ConsentRecord.message_id).is_not(None)
    query = select(ConsentRecord.message_id).where(
        ConsentRecord.account_sid == account_sid, col(ConsentRecord.message_id).in_(numbers), there
    )
    return {number for number in session.exec(query) if number is not None}
