"""The consent records: added, never changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from app.store import contacts
from app.store.inserts import insert_unless_there
from app.store.tables import ConsentRecord


def add(session: Session, values: dict[str, Any]) -> int | None:
    """One record; None when the same evidence was recorded before."""
    return insert_unless_there(session, ConsentRecord, values, ("account_sid", "evidence_key"))


def by_id(session: Session, account_sid: str, number: int) -> ConsentRecord | None:
    """The account's record, or None."""
    query = select(ConsentRecord).where(ConsentRecord.account_sid == account_sid, ConsentRecord.id == number)
    return session.exec(query).first()


def by_evidence(session: Session, account_sid: str, evidence_key: str) -> ConsentRecord | None:
    """The record that rests on this evidence."""
    query = select(ConsentRecord).where(
        ConsentRecord.account_sid == account_sid, ConsentRecord.evidence_key == evidence_key
    )
    return session.exec(query).first()


def of_contact(session: Session, account_sid: str, contact_id: int) -> list[tuple[ConsentRecord, str]]:
    """All records of a contact's addresses, each with its address's identity, in the order in which they happened."""
    identities = {address.id: address.identity for address in contacts.addresses_of(session, account_sid, contact_id)}
    query = select(ConsentRecord).where(
        ConsentRecord.account_sid == account_sid, col(ConsentRecord.address_id).in_(identities)
    )
    found = session.exec(query.order_by(col(ConsentRecord.occurred_at), col(ConsentRecord.id)))
    return [(record, identities[record.address_id]) for record in found]


def newest(session: Session, account_sid: str, contact_id: int, limit: int = 5) -> list[ConsentRecord]:
    """The newest records of a contact, newest first."""
    return [record for record, _ in reversed(of_contact(session, account_sid, contact_id))][:limit]


def told_by(session: Session, account_sid: str, message_ids: Collection[int]) -> set[int]:
    """The messages among these that a consent record rests on."""
    if not message_ids:
        return set()
    query = select(ConsentRecord.message_id).where(
        ConsentRecord.account_sid == account_sid, col(ConsentRecord.message_id).in_(message_ids)
    )
    return {number for number in session.exec(query) if number is not None}
