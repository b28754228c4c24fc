"""Consent by people, page by page: for what looks at all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.consent import records
from app.store.consent.records import Deciding
from app.store.tables import Address, Contact


@dataclass
class Person:
    """One contact's addresses, and what decides of their records that count, in the order in which they happened."""

    addresses: list[Address] = field(default_factory=list)
    records: list[tuple[Deciding, str]] = field(default_factory=list)


def contact_ids(session: Session, account_sid: str, after: int, limit: int) -> list[int]:
    """The numbers of contacts after this one."""
    query = select(Contact.id).where(by_primary_key.account_is(Contact, account_sid), col(Contact.id) > after)
    return [number for number in session.exec(query.order_by(col(Contact.id)).limit(limit)) if number is not None]


def of_contacts(session: Session, account_sid: str, numbers: Collection[int]) -> dict[int, Person]:
    """These contacts."""
    found = {number: Person() for number in numbers}
    query = select(Address).where(Address.account_sid == account_sid, col(Address.contact_id).in_(numbers))
    for address in session.exec(query):
        found[address.contact_id].addresses.append(address)
    for number, told in records.deciding(session, account_sid, numbers).items():
        found[number].records = told
    return found
