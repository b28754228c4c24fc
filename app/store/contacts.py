"""Contacts, their addresses, and the conversations with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key, contact_words
from app.store.inserts import insert, insert_unless_there
from app.store.prepared import Prepared, connection_of
from app.store.tables import Address, Contact, Conversation
from app.store.updates import update_row

_KEYS: Any = sa.select(
    col(Address.id).label("address_id"),
    col(Address.contact_id),
    col(Address.opt_out_record_id),
    col(Address.identity),
    col(Contact.profile_name),
    col(Contact.external_ids),
    col(Conversation.id).label("conversation_id"),
    col(Conversation.last_inbound_at),
    col(Conversation.state),
).where(
    col(Address.account_sid) == sa.bindparam("account_sid"),
    by_primary_key.same_account(Contact, Address),
    col(Contact.id) == col(Address.contact_id),
)
_KEYS = _KEYS.outerjoin(
    Conversation,
    sa.and_(
        col(Conversation.account_sid) == by_primary_key.account_of_row(col(Address.account_sid)),
        col(Conversation.contact_id) == col(Address.contact_id),
        col(Conversation.sender) == sa.bindparam("sender"),
    ),
)
_CONVERSATION_KEY = Prepared(_KEYS.where(col(Address.address) == sa.bindparam("address")))
_KEYS_OF_ADDRESSES: Any = _KEYS.add_columns(col(Address.address)).where(
    col(Address.address).in_(sa.bindparam("addresses", expanding=True))
)


_OPT_OUTS = sa.select(col(Address.contact_id), col(Address.opt_out_record_id)).where(
    by_primary_key.account_is(Address, sa.bindparam("account_sid")),
    col(Address.contact_id).in_(sa.bindparam("contact_ids", expanding=True)),
)


@dataclass(frozen=True)
class ConversationKey:
    """The keys of a contact, an address and a conversation with one sender of ours: where a message belongs."""

    contact_id: int
    address_id: int
    conversation_id: int | None
    opt_out_record_id: int | None
    identity: str
    profile_name: str
    external_ids: str
    last_inbound_at: datetime | None
    state: str | None


def foresee_conversation(session: Session, account_sid: str, address: str, sender: str) -> None:
    """Say that `conversation_key` will be asked for."""
    _CONVERSATION_KEY.foresee(session, {"account_sid": account_sid, "address": address, "sender": sender})


def conversation_key(session: Session, account_sid: str, address: str, sender: str) -> ConversationKey | None:
    """The contact at `address` and its conversation with `sender`, where they are known."""
    values = {"account_sid": account_sid, "address": address, "sender": sender}
    row = _CONVERSATION_KEY.first(session, values)
    if row is None:
        return None
    return ConversationKey(**row._asdict())


def conversation_keys(
    session: Session, account_sid: str, addresses: Collection[str], sender: str
) -> dict[str, ConversationKey]:
    """As `conversation_key`, of each of these addresses that is known."""
    values = {"account_sid": account_sid, "addresses": list(addresses), "sender": sender}
    found = [dict(row._mapping) for row in session.connection().execute(_KEYS_OF_ADDRESSES, values)]
    return {row.pop("address"): ConversationKey(**row) for row in found}


def add_contact(session: Session, account_sid: str, at: datetime, **contact: str) -> int:
    """A new contact; its number."""
    number = insert(session, Contact, {"account_sid": account_sid, "created_at": at, **contact})
    contact_words.add(session, account_sid, number, contact.get("name", ""), contact.get("profile_name", ""))
    return number


def delete_contact(session: Session, account_sid: str, contact_id: int) -> None:
    """Take back a contact that was made a moment ago and has nothing."""
    contact_words.forget(session, account_sid, contact_id)
    mine = (col(Contact.account_sid) == account_sid, col(Contact.id) == contact_id)
    session.execute(sa.delete(Contact).where(*mine))


def change(session: Session, account_sid: str, contact_id: int, **columns: Any) -> None:
    """Set columns of one contact."""
    update_row(session, Contact, account_sid, contact_id, columns)
    contact_words.add(session, account_sid, contact_id, columns.get("name", ""))


def add_address(
    session: Session, account_sid: str, contact_id: int, address: str, identity: str, linked_by: str, at: datetime
) -> bool:
    """One more address of a contact. False when it is somebody's already."""
    values = {
        "account_sid": account_sid,
        "contact_id": contact_id,
        "address": address,
        "identity": identity,
        "linked_by": linked_by,
        "created_at": at,
    }
    if insert_unless_there(session, Address, values, ("account_sid", "address")) is None:
        return False
    contact_words.add(session, account_sid, contact_id, address)
    return True


def move_address(session: Session, account_sid: str, address_id: int, contact_id: int, identity: str) -> None:
    """Give an address to a contact, as one of `identity`."""
    update_row(session, Address, account_sid, address_id, {"contact_id": contact_id, "identity": identity})


def by_address(session: Session, account_sid: str, spelled: Collection[str]) -> list[Address]:
    """The rows of these addresses, where they are known, in the order of their text."""
    query = select(Address).where(Address.account_sid == account_sid, col(Address.address).in_(spelled))
    return list(session.exec(query.order_by(col(Address.address)).execution_options(populate_existing=True)))


def addresses_of(session: Session, account_sid: str, contact_id: int) -> list[Address]:
    """All addresses of a contact, the first known first."""
    query = select(Address).where(by_primary_key.account_is(Address, account_sid), Address.contact_id == contact_id)
    return list(session.exec(query.order_by(col(Address.id)).execution_options(populate_existing=True)))


def by_id(session: Session, account_sid: str, contact_id: int) -> Contact | None:
    """The account's contact, or None."""
    query = select(Contact).where(Contact.account_sid == account_sid, Contact.id == contact_id)
    return session.exec(query.execution_options(populate_existing=True)).first()


def by_ids(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, Contact]:
    """These contacts by number."""
    query = select(Contact).where(by_primary_key.account_is(Contact, account_sid), col(Contact.id).in_(contact_ids))
    return {contact.id or 0: contact for contact in session.exec(query)}


def rename_profile(session: Session, account_sid: str, contact_id: int, profile_name: str) -> None:
    """Keep the name that WhatsApp tells now."""
    mine = (col(Contact.account_sid) == account_sid, col(Contact.id) == contact_id)
    session.execute(sa.update(Contact).where(*mine).values(profile_name=profile_name))
    contact_words.add(session, account_sid, contact_id, profile_name)


def set_opt_outs(session: Session, account_sid: str, records: Mapping[int, int | None]) -> None:
    """By contact the opt-out in force for all its addresses, or None; what is so already is left alone."""
    values = {"account_sid": account_sid, "contact_ids": list(records)}
    changed = {row[0] for row in connection_of(session).execute(_OPT_OUTS, values) if row[1] != records[row[0]]}
    for number in sorted(changed):
        of_one = (by_primary_key.account_is(Address, account_sid), col(Address.contact_id) == number)
        session.execute(sa.update(Address).where(*of_one).values(opt_out_record_id=records[number]))


def lock(session: Session, account_sid: str, contact_ids: Collection[int], skip_locked: bool = False) -> set[int]:
    """Hold these contacts until the transaction ends, in the order of their numbers. Returns those that are held.

    Opt-outs, claims and joins of one person take turns by it. What is read before is not to be relied on: read the
    person's rows in a statement after this one.
    """
    query = (
        sa.select(col(Contact.id))
        .where(by_primary_key.account_is(Contact, account_sid), col(Contact.id).in_(contact_ids))
        .order_by(col(Contact.id))
        .with_for_update(skip_locked=skip_locked, key_share=True)
    )
    return {int(row.id) for row in session.connection().execute(query)}


def lock_who_has(session: Session, account_sid: str, address_id: int) -> int:
    """Hold the contact that an address belongs to; its number. A join may move the address until it is held."""
    query = sa.select(col(Address.contact_id)).where(
        col(Address.account_sid) == account_sid, col(Address.id) == address_id
    )
    held = None
    while (contact_id := session.connection().execute(query).scalar_one()) != held:
        lock(session, account_sid, [contact_id])
        held = contact_id
    return int(contact_id)
