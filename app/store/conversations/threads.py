"""One conversation: its contact, its messages by keyset, and what belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.journal.rows import speak_of
from app.store.messages.rows import HAS_FILES, HAS_SID, IS_READY
from app.store.tables import Address, Contact, Conversation, FeedEvent, InboundMedia, Journal, Message

PAGE = 40


@dataclass(frozen=True)
class Thread:
    """A conversation, whom it is with, and the address it is held at."""

    conversation: Conversation
    contact: Contact
    address: Address


def thread(session: Session, account_sid: str, conversation_id: int) -> Thread | None:
    """The account's conversation, or None."""
    query = select(Conversation, Contact, Address).where(
        by_primary_key.is_row(Conversation, account_sid, conversation_id),
        by_primary_key.is_row(Contact, account_sid, Conversation.contact_id),
        by_primary_key.is_row(Address, account_sid, Conversation.address_id),
    )
    found = session.exec(query).first()
    return None if found is None else Thread(*found)


def messages(
    session: Session, account_sid: str, conversation_id: int, before: Message | None = None, limit: int = PAGE
) -> list[Message]:
    """The newest `limit` messages, or those that come before one of them; oldest first, by when they happened."""
    query = select(Message).where(Message.account_sid == account_sid, Message.conversation_id == conversation_id)
    if before is not None:
        place: Any = sa.tuple_(col(Message.occurred_at), col(Message.id))
        query = query.where(place < (before.occurred_at, before.id))
    query = query.order_by(col(Message.occurred_at).desc(), col(Message.id).desc()).limit(limit)
    return list(reversed(session.exec(query).all()))


def messages_after(
    session: Session, account_sid: str, conversation_id: int, after: Message, limit: int = PAGE
) -> list[Message]:
    """The `limit` messages that come after one of them; oldest first, by when they happened."""
    place: Any = sa.tuple_(col(Message.occurred_at), col(Message.id))
    query = select(Message).where(
        Message.account_sid == account_sid,
        Message.conversation_id == conversation_id,
        place > (after.occurred_at, after.id),
    )
    return list(session.exec(query.order_by(col(Message.occurred_at), col(Message.id)).limit(limit)))


def message(session: Session, account_sid: str, message_id: int) -> Message | None:
    """One message of the account."""
    return session.exec(select(Message).where(Message.account_sid == account_sid, Message.id == message_id)).first()


def by_ids(session: Session, account_sid: str, conversation_id: int, ids: Collection[int]) -> list[Message]:
    """These messages of the conversation, oldest first."""
    if not ids:
        return []
    query = select(Message).where(
        by_primary_key.account_is(Message, account_sid),
        Message.conversation_id == conversation_id,
        col(Message.id).in_(ids),
    )
    return list(session.exec(query.order_by(col(Message.occurred_at), col(Message.id))))


def ready_to(session: Session, account_sid: str, contact_id: int, limit: int = PAGE) -> set[int]:
    """The numbers of our messages that wait to leave to this contact, at most the `limit` that are first in line."""
    query = select(Message.id).where(Message.account_sid == account_sid, Message.contact_id == contact_id, IS_READY)
    return {number for number in session.exec(query.order_by(col(Message.id)).limit(limit)) if number is not None}


def by_sids(session: Session, account_sid: str, conversation_id: int, sids: Collection[str]) -> dict[str, Message]:
    """The conversation's messages with these SIDs, by SID."""
    if not sids:
        return {}
    query = select(Message).where(
        Message.account_sid == account_sid,
        Message.conversation_id == conversation_id,
        col(Message.sid).in_(sids),
        HAS_SID,
    )
    return {found.sid: found for found in session.exec(query)}


def files(session: Session, account_sid: str, message_ids: Collection[int]) -> list[InboundMedia]:
    """The files of these messages, in their order."""
    if not message_ids:
        return []
    query = select(InboundMedia).where(
        InboundMedia.account_sid == account_sid, col(InboundMedia.message_id).in_(message_ids)
    )
    return list(session.exec(query.order_by(col(InboundMedia.message_id), col(InboundMedia.position))))


def file_count(session: Session, account_sid: str, conversation_id: int) -> int:
    """How many files the customer sent in the conversation."""
    query = sa.select(sa.func.coalesce(sa.func.sum(col(Message.num_media)), 0)).where(
        col(Message.account_sid) == account_sid,
        col(Message.conversation_id) == conversation_id,
        col(Message.direction) == "inbound",
        HAS_FILES,
    )
    return int(session.execute(query).scalar_one())


def last_of_ours(session: Session, account_sid: str, conversation_id: int) -> int:
    """The number of our newest message in the conversation, 0 when there is none."""
    query = sa.select(col(Message.id)).where(
        col(Message.account_sid) == account_sid,
        col(Message.conversation_id) == conversation_id,
        col(Message.direction) == "outbound",
    )
    # Not max(): the newest is among the last few, and for a greatest number all would be read.
    newest = (col(Message.occurred_at).desc(), col(Message.id).desc())
    return int(session.execute(query.order_by(*newest).limit(1)).scalar() or 0)


def forms(session: Session, account_sid: str, sid: str) -> list[Journal]:
    """The raw inbound webhooks of a message, first to last."""
    query = select(Journal).where(*speak_of(account_sid, sid), Journal.kind == "inbound")
    return list(session.exec(query.order_by(col(Journal.id)))) if sid else []


def states_of(session: Session, account_sid: str, conversation_id: int, message_id: int) -> list[FeedEvent]:
    """The feed's events about a message's own state, first to last."""
    query = select(FeedEvent).where(
        FeedEvent.account_sid == account_sid,
        FeedEvent.conversation_id == conversation_id,
        FeedEvent.message_id == message_id,
        FeedEvent.kind == "state",
    )
    return list(session.exec(query.order_by(col(FeedEvent.id))))
