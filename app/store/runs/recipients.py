"""The recipients of runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_many
from app.store.tables import Message, RunRecipient
from app.store.updates import update_rows

_SETTLED_COLUMNS = ("state", "reason", "message_id", "retry_at")
_PLANNED_COLUMNS = ("state", "reason", "address", "person", "country", "variables")


@dataclass(frozen=True)
class Queued:
    """A recipient whose message was made, that message's state, and how often it was tried."""

    id: int
    message_id: int
    conversation_id: int
    state: str
    tries: int


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Lines of a run's list as they are."""
    insert_many(session, RunRecipient, rows)


def lines(session: Session, account_sid: str, run_id: int, after: int, limit: int) -> list[RunRecipient]:
    """The lines that follow, in their order."""
    query = select(RunRecipient).where(
        RunRecipient.account_sid == account_sid, RunRecipient.run_id == run_id, col(RunRecipient.line) > after
    )
    return list(session.exec(query.order_by(col(RunRecipient.line)).limit(limit)))


def in_state(
    session: Session, account_sid: str, run_id: int, state: str, after: tuple[str, int], limit: int
) -> list[RunRecipient]:
    """The recipients in a state, by reason and then by line, after this reason and line."""
    order = (col(RunRecipient.reason), col(RunRecipient.line))
    query = select(RunRecipient).where(
        RunRecipient.account_sid == account_sid,
        RunRecipient.run_id == run_id,
        RunRecipient.state == state,
        sa.tuple_(*order) > sa.tuple_(*after),
    )
    return list(session.exec(query.order_by(*order).limit(limit)))


def next_planned(session: Session, account_sid: str, run_id: int, at: datetime, limit: int) -> list[RunRecipient]:
    """The recipients whose turn is next; those of whom it is not too early to ask again."""
    query = select(RunRecipient).where(
        RunRecipient.account_sid == account_sid,
        RunRecipient.run_id == run_id,
        RunRecipient.state == "planned",
        RunRecipient.reason == "",
    )
    found = list(session.exec(query.order_by(col(RunRecipient.line)).limit(limit)))
    if len(found) < limit:
        waiting = select(RunRecipient).where(
            RunRecipient.account_sid == account_sid,
            RunRecipient.run_id == run_id,
            RunRecipient.state == "planned",
            RunRecipient.reason == "quiet_hours",
            col(RunRecipient.retry_at) <= at,
        )
        found += session.exec(waiting.order_by(col(RunRecipient.line)).limit(limit - len(found)))
    return found


def plan(session: Session, account_sid: str, rows: Sequence[dict[str, Any]]) -> None:
    """Set what lines were understood to mean: `number`, and state, reason, address, person, country and variables."""
    update_rows(session, RunRecipient, account_sid, _PLANNED_COLUMNS, rows)


def settle(session: Session, account_sid: str, rows: Sequence[dict[str, Any]]) -> None:
    """Set what became of recipients whose turn it was: `number`, and state, reason, message_id and retry_at."""
    update_rows(session, RunRecipient, account_sid, _SETTLED_COLUMNS, rows)


def change(session: Session, account_sid: str, numbers: Collection[int], **columns: Any) -> None:
    """Set the same columns of several recipients."""
    mine = (by_primary_key.account_is(RunRecipient, account_sid), col(RunRecipient.id).in_(numbers))
    session.execute(sa.update(RunRecipient).where(*mine).values(**columns))


def change_all(session: Session, account_sid: str, run_id: int, before: str, **columns: Any) -> None:
    """Set the same columns of all recipients of a run in a state."""
    mine = (
        col(RunRecipient.account_sid) == account_sid,
        col(RunRecipient.run_id) == run_id,
        col(RunRecipient.state) == before,
    )
    session.execute(sa.update(RunRecipient).where(*mine).values(**columns))


def known_people(session: Session, account_sid: str, run_id: int, people: Collection[str], up_to: int) -> set[str]:
    """The persons among these who get the message by a line up to this one."""
    query = select(RunRecipient.person).where(
        RunRecipient.account_sid == account_sid,
        RunRecipient.run_id == run_id,
        col(RunRecipient.person).in_(people),
        col(RunRecipient.line) <= up_to,
        RunRecipient.state == "planned",
    )
    return set(session.exec(query))


def run_of(session: Session, account_sid: str, message_id: int) -> int | None:
    """The number of the run that made a message."""
    query = select(RunRecipient.run_id).where(
        RunRecipient.account_sid == account_sid, RunRecipient.message_id == message_id
    )
    return session.exec(query).first()


def queued(session: Session, account_sid: str, run_id: int) -> list[Queued]:
    """The recipients whose messages were made and not yet seen to be with Twilio: a few at a time."""
    return _with_messages(session, account_sid, run_id, col(RunRecipient.state) == "queued")


def unsent(session: Session, account_sid: str, run_id: int) -> list[Queued]:
    """The recipients whose messages no sender has now: those still in the outbox, and those that came back to it."""
    made = col(RunRecipient.state).in_(("queued", "handed"))
    return _with_messages(session, account_sid, run_id, made, col(Message.state).in_(("ready", "held")))


def _with_messages(session: Session, account_sid: str, run_id: int, *conditions: Any) -> list[Queued]:
    query = (
        sa.select(
            col(RunRecipient.id),
            col(Message.id),
            col(Message.conversation_id),
            col(Message.state),
            col(Message.tries),
        )
        .where(
            col(RunRecipient.account_sid) == account_sid,
            col(RunRecipient.run_id) == run_id,
            by_primary_key.is_row(Message, account_sid, RunRecipient.message_id),
            *conditions,
        )
        .order_by(col(RunRecipient.line))
    )
    rows: Any = session.connection().execute(query)
    return [Queued(*row) for row in rows]


def change_messages(
    session: Session, account_sid: str, message_ids: Collection[int], before: Collection[str], state: str, reason: str
) -> list[int]:
    """Give messages that are still in one of these states another one; the numbers of those that were."""
    statement = (
        sa.update(Message)
        .where(
            by_primary_key.account_is(Message, account_sid),
            col(Message.id).in_(message_ids),
            col(Message.state).in_(before),
        )
        .values(state=state, reason=reason)
        .returning(col(Message.id))
    )
    return [int(number or 0) for number in session.connection().execute(statement).scalars()]


def by_lines(session: Session, account_sid: str, run_id: int, wanted: Collection[int]) -> list[RunRecipient]:
    """These lines, in their order."""
    query = select(RunRecipient).where(
        RunRecipient.account_sid == account_sid, RunRecipient.run_id == run_id, col(RunRecipient.line).in_(wanted)
    )
    return list(session.exec(query.order_by(col(RunRecipient.line))))
