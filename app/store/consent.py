"""The consent events' rows: added, never changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from app.store.inserts import insert_unless_there
from app.store.tables import ConsentEvent


def add(session: Session, values: dict[str, Any]) -> int | None:
    """One event; None when the same evidence was recorded before."""
    return insert_unless_there(session, ConsentEvent, values, ("account_sid", "evidence_key"))


def latest(session: Session, account_sid: str, address_id: int) -> ConsentEvent | None:
    """The consent event in force for an address: the one that happened last, whenever we learned of it."""
    query = (
        select(ConsentEvent)
        .where(ConsentEvent.account_sid == account_sid, ConsentEvent.address_id == address_id)
        .order_by(col(ConsentEvent.occurred_at).desc(), col(ConsentEvent.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def told_by(session: Session, account_sid: str, message_ids: Collection[int]) -> set[int]:
    """The messages among these that a consent event rests on."""
    if not message_ids:
        return set()
    query = select(ConsentEvent.message_id).where(
        ConsentEvent.account_sid == account_sid, col(ConsentEvent.message_id).in_(message_ids)
    )
    return {number for number in session.exec(query) if number is not None}
