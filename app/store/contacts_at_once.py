"""Many new contacts at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from app.store.inserts import insert_many
from app.store.savepoint import savepoint
from app.store.tables import Address, Contact

# Number, country, and the spellings of the address with how each came to be the contact's.
New = tuple[str, str, Sequence[tuple[str, str]]]


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
            insert_many(session, Address, sorted(addresses, key=lambda row: str(row["address"])))
    except sa.exc.IntegrityError:
        return False
    return True
