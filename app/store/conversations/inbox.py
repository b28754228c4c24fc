"""The conversation list: pages of rows by keyset, and how many conversations each tab holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.counts import MOST_COUNTED, bounded
from app.store.tables import Address, Agent, ConsentRecord, Contact, Conversation, Message

Tab = Literal["mine", "unassigned", "all", "closing", "closed"]
TABS: tuple[Tab, ...] = ("mine", "unassigned", "all", "closing", "closed")

# As the indexes say it, or they aren't used.
_IS_OPEN = col(Conversation.state) == sa.literal_column("'open'")
_IS_CLOSED = col(Conversation.state) == sa.literal_column("'closed'")


class LastMessage(NamedTuple):
    """What a row shows of its conversation's newest message."""

    id: int
    direction: str
    kind: str
    body: str
    media_urls: list[str]
    details: dict[str, Any]
    state: str
    reason: str
    status: str
    text_deleted_at: datetime | None


class InboxRow(NamedTuple):
    """One conversation with what its row shows. `opt_out` is when and by which word the one in force came."""

    id: int
    state: str
    assigned_agent_id: int | None
    unread: int
    last_message_at: datetime
    last_inbound_at: datetime | None
    name: str
    phone: str
    address: str
    owner: str
    opt_out: tuple[datetime, str] | None
    last: LastMessage | None


_CONVERSATION: list[Any] = [getattr(Conversation, name) for name in InboxRow._fields[:6]]
_LAST: list[Any] = [getattr(Message, name) for name in LastMessage._fields]


@dataclass(frozen=True)
class InboxFilter:
    """Which conversations: a tab as `agent_id` sees it, or (with `query`) those that a search found.

    "Closing soon" are those whose last inbound message lies within (`inbound_after`, `inbound_before`].
    """

    tab: Tab
    agent_id: int | None
    inbound_after: datetime
    inbound_before: datetime
    query: str = ""


@dataclass(frozen=True)
class InboxPosition:
    """The position at which an inbox page ended: the moment that rows are ordered by, and the conversation's number."""

    at: datetime
    conversation_id: int


def order_of(row: InboxRow, wanted: InboxFilter) -> InboxPosition:
    """The key of a row in this filter's order."""
    by_window = wanted.tab == "closing" and not wanted.query and row.last_inbound_at is not None
    at = row.last_inbound_at if by_window else row.last_message_at
    assert at is not None
    return InboxPosition(at, row.id)


def rows(
    session: Session,
    account_sid: str,
    wanted: InboxFilter,
    after: InboxPosition | None = None,
    limit: int = 50,
    found: Collection[int] = (),
) -> list[InboxRow]:
    """Up to `limit` rows that follow `after`: newest first, in "closing soon" the most urgent first. One query.

    With a query they are those of the conversations `found`.
    """
    closing = wanted.tab == "closing" and not wanted.query
    column: Any = col(Conversation.last_inbound_at) if closing else col(Conversation.last_message_at)
    number: Any = col(Conversation.id)
    if wanted.query:
        conditions = [by_primary_key.account_is(Conversation, account_sid), number.in_(found)]
    else:
        conditions = [col(Conversation.account_sid) == account_sid, *_in_tab(wanted, wanted.tab)]
    query = _shown().where(*conditions)
    if after is not None:
        place, key = sa.tuple_(column, number), (after.at, after.conversation_id)
        query = query.where(place > key if closing else place < key)
    order = (column.asc(), number.asc()) if closing else (column.desc(), number.desc())
    return [_row(row) for row in session.execute(query.order_by(*order).limit(limit))]


def rows_by_ids(session: Session, account_sid: str, ids: Sequence[int]) -> list[InboxRow]:
    """The rows of these conversations, newest first; what is not the account's is left out. One query."""
    if not ids:
        return []
    found = session.execute(_rows_by_ids(), {"account_sid": account_sid, "ids": list(ids)})
    return [_row(row) for row in found]


def counts(session: Session, account_sid: str, wanted: InboxFilter) -> dict[Tab, int]:
    """How many conversations each tab holds for the filter's agent, above MOST_COUNTED one more. One query."""
    totals = [_counted(account_sid, *_in_tab(wanted, tab)).label(tab) for tab in TABS]
    found = session.execute(sa.select(*totals)).one()
    return {tab: int(count) for tab, count in zip(TABS, found, strict=True)}


def waiting(session: Session, account_sid: str, agent_id: int | None) -> int:
    """How many open conversations are this agent's, or nobody's yet, above MOST_COUNTED one more. One query."""
    owner = col(Conversation.assigned_agent_id)
    theirs = _counted(account_sid, _IS_OPEN, owner == agent_id) if agent_id else sa.literal(0)
    found = session.execute(sa.select(theirs, _counted(account_sid, _IS_OPEN, owner.is_(None)))).one()
    return min(sum(map(int, found)), MOST_COUNTED + 1)


def _counted(account_sid: str, *conditions: Any) -> Any:
    some = sa.select(col(Conversation.id)).where(col(Conversation.account_sid) == account_sid, *conditions)
    return bounded(some)


@cache
def _rows_by_ids() -> Any:
    """Made once: each frame of the live feed runs it, and to put it together takes longer than to run it."""
    account_sid = sa.bindparam("account_sid", type_=sa.String)
    ids = sa.bindparam("ids", expanding=True, type_=sa.BigInteger)
    newest = (col(Conversation.last_message_at).desc(), col(Conversation.id).desc())
    found = (by_primary_key.account_is(Conversation, account_sid), col(Conversation.id).in_(ids))
    return _shown().where(*found).order_by(*newest)


@cache
def _shown() -> Any:
    def numbered_by(row: Any, name: str, table: Any) -> tuple[Any, Any]:
        return table, sa.and_(by_primary_key.same_account(table, row), col(table.id) == getattr(row, name))

    return (
        sa.select(
            *_CONVERSATION,
            # The name the team gave, else WhatsApp's.
            sa.func.coalesce(sa.func.nullif(Contact.name, ""), Contact.profile_name),
            col(Contact.phone),
            col(Address.address),
            sa.func.coalesce(Agent.name, ""),
            col(ConsentRecord.occurred_at),
            col(ConsentRecord.keyword),
            *_LAST,
        )
        .select_from(Conversation)
        .join(*numbered_by(Conversation, "contact_id", Contact))
        .join(*numbered_by(Conversation, "address_id", Address))
        .outerjoin(*numbered_by(Conversation, "last_message_id", Message))
        .outerjoin(*numbered_by(Address, "opt_out_record_id", ConsentRecord))
        .outerjoin(*numbered_by(Conversation, "assigned_agent_id", Agent))
    )


def _row(found: Any) -> InboxRow:
    opt_out = tuple(found[10:12]) if found[10] else None
    return InboxRow._make((*found[:10], opt_out, LastMessage._make(found[12:]) if found[12] else None))


def _in_tab(wanted: InboxFilter, tab: Tab) -> list[Any]:
    owner, heard = col(Conversation.assigned_agent_id), col(Conversation.last_inbound_at)
    if tab == "closed":
        return [_IS_CLOSED]
    if tab == "mine":
        return [_IS_OPEN, owner == wanted.agent_id]
    if tab == "unassigned":
        return [_IS_OPEN, owner.is_(None)]
    if tab == "closing":
        return [_IS_OPEN, heard > wanted.inbound_after, heard <= wanted.inbound_before]
    return [_IS_OPEN]
