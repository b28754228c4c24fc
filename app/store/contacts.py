"""Contacts, their addresses, and the conversations with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert, insert_unless_there
from app.store.prepared import Prepared
from app.store.tables import Address, Contact, Conversation

_KEY: Any = sa.select(
    col(Address.id).label("address_id"),
    col(Address.contact_id),
    col(Address.opt_out_event_id),
    col(Contact.profile_name),
    col(Conversation.id).label("conversation_id"),
    col(Conversation.last_inbound_at),
    col(Conversation.state),
).where(
    col(Address.account_sid) == sa.bindparam("account_sid"),
    col(Address.address) == sa.bindparam("address"),
    col(Contact.account_sid) == sa.bindparam("account_sid"),
    col(Contact.id) == col(Address.contact_id),
)
_KEY = _KEY.outerjoin(
    Conversation,
    sa.and_(
        col(Conversation.account_sid) == sa.bindparam("account_sid"),
        col(Conversation.address_id) == col(Address.id),
        col(Conversation.sender) == sa.bindparam("sender"),
    ),
)
_CONVERSATION_KEY = Prepared(_KEY)


@dataclass(frozen=True)
class ConversationKey:
    """The keys of a contact, an address and a conversation with one sender of ours: where a message belongs."""

    contact_id: int
    address_id: int
    conversation_id: int | None
    opt_out_event_id: int | None
    profile_name: str
    last_inbound_at: datetime | None
    state: str | None


def conversation_key(session: Session, account_sid: str, address: str, sender: str) -> ConversationKey | None:
    """The contact at `address` and its conversation with `sender`, where they are known."""
    values = {"account_sid": account_sid, "address": address, "sender": sender}
    row = _CONVERSATION_KEY.first(session, values)
    if row is None:
        return None
    return ConversationKey(**row._asdict())


def add_contact(session: Session, account_sid: str, address: str, at: datetime, **contact: str) -> None:
    """A new contact with one address; another process may have been first, and then nothing is added."""
    contact_id = insert(session, Contact, {"account_sid": account_sid, "created_at": at, **contact})
    channel = address.partition(":")[0]
    values = {
        "account_sid": account_sid,
        "contact_id": contact_id,
        "channel": channel,
        "address": address,
        "created_at": at,
    }
    if insert_unless_there(session, Address, values, ("account_sid", "address")) is None:
        mine = (col(Contact.account_sid) == account_sid, col(Contact.id) == contact_id)
        session.execute(sa.delete(Contact).where(*mine))


def rename_profile(session: Session, account_sid: str, contact_id: int, profile_name: str) -> None:
    """Keep the name that WhatsApp tells now."""
    mine = (col(Contact.account_sid) == account_sid, col(Contact.id) == contact_id)
    session.execute(sa.update(Contact).where(*mine).values(profile_name=profile_name))


def set_opt_out(session: Session, account_sid: str, address_id: int, event_id: int | None) -> None:
    """The opt-out in force for an address, or None."""
    mine = (col(Address.account_sid) == account_sid, col(Address.id) == address_id)
    session.execute(sa.update(Address).where(*mine).values(opt_out_event_id=event_id))


def lock_address(session: Session, account_sid: str, address_id: int) -> Address | None:
    """The address, held until the transaction ends, so that opt-outs and claims of it take turns."""
    query = select(Address).where(Address.account_sid == account_sid, Address.id == address_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()
