"""Many new contacts at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key, contact_words
from app.store.inserts import insert_all, insert_many
from app.store.savepoint import savepoint
from app.store.tables import Address, Contact

# Number, country, and the spellings of the address with how each came to be the contact's.
New = tuple[str, str, Sequence[tuple[str, str]]]


class Place(NamedTuple):
    """An address's number, and the region and country of whose it is."""

    address_id: int
    region: str
    country: str


def places(session: Session, account_sid: str, addresses: Collection[str]) -> dict[str, Place]:
    """The places of those of these addresses that are known."""
    query = sa.select(col(Address.address), col(Address.id), col(Contact.region), col(Contact.country)).where(
        col(Address.account_sid) == account_sid,
        col(Address.address).in_(addresses),
        by_primary_key.account_is(Contact, account_sid),
        col(Contact.id) == col(Address.contact_id),
    )
    return {row[0]: Place(*row[1:]) for row in session.execute(query)}


def add(session: Session, account_sid: str, at: datetime, people: Sequence[New]) -> bool:
    """Add them all. False, and nothing is added, when somebody else was first with one of the addresses."""
    contacts = [
        {"account_sid": account_sid, "phone": phone, "country": country, "created_at": at}
        for phone, country, _spelled in people
    ]
    try:
        with savepoint(session):
            numbers = insert_many(session, Contact, contacts)
            addresses = [
                {
                    "account_sid": account_sid,
                    "contact_id": number,
                    "address": address,
                    "identity": spelled[0][0],
                    "linked_by": how,
                    "created_at": at,
                }
                for number, (_phone, _country, spelled) in zip(numbers, people, strict=True)
                for address, how in spelled
            ]
            insert_all(session, Address, sorted(addresses, key=lambda row: str(row["address"])))
            spellings = {number: [one for one, _ in of] for number, (_, _, of) in zip(numbers, people, strict=True)}
            contact_words.add_many(session, account_sid, spellings)
    except sa.exc.IntegrityError:
        return False
    return True
