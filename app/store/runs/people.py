"""Where people are reached, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import Address, Conversation


def addresses(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, list[Address]]:
    """The addresses of these contacts: the one that they wrote from last comes first, then the oldest."""
    query = select(Address).where(
        by_primary_key.account_is(Address, account_sid), col(Address.contact_id).in_(contact_ids)
    )
    last = _written_from(session, account_sid, contact_ids)
    found: dict[int, list[Address]] = defaultdict(list)
    for address in sorted(session.exec(query), key=lambda one: (one.id != last.get(one.contact_id), one.id or 0)):
        found[address.contact_id].append(address)
    return found


def _written_from(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, int]:
    query = sa.select(
        col(Conversation.contact_id), col(Conversation.address_id), col(Conversation.last_message_at)
    ).where(by_primary_key.account_is(Conversation, account_sid), col(Conversation.contact_id).in_(contact_ids))
    rows = sorted(session.connection().execute(query), key=lambda row: row[2])
    return {int(row[0]): int(row[1]) for row in rows}
