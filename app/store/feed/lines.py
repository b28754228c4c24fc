"""What a line of the feed shows beside its event: the message and the contact. Two queries for any number of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.conversations.search import contacts_called
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


@dataclass(frozen=True)
class FeedFilter:
    """Which lines: kinds (all when empty), words to find, only those before an event's number, only among these."""

    kinds: tuple[str, ...] = ()
    query: str = ""
    before: int | None = None
    among: tuple[int, ...] = ()


def page(session: Session, account_sid: str, wanted: FeedFilter, limit: int) -> list[FeedLine]:
    """The newest events that fit, newest first."""
    query = select(FeedEvent).where(by_primary_key.account_is(FeedEvent, account_sid))
    if wanted.kinds:
        query = query.where(col(FeedEvent.kind).in_(wanted.kinds))
    if wanted.before is not None:
        query = query.where(col(FeedEvent.id) < wanted.before)
    if wanted.among:
        # They came just now, one after the other: few others lie between them.
        query = query.where(col(FeedEvent.id).between(min(wanted.among), max(wanted.among)))
    if wanted.query:
        query = query.where(_found(account_sid, wanted.query))
    events = list(session.exec(query.order_by(col(FeedEvent.id).desc()).limit(limit)))
    if wanted.among:
        events = [event for event in events if event.id in wanted.among]
    return lines(session, account_sid, events)


def _found(account_sid: str, words: str) -> sa.ColumnElement[bool]:
    """By name, number, SID or error code; what is typed is never part of the statement or of a pattern."""
    people = sa.exists().where(
        col(Conversation.account_sid) == account_sid,
        col(Address.account_sid) == account_sid,
        col(Conversation.id) == col(FeedEvent.conversation_id),
        col(Address.id) == col(Conversation.address_id),
        sa.or_(
            # Looked for once, not for each event.
            col(Conversation.contact_id).in_(contacts_called(account_sid, words)),
            col(Address.address).icontains(words.replace(" ", ""), autoescape=True),
        ),
    )
    messages = sa.exists().where(
        col(Message.account_sid) == account_sid,
        col(Message.id) == col(FeedEvent.message_id),
        sa.or_(col(Message.sid) == words, col(Message.error_code) == words),
    )
    return sa.or_(people, messages)


def one(session: Session, account_sid: str, event_id: int) -> FeedLine | None:
    """One event of the account."""
    query = select(FeedEvent).where(FeedEvent.account_sid == account_sid, FeedEvent.id == event_id)
    found = session.exec(query).first()
    return lines(session, account_sid, [found])[0] if found else None


def times_since(session: Session, account_sid: str, since: datetime) -> list[tuple[datetime, str]]:
    """When each event since then was recorded, and its kind, newest first; of the newest 20,000."""
    newest = (
        sa.select(col(FeedEvent.recorded_at), col(FeedEvent.kind))
        .where(by_primary_key.account_is(FeedEvent, account_sid))
        .order_by(col(FeedEvent.id).desc())
        .limit(20_000)
        .subquery()
    )
    return [(at, kind) for at, kind in session.execute(sa.select(newest).where(newest.c.recorded_at >= since))]
