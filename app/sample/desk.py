"""The team, and what the audit would say of its month: messages sent, conversations taken and closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.sample.cast import TEAM, Colleague, Customer
from app.sample.entries import Entry, Ours
from app.sample.story import Said
from app.store import agents
from app.store.database import Session

_NAMES = {colleague.login: colleague.name for colleague in TEAM}
_TIDIES_UP_AFTER = timedelta(minutes=3)


# A little before the first customer writes.
SET_UP_BEFORE = timedelta(days=31)


def hire(ours: Ours, team: dict[str, int], colleague: Colleague) -> dict[str, Any]:
    """The audit's row of somebody who was added, from the command line."""
    row = _row(ours.account_sid, team, colleague.login, "agent.add", "agent", team[colleague.login], _set_up(ours), {})
    return row | {
        "actor_kind": "command",
        "actor_id": None,
        "actor_name": "command",
        "detail": {"role": colleague.role},
    }


def add_team(session: Session, ours: Ours, hashes: dict[str, str]) -> dict[str, int]:
    """Add the team, with the stored passwords by login. Returns their numbers by login."""
    team = {}
    for one in TEAM:
        columns = {"name": one.name, "role": one.role, "password_hash": hashes[one.login], "created_at": _set_up(ours)}
        number = agents.add(session, ours.account_sid, one.login, **columns)
        assert number is not None
        team[one.login] = number
    return team


def _set_up(ours: Ours) -> datetime:
    return ours.at - SET_UP_BEFORE


def send(account_sid: str, team: dict[str, int], said: Said, message_id: int) -> dict[str, Any]:
    """The audit's row of a message that somebody sent."""
    return _row(account_sid, team, said.author, "message.send", "message", message_id, said.at, {"rule": "ok"})


def work(
    ours: Ours, team: dict[str, int], customer: Customer, conversation_id: int, said: Sequence[Entry]
) -> Iterator[dict[str, Any]]:
    """The audit's rows of a conversation that somebody took, and closed."""
    if not customer.desk:
        return
    about = ("conversation", conversation_id)
    detail = {"agent_id": team[customer.desk]}
    first, last = said[0].said.at, said[-1].said.at + _TIDIES_UP_AFTER
    yield _row(ours.account_sid, team, customer.desk, "conversation.assigned", *about, first, detail)
    if customer.closed:
        yield _row(ours.account_sid, team, customer.desk, "conversation.closed", *about, last, {})


def _row(
    account_sid: str,
    team: dict[str, int],
    login: str,
    verb: str,
    subject_kind: str,
    subject_id: int,
    at: datetime,
    detail: dict[str, Any],
) -> dict[str, Any]:
    return {
        "account_sid": account_sid,
        "actor_kind": "agent",
        "actor_id": team[login],
        "actor_name": _NAMES[login],
        "verb": verb,
        "subject_kind": subject_kind,
        "subject_id": str(subject_id),
        "detail": detail,
        "occurred_at": at,
        "recorded_at": at,
    }
