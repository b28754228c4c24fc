"""The consent records: added, never changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_unless_there
from app.store.tables import Address, ConsentRecord


def add(session: Session, values: dict[str, Any]) -> int | None:
    """One record; None when the same evidence was recorded before."""
    return insert_unless_there(session, ConsentRecord, values, ("account_sid", "evidence_key"))


def by_id(session: Session, account_sid: str, number: int) -> ConsentRecord | None:
    """The account's record, or None."""
    query = select(ConsentRecord).where(ConsentRecord.account_sid == account_sid, ConsentRecord.id == number)
    return session.exec(query).first()


def of_contact(session: Session, account_sid: str, contact_id: int) -> list[tuple[ConsentRecord, str]]:
    """All records of a contact's addresses, each with its address's identity, in the order in which they happened."""
    query = (
        select(ConsentRecord, Address.identity)
        .where(by_primary_key.account_is(Address, account_sid), Address.contact_id == contact_id)
        .where(ConsentRecord.account_sid == account_sid, ConsentRecord.address_id == Address.id)
        .order_by(col(ConsentRecord.occurred_at), col(ConsentRecord.id))
    )
    return [(record, identity) for record, identity in session.exec(query)]


def newest(session: Session, account_sid: str, contact_id: int, limit: int = 5) -> list[ConsentRecord]:
    """The newest records of a contact, newest first."""
    query = (
        select(ConsentRecord)
        .join(Address, col(Address.id) == col(ConsentRecord.address_id))
        .where(by_primary_key.account_is(Address, account_sid), Address.contact_id == contact_id)
        .where(ConsentRecord.account_sid == account_sid)
        .order_by(col(ConsentRecord.occurred_at).desc(), col(ConsentRecord.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))


def told_by(session: Session, account_sid: str, message_ids: Collection[int]) -> set[int]:
    """The messages among these that a consent record rests on."""
    if not message_ids:
        return set()
    query = select(ConsentRecord.message_id).where(
        ConsentRecord.account_sid == account_sid, col(ConsentRecord.message_id).in_(message_ids)
    )
    return {number for number in session.exec(query) if number is not None}
