"""The consent records: added, never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.consent_words import TAKEN_BACK
from app.store import by_primary_key
from app.store.counts import MOST_COUNTED, bounded
from app.store.inserts import insert_all, insert_unless_there
from app.store.prepared import connection_of
from app.store.tables import Address, ConsentImport, ConsentRecord


def add(session: Session, values: dict[str, Any]) -> int | None:
    """One record; None when the same evidence was recorded before."""
    return insert_unless_there(session, ConsentRecord, values, ("account_sid", "evidence_key"))


def add_many(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Records whose evidence was never recorded before."""
    insert_all(session, ConsentRecord, rows)


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
    """All records of a contact's addresses, as `of_contacts`."""
    return of_contacts(session, account_sid, [contact_id]).get(contact_id, [])


def of_contacts(
    session: Session, account_sid: str, contact_ids: Collection[int]
) -> dict[int, list[tuple[ConsentRecord, str]]]:
    """By contact its records, each with its address's identity, in the order in which they happened.

    Those are among them that don't count: what came by an import that isn't applied (`deciding` leaves them out).
    """
    mine = (by_primary_key.account_is(Address, account_sid), col(Address.contact_id).in_(contact_ids))
    addresses = {address.id: address for address in session.exec(select(Address).where(*mine))}
    query = select(ConsentRecord).where(
        ConsentRecord.account_sid == account_sid, col(ConsentRecord.address_id).in_(addresses)
    )
    found: dict[int, list[tuple[ConsentRecord, str]]] = {}
    for record in session.exec(query.order_by(col(ConsentRecord.occurred_at), col(ConsentRecord.id))):
        address = addresses[record.address_id]
        found.setdefault(address.contact_id, []).append((record, address.identity))
    return found


class Deciding(NamedTuple):
    """What of a record decides what is in force."""

    id: int
    purpose: str
    state: str
    scope: str
    source: str
    basis: str
    region: str
    supersedes: int | None
    valid_until: datetime | None
    occurred_at: datetime


_ACCOUNT: Any = sa.bindparam("account_sid")
_WHOSE = sa.select(col(Address.id), col(Address.contact_id), col(Address.identity)).where(
    by_primary_key.account_is(Address, _ACCOUNT),
    col(Address.contact_id).in_(sa.bindparam("contact_ids", expanding=True)),
)
_APPLIED = sa.select(col(ConsentImport.id)).where(
    col(ConsentImport.account_sid) == _ACCOUNT, col(ConsentImport.state) == "applied"
)
# Made once: to make it takes as long as to run it for a few people.
_DECIDING = (
    sa.select(col(ConsentRecord.address_id), *(getattr(ConsentRecord, name) for name in Deciding._fields))
    .where(
        col(ConsentRecord.account_sid) == _ACCOUNT,
        col(ConsentRecord.address_id).in_(sa.bindparam("address_ids", expanding=True)),
        sa.or_(col(ConsentRecord.import_id).is_(None), col(ConsentRecord.import_id).in_(_APPLIED)),
    )
    .order_by(col(ConsentRecord.occurred_at), col(ConsentRecord.id))
)


def deciding(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, list[tuple[Deciding, str]]]:
    """By contact what decides of its records that count, each with its address's identity, in order.

    What came by an import counts while the import is applied. It takes a fifth of the time of `of_contacts`.
    """
    of_account, connection = {"account_sid": account_sid}, connection_of(session)
    known = connection.execute(_WHOSE, {**of_account, "contact_ids": list(contact_ids)})
    addresses = {row[0]: (row[1], row[2]) for row in known}
    found: dict[int, list[tuple[Deciding, str]]] = {}
    for row in connection.execute(_DECIDING, {**of_account, "address_ids": list(addresses)}):
        contact_id, identity = addresses[row[0]]
        found.setdefault(contact_id, []).append((Deciding._make(row[1:]), identity))
    return found


def newest(session: Session, account_sid: str, contact_id: int, limit: int = 5) -> list[ConsentRecord]:
    """The newest records of a contact that count, newest first."""
    numbers = [told.id for told, _ in deciding(session, account_sid, [contact_id]).get(contact_id, [])][-limit:]
    query = select(ConsentRecord).where(
        by_primary_key.account_is(ConsentRecord, account_sid), col(ConsentRecord.id).in_(numbers)
    )
    return sorted(session.exec(query), key=lambda record: numbers.index(record.id or 0), reverse=True)


def opt_outs_of_import(session: Session, account_sid: str, import_id: int) -> tuple[int, bool]:
    """How many opt-outs an import brought, and whether there are more than were counted."""
    mine = (ConsentRecord.account_sid == account_sid, ConsentRecord.import_id == import_id)
    some = select(ConsentRecord.id).where(*mine, col(ConsentRecord.state).in_(TAKEN_BACK))
    found = int(session.execute(sa.select(bounded(some))).scalar_one())
    return min(found, MOST_COUNTED), found > MOST_COUNTED


def told_by(session: Session, account_sid: str, message_ids: Collection[int]) -> set[int]:
    """The messages among these that a consent record rests on."""
    if not message_ids:
        return set()
    query = select(ConsentRecord.message_id).where(
        ConsentRecord.account_sid == account_sid, col(ConsentRecord.message_id).in_(message_ids)
    )
    return {number for number in session.exec(query) if number is not None}
