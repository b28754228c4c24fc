"""The audit's rows: added and read, never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.columns import UtcDateTime
from app.store.inserts import insert
from app.store.tables import Audit

PAGE = 50
_ORDER: list[sa.types.TypeEngine[Any]] = [UtcDateTime(), sa.BigInteger()]


@dataclass(frozen=True)
class AuditFilter:
    """Which rows; what is empty leaves a filter out. `until` is no longer among them."""

    actor_kind: str = ""
    actor_id: int | None = None
    verbs: tuple[str, ...] = ()
    subject_kind: str = ""
    subject_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def add(session: Session, account_sid: str, at: datetime, **columns: Any) -> None:
    """Write one row in the caller's transaction."""
    insert(session, Audit, {"account_sid": account_sid, "occurred_at": at, "recorded_at": at, **columns})


def rows(
    session: Session, account_sid: str, wanted: AuditFilter, below: tuple[datetime, int] | None, limit: int
) -> list[Audit]:
    """The account's rows that fit, newest first, below this time and number."""
    parts = [_part(account_sid, conditions, wanted, below, limit) for conditions in _searches(wanted)]
    ids = parts[0] if len(parts) == 1 else _together(parts, limit)
    numbers = list(session.execute(ids).scalars())
    query = select(Audit).where(by_primary_key.account_is(Audit, account_sid), col(Audit.id).in_(numbers))
    return sorted(session.exec(query), key=lambda row: (row.occurred_at, row.id or 0), reverse=True)


def place(session: Session, account_sid: str, number: int) -> tuple[datetime, int] | None:
    """Where this row stands in the order; None when there is none."""
    query = select(Audit.occurred_at).where(by_primary_key.is_row(Audit, account_sid, number))
    at = session.exec(query).first()
    return None if at is None else (at, number)


def was_done(
    session: Session, account_sid: str, agent_id: int | None, verb: str, subject: tuple[str, str], since: datetime
) -> bool:
    """True when the agent did this to this subject at that time or later."""
    query = select(Audit.id).where(
        Audit.account_sid == account_sid,
        Audit.actor_kind == "agent",
        Audit.actor_id == agent_id,
        Audit.verb == verb,
        col(Audit.occurred_at) >= since,
        Audit.subject_kind == subject[0],
        Audit.subject_id == subject[1],
    )
    return session.exec(query.limit(1)).first() is not None


def _searches(wanted: AuditFilter) -> list[list[Any]]:
    """The conditions of one search, or of several that are put together: in each an index gives the order.

    So a page takes as long among a million rows as among a hundred: of several verbs each is looked up by itself.
    """
    actor: list[Any] = []
    if wanted.actor_kind:
        actor = [Audit.actor_kind == wanted.actor_kind, Audit.actor_id == wanted.actor_id]
    if wanted.subject_kind:
        subject = [Audit.subject_kind == wanted.subject_kind, Audit.subject_id == wanted.subject_id]
        verbs = [col(Audit.verb).in_(wanted.verbs)] if wanted.verbs else []
        return [[*subject, *actor, *verbs]]
    return [[*actor, Audit.verb == verb] for verb in wanted.verbs] or [actor]


def _part(
    account_sid: str,
    conditions: Sequence[Any],
    wanted: AuditFilter,
    below: tuple[datetime, int] | None,
    limit: int,
) -> Any:
    at, number = col(Audit.occurred_at), col(Audit.id)
    query = sa.select(number, at).where(col(Audit.account_sid) == account_sid, *conditions)
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
    if wanted.until is not None:
        query = query.where(at < wanted.until)
    if below is not None:
        query = query.where(sa.tuple_(at, number) < sa.tuple_(*below, types=_ORDER))
    return query.order_by(at.desc(), number.desc()).limit(limit)


def _together(parts: Sequence[Any], limit: int) -> Any:
    found = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    return sa.select(found.c.id).order_by(found.c.occurred_at.desc(), found.c.id.desc()).limit(limit)


def of_subjects(session: Session, account_sid: str, kind: str, numbers: Collection[int]) -> list[Audit]:
    """What was done to these subjects of one kind."""
    query = select(Audit).where(
        Audit.account_sid == account_sid,
        Audit.subject_kind == kind,
        col(Audit.subject_id).in_([str(number) for number in numbers]),
    )
    return sorted(session.exec(query), key=lambda row: row.id or 0)
