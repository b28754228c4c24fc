"""What a line of the feed shows beside its event: the message and the contact. Two queries for any number of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import Address, Contact, Conversation, FeedEvent, Message


@dataclass(frozen=True)
class FeedLine:
    """One event with its message and contact, where it has them."""

    event: FeedEvent
    message: Message | None
    contact: Contact | None
    address: Address | None


def lines(session: Session, account_sid: str, events: Sequence[FeedEvent]) -> list[FeedLine]:
    """The events with what belongs to them, in their order."""
    messages = _messages(session, account_sid, {event.message_id for event in events if event.message_id})
    people = _people(session, account_sid, {event.conversation_id for event in events if event.conversation_id})
    nobody: tuple[None, None] = (None, None)
    return [
        FeedLine(event, messages.get(event.message_id or 0), *people.get(event.conversation_id or 0, nobody))
        for event in events
    ]


def _messages(session: Session, account_sid: str, ids: set[int]) -> dict[int, Message]:
    if not ids:
        return {}
    query = select(Message).where(by_primary_key.account_is(Message, account_sid), col(Message.id).in_(ids))
    return {message.id or 0: message for message in session.exec(query)}


def _people(session: Session, account_sid: str, ids: set[int]) -> dict[int, tuple[Contact, Address]]:
    if not ids:
        return {}
    query = select(Conversation.id, Contact, Address).where(
        *(by_primary_key.account_is(table, account_sid) for table in (Conversation, Contact, Address)),
        col(Conversation.id).in_(ids),
        Contact.id == Conversation.contact_id,
        Address.id == Conversation.address_id,
    )
    return {number or 0: (contact, address) for number, contact, address in session.exec(query)}


def one(session: Session, account_sid: str, event_id: int) -> FeedLine | None:
    """One event of the account."""
    query = select(FeedEvent).where(FeedEvent.account_sid == account_sid, FeedEvent.id == event_id)
    found = session.exec(query).first()
    return lines(session, account_sid, [found])[0] if found else None


def times_since(session: Session, account_sid: str, since: datetime) -> list[tuple[datetime, str]]:
    """When each event since then was recorded, and its kind; at most 20,000."""
    query = (
        select(FeedEvent.recorded_at, FeedEvent.kind)
        .where(FeedEvent.account_sid == account_sid, FeedEvent.recorded_at >= since)
        .order_by(col(FeedEvent.recorded_at).desc())
        .limit(20_000)
    )
    return [(at, kind) for at, kind in session.exec(query)]
