"""Many new contacts at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key, contact_words
from app.store.inserts import insert_many
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
    """The places of those of these addresses that are known.

    Two statements: of one with both tables PostgreSQL may keep a plan from when they were empty, which then reads all
    contacts for each address.
    """
    known = sa.select(col(Address.address), col(Address.id), col(Address.contact_id)).where(
        col(Address.account_sid) == account_sid, col(Address.address).in_(addresses)
    )
    found = session.execute(known).all()
    if not found:
        return {}
    regions = sa.select(col(Contact.id), col(Contact.region), col(Contact.country)).where(
        by_primary_key.account_is(Contact, account_sid), col(Contact.id).in_({row[2] for row in found})
    )
    of = {number: (region, country) for number, region, country in session.execute(regions)}
    return {address: Place(number, *of[contact_id]) for address, number, contact_id in found}


def add(session: Session, account_sid: str, at: datetime, people: Sequence[New]) -> dict[str, Place] | None:
    """Add them all; their places. None, and nothing is added, where somebody else was first with an address."""
    if not people:
        return {}
    contacts = [
        {"account_sid": account_sid, "phone": phone, "country": country, "created_at": at}
        for phone, country, _spelled in people
    ]
    try:
        with savepoint(session):
            numbers = insert_many(session, Contact, contacts)
            addresses: list[dict[str, Any]] = [
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
            addresses.sort(key=lambda row: str(row["address"]))
            address_ids = insert_many(session, Address, addresses)
            spellings = {number: [one for one, _ in of] for number, (_, _, of) in zip(numbers, people, strict=True)}
            contact_words.add_many(session, account_sid, spellings)
    except sa.exc.IntegrityError:
        return None
    countries = dict(zip(numbers, (country for _phone, country, _spelled in people), strict=True))
    return {
        row["address"]: Place(number, "", countries[row["contact_id"]])
        for number, row in zip(address_ids, addresses, strict=True)
    }
