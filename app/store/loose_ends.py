"""What nobody could settle yet: sends that are not confirmed, statuses without a message, forms in quarantine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import numbered
from app.store.messages import HAS_REQUEST_KEY, IS_READY, IS_UNCONFIRMED
from app.store.tables import Attempt, Journal, Message, StatusEvent

_again = sa.orm.aliased(Message)

# design.md: a status of a message that nobody knows waits a day.
ORPHANS_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class Counts:
    """How much of each there is. What is not confirmed and was sent again has been decided: it is not counted."""

    unconfirmed: int
    quarantined: int
    orphans: int


def counts(session: Session, account_sid: str, at: datetime) -> Counts:
    """How much is not settled. One query."""
    query = sa.select(
        _count(Message, account_sid, *unconfirmed(account_sid)),
        _count(Journal, account_sid, col(Journal.state) == "quarantined"),
        _count(StatusEvent, account_sid, *_orphaned(at)),
    )
    return Counts(*map(int, session.execute(query).one()))


def unconfirmed(account_sid: str) -> tuple[Any, ...]:
    """The condition of what is not confirmed and waits for somebody's decision, for a query of messages."""
    # A scalar subquery is answered row by row, by the index; see outbox.py.
    newer = sa.select(sa.func.max(col(_again.id))).where(is_another_try(account_sid, _again)).correlate(Message)
    # Numbers begin at 1; without a word of them SQLite counts by another index, and reads all the account's messages.
    return IS_UNCONFIRMED, col(Message.id) > 0, newer.scalar_subquery().is_(None)


def is_another_try(account_sid: str, again: Any) -> Any:
    """The condition under which `again` is what a message was sent again as."""
    # A message is sent again under the request key again:<number>, which is unique.
    key = sa.literal("again:").concat(sa.cast(col(Message.id), sa.String))
    # Said as the unique index says it, which leaves empty keys out.
    has_key = again.request_key != sa.literal_column("''")
    return sa.and_(again.account_sid == account_sid, again.request_key == key, has_key)


def orphans(session: Session, account_sid: str, at: datetime, limit: int = 50) -> list[StatusEvent]:
    """The statuses of the last day whose message nobody knows, newest first."""
    query = select(StatusEvent).where(StatusEvent.account_sid == account_sid, *_orphaned(at))
    return list(session.exec(query.order_by(col(StatusEvent.id).desc()).limit(limit)))


def last_attempts(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Attempt]:
    """The newest attempt of each of these messages."""
    if not message_ids:
        return {}
    query = select(Attempt).where(Attempt.account_sid == account_sid, col(Attempt.message_id).in_(message_ids))
    return {attempt.message_id: attempt for attempt in session.exec(query.order_by(col(Attempt.number)))}


def wait_no_longer(session: Session, account_sid: str, sender: str, at: datetime) -> None:
    """What waits because of the sender's rate may leave now."""
    mine = (
        col(Message.account_sid) == account_sid,
        col(Message.from_address) == sender,
        IS_READY,
        col(Message.reason) == "waiting_for_rate",
    )
    session.execute(sa.update(Message).where(*mine).values(next_attempt_at=at))


def sent_again(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Message]:
    """What these messages were sent again as, by the earlier message's number."""
    if not message_ids:
        return {}
    keys = [f"again:{number}" for number in message_ids]
    query = select(Message).where(
        Message.account_sid == account_sid, col(Message.request_key).in_(keys), HAS_REQUEST_KEY
    )
    return {found.resend_of: found for found in session.exec(query) if found.resend_of is not None}


def by_numbers(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Message]:
    """These messages of the account, by number."""
    if not message_ids:
        return {}
    query = select(Message).where(numbered.of_account(Message, account_sid), col(Message.id).in_(message_ids))
    return {found.id: found for found in session.exec(query) if found.id is not None}


def _orphaned(at: datetime) -> tuple[Any, Any]:
    return col(StatusEvent.message_id).is_(None), col(StatusEvent.recorded_at) > at - ORPHANS_WAIT


def _count(table: Any, account_sid: str, *conditions: Any) -> Any:
    query = sa.select(sa.func.count()).select_from(table).where(table.account_sid == account_sid, *conditions)
    return query.scalar_subquery()
