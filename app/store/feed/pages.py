"""Pages of the feed. What is filtered or searched is looked for in a stretch of the newest events at a time, but for
kinds of events that are seldom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.conversations.search import is_called
from app.store.feed.lines import FeedLine, lines
from app.store.feed.positions import EVENT_COLUMNS, Event
from app.store.messages.rows import HAS_SID
from app.store.tables import Address, Contact, Conversation, FeedEvent, Message
from app.store.tables.feed import SELDOM, SELDOM_KINDS

# A search that finds nothing reads so many events and no more, however many there are; a filter, which is a page like
# any other, so many.
EVENTS_LOOKED_AT = 100_000
EVENTS_FILTERED = 25_000
_SID_LENGTH = 34
# Of Twilio's error codes; longer numbers are parts of telephone numbers.
_CODE_LENGTHS = (4, 5)


@dataclass(frozen=True)
class FeedFilter:
    """Which lines: kinds (all when empty), words to find, only numbers below `before`, from `since` on, or `among`."""

    kinds: tuple[str, ...] = ()
    query: str = ""
    before: int | None = None
    since: int | None = None
    among: tuple[int, ...] = ()


@dataclass(frozen=True)
class FeedPage:
    """Lines, newest first.

    Where they are fewer than wanted and older events are left, `end` is the oldest one looked at, recorded at `since`.
    """

    lines: list[FeedLine]
    end: int | None = None
    since: datetime | None = None


def page(session: Session, account_sid: str, wanted: FeedFilter, limit: int) -> FeedPage:
    """The newest events that fit."""
    mine = by_primary_key.account_is(FeedEvent, account_sid)
    if wanted.query and not wanted.among and (of_sid := _of_sid(session, account_sid, wanted, limit)) is not None:
        return FeedPage(lines(session, account_sid, of_sid))
    number, bounds = col(FeedEvent.id), _bounds(session, mine, wanted)
    query: sa.Select[Any] = sa.select(*EVENT_COLUMNS).where(*_of_kinds(account_sid, wanted), number.between(*bounds))
    if wanted.query:
        query = query.where(sa.or_(*_found(account_sid, wanted.query, *bounds)))
    events = _events(session, query.order_by(number.desc()).limit(limit))
    if wanted.among:
        return FeedPage(lines(session, account_sid, [event for event in events if event.id in wanted.among]))
    is_end = len(events) == limit or bounds[0] <= 1 or wanted.since is not None
    return FeedPage(lines(session, account_sid, events), *((None, None) if is_end else _end(session, mine, bounds[0])))


def _is_seldom(wanted: FeedFilter) -> bool:
    """True for one kind that has an index of its own, so that no stretch need be looked through."""
    return len(wanted.kinds) == 1 and wanted.kinds[0] in SELDOM_KINDS and not (wanted.query or wanted.among)


def _of_kinds(account_sid: str, wanted: FeedFilter) -> tuple[Any, ...]:
    if _is_seldom(wanted):
        return col(FeedEvent.account_sid) == account_sid, SELDOM, col(FeedEvent.kind) == wanted.kinds[0]
    mine = by_primary_key.account_is(FeedEvent, account_sid)
    return (mine, col(FeedEvent.kind).in_(wanted.kinds)) if wanted.kinds else (mine,)


def _events(session: Session, query: sa.Select[Any]) -> list[Event]:
    return [Event._make(row) for row in session.execute(query)]


def _bounds(session: Session, mine: Any, wanted: FeedFilter) -> tuple[int, int]:
    """The lowest and the highest number that is looked at."""
    if wanted.among:
        # They came just now, one after the other: few others lie between them.
        return min(wanted.among), max(wanted.among)
    last = wanted.before - 1 if wanted.before is not None else None
    if last is None:
        last = session.execute(sa.select(sa.func.max(col(FeedEvent.id))).where(mine)).scalar() or 0
    bounded = EVENTS_LOOKED_AT if wanted.query else EVENTS_FILTERED if wanted.kinds else last
    stretch = last if _is_seldom(wanted) else bounded
    return max(1, last - stretch + 1, wanted.since or 1), last


def _end(session: Session, mine: Any, lowest: int) -> tuple[int | None, datetime | None]:
    """The oldest event that was looked at, when there are older ones."""
    query = sa.select(col(FeedEvent.id), col(FeedEvent.recorded_at)).where(mine)
    if session.execute(query.where(col(FeedEvent.id) < lowest).limit(1)).first() is None:
        return None, None
    at = session.execute(query.where(col(FeedEvent.id) >= lowest).order_by(col(FeedEvent.id)).limit(1)).first()
    return lowest, at[1] if at else None


def _found(account_sid: str, words: str, lowest: int, highest: int) -> Iterator[Any]:
    """By name, number or error code; what is typed is never part of the statement or of a pattern."""

    def named(column: Any) -> Any:
        mine = by_primary_key.account_is(FeedEvent, account_sid)
        return sa.select(column).where(mine, col(FeedEvent.id).between(lowest, highest), column.is_not(None)).distinct()

    yield col(FeedEvent.conversation_id).in_(
        sa.select(col(Conversation.id)).where(
            *(by_primary_key.account_is(table, account_sid) for table in (Conversation, Contact, Address)),
            by_primary_key.is_one_of(col(Conversation.id), named(col(FeedEvent.conversation_id))),
            col(Contact.id) == col(Conversation.contact_id),
            col(Address.id) == col(Conversation.address_id),
            sa.or_(is_called(words), col(Address.address).icontains(words.replace(" ", ""), autoescape=True)),
        )
    )
    if words.isdigit() and len(words) in _CODE_LENGTHS:
        yield col(FeedEvent.message_id).in_(
            sa.select(col(Message.id)).where(
                by_primary_key.account_is(Message, account_sid),
                by_primary_key.is_one_of(col(Message.id), named(col(FeedEvent.message_id))),
                col(Message.error_code) == words,
            )
        )


def _of_sid(session: Session, account_sid: str, wanted: FeedFilter, limit: int) -> list[Event] | None:
    """The events of the message whose SID the words are, whenever they happened; None when they are no SID."""
    if len(wanted.query) != _SID_LENGTH:
        return None
    message = select(Message).where(Message.account_sid == account_sid, Message.sid == wanted.query, HAS_SID)
    found = session.exec(message).first()
    if found is None:
        return None
    query: sa.Select[Any] = sa.select(*EVENT_COLUMNS).where(
        col(FeedEvent.account_sid) == account_sid,
        col(FeedEvent.conversation_id) == found.conversation_id,
        col(FeedEvent.message_id) == found.id,
    )
    if wanted.kinds:
        query = query.where(col(FeedEvent.kind).in_(wanted.kinds))
    if wanted.before is not None:
        query = query.where(col(FeedEvent.id) < wanted.before)
    return _events(session, query.order_by(col(FeedEvent.id).desc()).limit(limit))
