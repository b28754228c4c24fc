"""Finding conversations by name, number or what was written, a stretch of the past at a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key, spellings
from app.store.tables import Address, Contact, Conversation, Message

LONGEST_QUERY = 100
# Words are looked for in so many rows at a time, so that a rare one costs no more with every message that came.
MESSAGES_LOOKED_AT = 50_000
CONTACTS_LOOKED_AT = 100_000
MOST_FOUND = 500
_NUMBER = re.compile(r"[+\d\s().-]{3,}")
_CHANNEL = "whatsapp:"
_FEWEST_AFTER_PREFIX = 4


@dataclass(frozen=True)
class Below:
    """Only messages and contacts with lower numbers are looked at."""

    message_id: int
    contact_id: int


@dataclass(frozen=True)
class Found:
    """Conversations, and by conversation the newest message that has the words, of those above `end` and below `begin`.

    `end` is None when nothing older is left; `since` is when the oldest of these messages happened.
    """

    conversations: Collection[int]
    hits: dict[int, int]
    begin: Below
    end: Below | None
    since: datetime | None


def look(session: Session, account_sid: str, query: str, below: Below | None = None) -> Found:
    """Look for the words among the newest messages and contacts, or those below. `%`, `_` and `/` mean themselves.

    A whole telephone number is found whatever its contact's age.
    """
    begin = below or _newest(session, account_sid)
    messages = session.execute(_messages(account_sid, query, begin.message_id)).all()
    hits: dict[int, int] = {}
    for number, conversation_id in messages:
        hits.setdefault(conversation_id, number)
    contacts, last_contact = _contacts(session, account_sid, query, begin.contact_id)
    found = set(hits)
    found.update(_conversations(session, account_sid, contacts))
    end = Below(_end([row[0] for row in messages], begin.message_id, MESSAGES_LOOKED_AT), last_contact)
    more = end.message_id > 1 or end.contact_id > 1
    since = _when(session, account_sid, end.message_id) if more else None
    return Found(found, hits, begin, end if more else None, since)


def hits(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Message]:
    """These messages, by conversation."""
    if not message_ids:
        return {}
    query = select(Message).where(by_primary_key.account_is(Message, account_sid), col(Message.id).in_(message_ids))
    return {message.conversation_id: message for message in session.exec(query)}


def is_called(query: str) -> Any:
    """The condition that a contact's name has all words of `query`, in any order, or the telephone number has it."""
    words = [word for word in query.split() if spellings.pattern(word)] or [query]
    # Most contacts have one of the two; an empty one needs no look.
    parts = [
        sa.and_(name != "", *(spellings.has(name, word) for word in words))
        for name in (col(Contact.name), col(Contact.profile_name))
    ]
    if digits := _digits(query):
        parts.append(col(Contact.phone).contains(digits, autoescape=True))
    return sa.or_(*parts)


def _newest(session: Session, account_sid: str) -> Below:
    def after_all(table: Any) -> Any:
        newest = sa.select(sa.func.max(col(table.id))).where(by_primary_key.account_is(table, account_sid))
        return sa.func.coalesce(newest.scalar_subquery(), 0) + 1

    return Below(*session.execute(sa.select(after_all(Message), after_all(Contact))).one())


def _messages(account_sid: str, query: str, below: int) -> Any:
    return (
        sa.select(col(Message.id), col(Message.conversation_id))
        .where(
            by_primary_key.account_is(Message, account_sid),
            col(Message.id) < below,
            col(Message.id) >= below - MESSAGES_LOOKED_AT,
            spellings.has(col(Message.body), query),
        )
        .order_by(col(Message.id).desc())
        .limit(MOST_FOUND)
    )


def _contacts(session: Session, account_sid: str, query: str, below: int) -> tuple[set[int], int]:
    """The contacts that are called so or have such an address, and the number below which others are left."""

    def numbers(table: Any, number: Any, condition: Any) -> list[int]:
        stretch = (number < below, number >= below - CONTACTS_LOOKED_AT)
        wanted = sa.select(number).where(by_primary_key.account_is(table, account_sid), *stretch, condition)
        return list(session.execute(wanted.order_by(number.desc()).limit(MOST_FOUND)).scalars())

    called = numbers(Contact, col(Contact.id), is_called(query))
    reached = numbers(Address, col(Address.contact_id), _is_at(query)) if " " not in query else []
    ends = [_end(found, below, CONTACTS_LOOKED_AT) for found in (called, reached)]
    return {*called, *reached, *_with_number(session, account_sid, query)}, max(ends)


def _is_at(query: str) -> Any:
    # An address without a number is found by its id; "whatsapp:" would be found in all of them.
    part = query.removeprefix(_CHANNEL)
    return sa.func.substr(col(Address.address), len(_CHANNEL) + 1).contains(part, autoescape=True)


def _with_number(session: Session, account_sid: str, query: str) -> Iterable[int]:
    if not (digits := _digits(query)):
        return ()
    whole = (col(Address.account_sid) == account_sid, col(Address.address) == f"{_CHANNEL}+{digits}")
    return session.execute(sa.select(col(Address.contact_id)).where(*whole)).scalars()


def _conversations(session: Session, account_sid: str, contact_ids: Collection[int]) -> Iterable[int]:
    if not contact_ids:
        return ()
    of_them = (by_primary_key.account_is(Conversation, account_sid), col(Conversation.contact_id).in_(contact_ids))
    still_there = col(Conversation.state).not_in(("joined", "erased"))
    return session.execute(sa.select(col(Conversation.id)).where(*of_them, still_there)).scalars()


def _end(found: list[int], below: int, looked_at: int) -> int:
    """The number below which rows were not looked at: where so many were found, the last of them."""
    return found[-1] if len(found) == MOST_FOUND else max(1, below - looked_at)


def _when(session: Session, account_sid: str, message_id: int) -> datetime | None:
    first = sa.select(col(Message.occurred_at)).where(
        by_primary_key.account_is(Message, account_sid), col(Message.id) >= message_id
    )
    at: datetime | None = session.execute(first.order_by(col(Message.id)).limit(1)).scalar()
    return at


def _digits(query: str) -> str:
    """The digits of a typed number, without the prefix that people dial; zeros before a few digits are none."""
    digits = re.sub(r"\D", "", query) if _NUMBER.fullmatch(query) else ""
    without_prefix = digits.lstrip("0")
    return without_prefix if len(without_prefix) >= _FEWEST_AFTER_PREFIX else digits
