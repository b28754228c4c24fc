"""Finding conversations by name, number or what was written."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key, spellings
from app.store.tables import Address, Contact, Conversation, Message

LONGEST_QUERY = 100
# Text is looked for in the account's newest messages only, so that a rare word costs no more than this.
MESSAGES_LOOKED_AT = 50_000
MESSAGES_FOUND = 500
_NUMBER = re.compile(r"[+\d\s().-]{3,}")


def found_in(account_sid: str, query: str) -> Any:
    """The condition on Conversation: its contact's name, number or address, or one of its messages, has `query`.

    `%`, `_` and `/` in the query mean themselves.
    """
    found = sa.or_(
        col(Conversation.contact_id).in_(contacts_called(account_sid, query)),
        col(Conversation.contact_id).in_(_reached_at(account_sid, query)),
        col(Conversation.id).in_(sa.select(_messages(account_sid, query).subquery().c.conversation_id)),
    )
    return sa.and_(col(Conversation.state) != "joined", found)


def contacts_called(account_sid: str, query: str) -> Any:
    """The numbers of the contacts whose name or telephone number has `query`."""
    names = [spellings.has(col(Contact.name), query), spellings.has(col(Contact.profile_name), query)]
    if digits := _digits(query):
        names.append(col(Contact.phone).contains(digits, autoescape=True))
    return sa.select(col(Contact.id)).where(col(Contact.account_sid) == account_sid, sa.or_(*names))


def _reached_at(account_sid: str, query: str) -> Any:
    """The numbers of the contacts one of whose addresses has `query`."""
    # An address without a number is found by its id; "whatsapp:" would be found in all of them.
    part = query.removeprefix("whatsapp:")
    return sa.select(col(Address.contact_id)).where(
        col(Address.account_sid) == account_sid,
        sa.func.substr(col(Address.address), len("whatsapp:") + 1).contains(part, autoescape=True),
    )


def hits(session: Session, account_sid: str, query: str, conversation_ids: Collection[int]) -> dict[int, Message]:
    """The newest message of each of these conversations in which the words are found, by conversation."""
    found = _messages(account_sid, query).subquery()
    newest = (
        sa.select(sa.func.max(found.c.id))
        .where(found.c.conversation_id.in_(conversation_ids))
        .group_by(found.c.conversation_id)
    )
    messages = select(Message).where(by_primary_key.account_is(Message, account_sid), col(Message.id).in_(newest))
    return {message.conversation_id: message for message in session.exec(messages)}


def _messages(account_sid: str, query: str) -> Any:
    newest = sa.select(sa.func.max(col(Message.id))).where(by_primary_key.account_is(Message, account_sid))
    return (
        sa.select(col(Message.id), col(Message.conversation_id))
        .where(
            by_primary_key.account_is(Message, account_sid),
            col(Message.id) > newest.scalar_subquery() - MESSAGES_LOOKED_AT,
            spellings.has(col(Message.body), query),
        )
        .order_by(col(Message.id).desc())
        .limit(MESSAGES_FOUND)
    )


def _digits(query: str) -> str:
    """The digits of a typed number, without the prefix that people dial before it."""
    return re.sub(r"\D", "", query).lstrip("0") if _NUMBER.fullmatch(query) else ""
