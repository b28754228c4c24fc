"""What a line of the feed shows beside its event: the message and the contact. Two queries for any number of lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.feed.positions import EVENT_COLUMNS, Event
from app.store.tables import Address, Contact, Conversation, FeedEvent, Message

# How many of the newest events are looked at, first and then: in an hour like any other few are as young as is asked.
_NEWEST = (500, 19_500)


class LineMessage(NamedTuple):
    """What a line shows of its message."""

    id: int
    kind: str
    sid: str
    body: str
    from_address: str
    to_address: str
    error_code: str
    text_deleted_at: datetime | None


class LineContact(NamedTuple):
    """What a line shows of whose conversation it is."""

    conversation_id: int
    name: str
    profile_name: str
    phone: str
    address: str


class FeedLine(NamedTuple):
    """One event with its message and contact, where it has them."""

    event: Event
    message: LineMessage | None
    contact: LineContact | None


_ACCOUNT = sa.bindparam("account_sid", type_=sa.String)
_IDS = sa.bindparam("ids", expanding=True, type_=sa.BigInteger)
# Made once: each frame runs them, and to put one together takes longer than to run it.
_MESSAGES: Any = sa.select(*(getattr(Message, name) for name in LineMessage._fields)).where(
    by_primary_key.account_is(Message, _ACCOUNT), col(Message.id).in_(_IDS)
)
_PEOPLE: Any = sa.select(  # type: ignore[call-overload]
    Conversation.id, Contact.name, Contact.profile_name, Contact.phone, Address.address
).where(
    by_primary_key.account_is(Conversation, _ACCOUNT),
    *(by_primary_key.same_account(table, Conversation) for table in (Contact, Address)),
    col(Conversation.id).in_(_IDS),
    col(Contact.id) == Conversation.contact_id,
    col(Address.id) == Conversation.address_id,
)


def lines(session: Session, account_sid: str, events: Sequence[Event]) -> list[FeedLine]:
    """The events with what belongs to them, in their order."""
    messages = _messages(session, account_sid, {event.message_id for event in events if event.message_id})
    people = _people(session, account_sid, {event.conversation_id for event in events if event.conversation_id})
    return [
        FeedLine(event, messages.get(event.message_id or 0), people.get(event.conversation_id or 0)) for event in events
    ]


def _messages(session: Session, account_sid: str, ids: set[int]) -> dict[int, LineMessage]:
    if not ids:
        return {}
    found = session.execute(_MESSAGES, {"account_sid": account_sid, "ids": sorted(ids)})
    return {row[0]: LineMessage._make(row) for row in found}


def _people(session: Session, account_sid: str, ids: set[int]) -> dict[int, LineContact]:
    if not ids:
        return {}
    found = session.execute(_PEOPLE, {"account_sid": account_sid, "ids": sorted(ids)})
    return {row[0]: LineContact._make(row) for row in found}


def one(session: Session, account_sid: str, event_id: int) -> FeedLine | None:
    """One event of the account."""
    query: sa.Select[Any] = sa.select(*EVENT_COLUMNS).where(
        col(FeedEvent.account_sid) == account_sid, col(FeedEvent.id) == event_id
    )
    found = session.execute(query).first()
    return lines(session, account_sid, [Event._make(found)])[0] if found else None


def times_since(session: Session, account_sid: str, since: datetime) -> list[tuple[datetime, str]]:
    """When each event since then was recorded, and its kind, newest first; of the newest 20,000."""
    query = sa.select(col(FeedEvent.id), col(FeedEvent.recorded_at), col(FeedEvent.kind))
    query = query.where(by_primary_key.account_is(FeedEvent, account_sid)).order_by(col(FeedEvent.id).desc())
    found: list[Any] = []
    for size in _NEWEST:
        older = query.where(col(FeedEvent.id) < found[-1][0]) if found else query
        found += session.execute(older.limit(size))
        if not found or found[-1][1] < since:
            break
    return [(at, kind) for _number, at, kind in found if at >= since]
