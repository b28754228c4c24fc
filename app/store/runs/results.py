"""What became of a run: its recipients counted, and one by one with their messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.failures import conditions
from app.store.tables import Conversation, Message, RunRecipient


@dataclass(frozen=True)
class Result:
    """A line of the list with its cells, whom it means, what fills it, and the message to them, where there is one."""

    line: int
    address: str
    state: str
    reason: str
    cells: dict[str, list[str]]
    message_id: int | None
    message_state: str | None
    message_reason: str | None
    status: str | None
    error_code: str | None
    sid: str | None
    occurred_at: datetime | None
    person: str
    variables: dict[str, str]


def counts(session: Session, account_sid: str, run_id: int) -> dict[tuple[str, str], int]:
    """How many recipients have each state and reason."""
    query = (
        sa.select(col(RunRecipient.state), col(RunRecipient.reason), sa.func.count())
        .where(col(RunRecipient.account_sid) == account_sid, col(RunRecipient.run_id) == run_id)
        .group_by(col(RunRecipient.state), col(RunRecipient.reason))
    )
    return {(row[0], row[1]): int(row[2]) for row in session.connection().execute(query)}


def by_country(session: Session, account_sid: str, run_id: int, *, begun: bool = False) -> dict[str, int]:
    """How many of those who will get the message, or (`begun`) whose message was made, are in each country."""
    states = ("queued", "handed") if begun else ("planned", "queued", "handed")
    query = (
        sa.select(col(RunRecipient.country), sa.func.count())
        .where(
            col(RunRecipient.account_sid) == account_sid,
            col(RunRecipient.run_id) == run_id,
            col(RunRecipient.state).in_(states),
        )
        .group_by(col(RunRecipient.country))
    )
    return {row[0]: int(row[1]) for row in session.connection().execute(query)}


def message_counts(session: Session, account_sid: str, run_id: int) -> dict[tuple[str, str, str], int]:
    """How many messages of a run have each state, Twilio's status and error code."""
    columns = (col(Message.state), col(Message.status), col(Message.error_code))
    query = sa.select(*columns, sa.func.count()).where(*_with_message(account_sid, run_id)).group_by(*columns)
    return {(row[0], row[1], row[2]): int(row[3]) for row in session.connection().execute(query)}


def failures(session: Session, account_sid: str, run_id: int, since: datetime) -> dict[str, int]:
    """How many messages of a run, made since then, failed with each code."""
    query = (
        sa.select(col(Message.error_code), sa.func.count())
        .where(
            *conditions.of_ours(account_sid),
            col(Message.occurred_at) >= since,
            col(RunRecipient.account_sid) == account_sid,
            col(RunRecipient.message_id) == col(Message.id),
            col(RunRecipient.message_id).is_not(None),
            col(RunRecipient.run_id) == run_id,
        )
        .group_by(col(Message.error_code))
    )
    return {row[0]: int(row[1]) for row in session.connection().execute(query)}


def answered(session: Session, account_sid: str, run_id: int) -> int:
    """How many have written since the run's message to them."""
    query = sa.select(sa.func.count()).where(
        *_with_message(account_sid, run_id),
        by_primary_key.is_row(Conversation, account_sid, Message.conversation_id),
        col(Conversation.last_inbound_at) > col(Message.occurred_at),
    )
    return int(session.connection().execute(query).scalar_one())


def one_by_one(session: Session, account_sid: str, run_id: int, after: int, limit: int) -> Sequence[Result]:
    """The recipients that follow, in the order of the list."""
    its_message = by_primary_key.is_row(Message, account_sid, RunRecipient.message_id)
    query = (
        sa.select(
            col(RunRecipient.line),
            col(RunRecipient.address),
            col(RunRecipient.state),
            col(RunRecipient.reason),
            col(RunRecipient.cells),
            col(Message.id),
            col(Message.state),
            col(Message.reason),
            col(Message.status),
            col(Message.error_code),
            col(Message.sid),
            col(Message.occurred_at),
            col(RunRecipient.person),
            col(RunRecipient.variables),
        )
        .outerjoin(Message, its_message)
        .where(
            col(RunRecipient.account_sid) == account_sid,
            col(RunRecipient.run_id) == run_id,
            col(RunRecipient.line) > after,
        )
        .order_by(col(RunRecipient.line))
        .limit(limit)
    )
    return [Result(*row) for row in session.connection().execute(query)]


def failed_with(session: Session, account_sid: str, run_id: int, code: str, after: int, limit: int) -> list[int]:
    """The lines that follow whose message failed with this code."""
    query = (
        sa.select(col(RunRecipient.line))
        .where(*_with_message(account_sid, run_id), col(Message.error_code) == code, col(RunRecipient.line) > after)
        .order_by(col(RunRecipient.line))
        .limit(limit)
    )
    return [int(line) for line in session.connection().execute(query).scalars()]


def _with_message(account_sid: str, run_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(RunRecipient.account_sid) == account_sid,
        col(RunRecipient.run_id) == run_id,
        by_primary_key.is_row(Message, account_sid, RunRecipient.message_id),
    )
