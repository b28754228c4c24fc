"""What contacts are called and where they are reached, many at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.tables import Address, Contact


class Known(NamedTuple):
    """A contact's name ('' for none), number ('' where WhatsApp hides it) and first address."""

    name: str
    phone: str
    address: str


def of_contacts(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, Known]:
    """Those of these contacts that are there, by number."""
    query = (
        sa.select(
            col(Contact.id),
            sa.func.coalesce(sa.func.nullif(Contact.name, ""), Contact.profile_name),
            col(Contact.phone),
            col(Address.address),
        )
        .join(
            Address,
            sa.and_(by_primary_key.account_is(Address, account_sid), col(Address.contact_id) == col(Contact.id)),
        )
        .where(by_primary_key.account_is(Contact, account_sid), col(Contact.id).in_(contact_ids))
        .order_by(col(Address.id).desc())
    )
    return {row[0]: Known(*row[1:]) for row in session.execute(query)}
