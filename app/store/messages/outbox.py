"""The outbox: what waits to leave, what may leave now, and that it is leaving.

An outbox may hold tens of thousands. So the conditions on other rows are scalar subqueries, which both databases
answer row by row in the order of the index, stopping at the limit; PostgreSQL makes a join over all of it of an EXISTS.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_many
from app.store.messages import sender_rates
from app.store.messages.rows import IS_READY
from app.store.tables import Attempt, Message

_other = sa.orm.aliased(Message)
_messages: Any = Message.__table__  # type: ignore[attr-defined]
_attempts: Any = Attempt.__table__  # type: ignore[attr-defined]

_ACCOUNT: Any = sa.bindparam("account_sid")
_AT: Any = sa.bindparam("at")
_DUE = (
    col(Message.account_sid) == _ACCOUNT,
    col(Message.from_address) == sa.bindparam("sender"),
    IS_READY,
    col(Message.next_attempt_at) <= _AT,
    sa.or_(col(Message.not_before).is_(None), col(Message.not_before) <= _AT),
)
_MAY_HAVE_LEFT = col(Attempt.outcome).in_(("", "unconfirmed"))
_IS_OPEN = (col(Attempt.account_sid) == _ACCOUNT, _MAY_HAVE_LEFT, col(Attempt.open_until) > _AT)
_FIRST_IN_LINE = sa.select(sa.func.min(_other.id)).where(
    col(_other.account_sid) == _ACCOUNT,
    col(_other.contact_id) == col(Message.contact_id),
    col(_other.state) == sa.literal_column("'ready'"),
)
_OPEN_SEND = sa.select(sa.func.max(Attempt.id)).where(*_IS_OPEN, col(Attempt.contact_id) == col(Message.contact_id))
_OF_RUN = col(Message.origin) == sa.literal_column("'run'")


def _claimable(whose: Any) -> Any:
    return (
        select(Message)
        .where(
            *_DUE,
            whose,
            col(Message.id) == _FIRST_IN_LINE.correlate(Message).scalar_subquery(),
            _OPEN_SEND.correlate(Message).scalar_subquery().is_(None),
        )
        .order_by(col(Message.id))
        .limit(sa.bindparam("most"))
        .with_for_update(of=Message, skip_locked=True)
        .execution_options(populate_existing=True)
    )


_CLAIMABLE_ONE_BY_ONE, _CLAIMABLE_OF_RUNS = _claimable(sa.not_(_OF_RUN)), _claimable(_OF_RUN)
_OPEN_RECIPIENTS = sa.select(col(Attempt.contact_id)).where(
    *_IS_OPEN, col(Attempt.contact_id).in_(sa.bindparam("contact_ids", expanding=True))
)
_IN_FLIGHT = (
    sa.select(_attempts.c.id, _messages.c.id.label("message_id"), _messages.c.conversation_id)
    .where(by_primary_key.account_is(_attempts.c, _ACCOUNT))
    .where(_attempts.c.id.in_(sa.bindparam("attempt_ids", expanding=True)))
    .where(by_primary_key.is_row(_messages.c, _ACCOUNT, _attempts.c.message_id))
    .where(_attempts.c.outcome == "", _attempts.c.sid == "", _messages.c.state == "sending", _messages.c.sid == "")
    .order_by(_messages.c.id)
    .with_for_update(of=_messages)
)


def claimable(session: Session, account_sid: str, sender: str, at: datetime, limit: int) -> list[Message]:
    """The messages that may leave from `sender` now, oldest first: each recipient's first, none while a send is open.

    Those of runs come after what people asked for one by one. On PostgreSQL the rows are held, and rows held by another
    process are passed over.
    """
    given = {"account_sid": account_sid, "sender": sender, "at": at}
    found = list(session.exec(_CLAIMABLE_ONE_BY_ONE, params={**given, "most": limit}))
    if len(found) < limit:
        found += session.exec(_CLAIMABLE_OF_RUNS, params={**given, "most": limit - len(found)})
    return found


def open_recipients(
    session: Session, account_sid: str, contact_ids: Sequence[int | None], at: datetime
) -> set[int | None]:
    """The contacts among these to whom a send is open: it may still turn out to have arrived."""
    given = {"account_sid": account_sid, "contact_ids": list(contact_ids), "at": at}
    return set(session.connection().execute(_OPEN_RECIPIENTS, given).scalars())


def open_until(
    session: Session, account_sid: str, contact_ids: Collection[int | None], at: datetime, begun_before: datetime
) -> dict[int | None, datetime]:
    """By contact, until when a send to them is open that began by then, or that nobody confirmed."""
    lasting = sa.or_(col(Attempt.outcome) == "unconfirmed", col(Attempt.started_at) <= begun_before)
    query = sa.select(col(Attempt.contact_id), sa.func.max(col(Attempt.open_until))).where(
        *_IS_OPEN, col(Attempt.contact_id).in_(contact_ids), lasting
    )
    rows = session.connection().execute(query.group_by(col(Attempt.contact_id)), {"account_sid": account_sid, "at": at})
    return {row[0]: row[1] for row in rows}


def first_ready(session: Session, account_sid: str, contact_ids: Collection[int | None]) -> dict[int | None, int]:
    """The number of the message that is first in line for each of these contacts."""
    mine = (col(Message.account_sid) == account_sid, col(Message.contact_id).in_(contact_ids), IS_READY)
    query = sa.select(col(Message.contact_id), sa.func.min(_messages.c.id)).where(*mine)
    return {row[0]: row[1] for row in session.connection().execute(query.group_by(col(Message.contact_id)))}


def senders_with_work(session: Session, account_sid: str, at: datetime) -> list[str]:
    """The senders that something may leave from, paused ones left out.

    A cheap look, so that an idle process never takes a turn at writing: from one sender to the next by the index,
    however much waits.
    """
    found: list[str] = []
    while (sender := _next_sender(session, account_sid, found[-1] if found else "")) is not None:
        found.append(sender)
    paused = {pace.sender for pace in sender_rates.paused(session, account_sid, at)} if found else set()
    return [sender for sender in found if sender not in paused and _has_due(session, account_sid, sender, at)]


def _next_sender(session: Session, account_sid: str, after: str) -> str | None:
    query = select(Message.from_address).where(
        Message.account_sid == account_sid, IS_READY, col(Message.from_address) > after
    )
    return session.exec(query.order_by(col(Message.from_address)).limit(1)).first()


def _has_due(session: Session, account_sid: str, sender: str, at: datetime) -> bool:
    query = sa.select(col(Message.id)).where(*_DUE).limit(1)
    given = {"account_sid": account_sid, "sender": sender, "at": at}
    return session.connection().execute(query, given).first() is not None


_LEAVE = (
    sa.update(_messages)
    .where(
        by_primary_key.account_is(Message, sa.bindparam("account")),
        _messages.c.id.in_(sa.bindparam("numbers", expanding=True)),
    )
    .values(state="sending", reason="", tries=_messages.c.tries + 1)
)


def start_attempts(session: Session, account_sid: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add these attempts, and let their messages be sent. Returns the attempts' numbers, in the rows' order."""
    numbers = insert_many(session, Attempt, rows)
    given = {"account": account_sid, "numbers": [row["message_id"] for row in rows]}
    session.connection().execute(_LEAVE, given)
    return numbers


def in_flight(session: Session, account_sid: str, attempt_ids: Sequence[int]) -> dict[int, Any]:
    """Of these attempts those that nothing is known of yet, by number: what the feed says of their messages.

    The messages are held until the transaction ends.
    """
    given = {"account_sid": account_sid, "attempt_ids": list(attempt_ids)}
    return {row.id: row for row in session.connection().execute(_IN_FLIGHT, given)}


def release_rate_limited(session: Session, account_sid: str, sender: str, at: datetime) -> None:
    """Let the messages that wait for the sender's rate leave now."""
    mine = (
        col(Message.account_sid) == account_sid,
        col(Message.from_address) == sender,
        IS_READY,
        col(Message.reason) == "waiting_for_rate",
    )
    session.execute(sa.update(Message).where(*mine).values(next_attempt_at=at))


def oldest_ready(session: Session, account_sid: str, at: datetime) -> datetime | None:
    """The time since which the oldest message that may leave waits; None when none does."""
    query = sa.select(sa.func.min(col(Message.next_attempt_at))).where(
        col(Message.account_sid) == account_sid,
        IS_READY,
        # Without a word of it SQLite takes another index, and reads all the account's messages.
        col(Message.from_address) > "",
        col(Message.next_attempt_at) <= at,
    )
    oldest: datetime | None = session.execute(query).scalar()
    return oldest
