"""Consent by people, page by page: for what looks at all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import Address, ConsentRecord, Contact


@dataclass
class Person:
    """One contact's addresses, and the records of these with their identities, in the order in which they happened."""

    addresses: list[Address] = field(default_factory=list)
    records: list[tuple[ConsentRecord, str]] = field(default_factory=list)


def contact_ids(session: Session, account_sid: str, after: int, limit: int) -> list[int]:
    """The numbers of contacts after this one."""
    query = select(Contact.id).where(by_primary_key.account_is(Contact, account_sid), col(Contact.id) > after)
    return [number for number in session.exec(query.order_by(col(Contact.id)).limit(limit)) if number is not None]


def of_contacts(session: Session, account_sid: str, numbers: Collection[int]) -> dict[int, Person]:
    """These contacts."""
    found = {number: Person() for number in numbers}
    query = select(Address).where(Address.account_sid == account_sid, col(Address.contact_id).in_(numbers))
    by_id = {address.id: address for address in session.exec(query)}
    for address in by_id.values():
        found[address.contact_id].addresses.append(address)
    told = select(ConsentRecord).where(
        ConsentRecord.account_sid == account_sid, col(ConsentRecord.address_id).in_(list(by_id))
    )
    for record in session.exec(told.order_by(col(ConsentRecord.occurred_at), col(ConsentRecord.id))):
        address = by_id[record.address_id]
        found[address.contact_id].records.append((record, address.identity))
    return found
