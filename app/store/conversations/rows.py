"""Conversations one by one: found, held, changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.contacts import ConversationKey
from app.store.inserts import insert_unless_there
from app.store.prepared import Prepared
from app.store.tables import Address, Conversation, Message
from app.store.updates import update_row

_ITS_ADDRESS = (col(Address.account_sid) == sa.bindparam("account_sid"), Address.id == Conversation.address_id)
_CONVERSATION: Any = select(Conversation, Address).where(
    col(Conversation.account_sid) == sa.bindparam("account_sid"),
    col(Conversation.id) == sa.bindparam("conversation_id"),
    *_ITS_ADDRESS,
)


def lock(session: Session, account_sid: str, conversation_id: int) -> Conversation | None:
    """The account's conversation, held until the transaction ends, or None."""
    query = select(Conversation).where(Conversation.account_sid == account_sid, Conversation.id == conversation_id)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def change(session: Session, account_sid: str, conversation_id: int, **columns: Any) -> None:
    """Set columns of one conversation."""
    update_row(session, Conversation, account_sid, conversation_id, columns)


def reopen(session: Session, account_sid: str, conversation_id: int) -> bool:
    """Open the conversation. False when it is open already: of two at once only one gets True."""
    where = (
        col(Conversation.account_sid) == account_sid,
        col(Conversation.id) == conversation_id,
        col(Conversation.state) == "closed",
    )
    reopened = sa.update(Conversation).where(*where).values(state="open").returning(col(Conversation.id))
    return session.execute(reopened).first() is not None


def inbound_after(session: Session, account_sid: str, conversation_id: int, message_id: int) -> int:
    """How many messages of the customer were stored after this one."""
    query = sa.select(sa.func.count()).where(
        col(Message.account_sid) == account_sid,
        col(Message.conversation_id) == conversation_id,
        col(Message.direction) == "inbound",
        col(Message.id) > message_id,
    )
    return int(session.execute(query).scalar_one())


def add_conversation(session: Session, account_sid: str, found: ConversationKey, sender: str, at: datetime) -> None:
    """The conversation between a contact and one of our senders, unless it is there."""
    values = {
        "account_sid": account_sid,
        "contact_id": found.contact_id,
        "address_id": found.address_id,
        "sender": sender,
        "last_message_at": at,
        "created_at": at,
    }
    insert_unless_there(session, Conversation, values, ("account_sid", "contact_id", "sender"))


def _later(column: Any, name: str) -> Any:
    return sa.case((sa.or_(column.is_(None), column < sa.bindparam(name)), sa.bindparam(name)), else_=column)


_OUTBOUND = (
    sa.update(Conversation)
    .where(by_primary_key.is_row(Conversation, sa.bindparam("the_account"), sa.bindparam("the_id")))
    .values(
        last_message_id=sa.case(
            (col(Conversation.last_message_at) <= sa.bindparam("at"), sa.bindparam("message_id")),
            else_=sa.func.coalesce(col(Conversation.last_message_id), sa.bindparam("message_id")),
        ),
        last_message_at=_later(col(Conversation.last_message_at), "at"),
    )
)
_INBOUND = _OUTBOUND.values(
    # What goes to them keeps the spelling of the address that they wrote from last.
    address_id=sa.case(
        (col(Conversation.last_inbound_at) > sa.bindparam("at"), col(Conversation.address_id)),
        else_=sa.bindparam("address_id"),
    ),
    last_inbound_at=_later(col(Conversation.last_inbound_at), "at"),
    unread=col(Conversation.unread) + 1,
    state="open",
)

_TOUCH_OUTBOUND = Prepared(_OUTBOUND)
_TOUCH_INBOUND = Prepared(_INBOUND)


def touch_inbound(
    session: Session, account_sid: str, conversation_id: int, message_id: int, address_id: int, at: datetime
) -> None:
    """A message came in: it is the newest unless a later one is there, and the session window runs from it."""
    _touch(session, _TOUCH_INBOUND, account_sid, conversation_id, message_id, at, address_id=address_id)


def touch_outbound(session: Session, account_sid: str, conversation_id: int, message_id: int, at: datetime) -> None:
    """A message of ours joined the conversation."""
    _touch(session, _TOUCH_OUTBOUND, account_sid, conversation_id, message_id, at)


def _touch(
    session: Session,
    statement: Prepared,
    account_sid: str,
    conversation_id: int,
    message_id: int,
    at: datetime,
    **more: Any,
) -> None:
    values = {"the_account": account_sid, "the_id": conversation_id, "message_id": message_id, "at": at, **more}
    statement.run(session, values)


def with_address(session: Session, account_sid: str, conversation_id: int) -> tuple[Conversation, Address] | None:
    """A conversation of the account with the address it is held with."""
    found = session.exec(_CONVERSATION, params={"account_sid": account_sid, "conversation_id": conversation_id}).first()
    return None if found is None else (found[0], found[1])


def with_addresses(
    session: Session, account_sid: str, conversation_ids: Collection[int]
) -> dict[int, tuple[Conversation, Address]]:
    """These conversations by number, with the addresses they are held with."""
    query = select(Conversation, Address).where(
        by_primary_key.account_is(Conversation, account_sid),
        col(Conversation.id).in_(conversation_ids),
        Address.account_sid == account_sid,
        Address.id == Conversation.address_id,
    )
    return {conversation.id or 0: (conversation, address) for conversation, address in session.exec(query)}
