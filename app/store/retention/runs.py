"""The runs of retention and what they did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert
from app.store.tables import RetentionRun

_KEPT_RUNS = 400


def newest(session: Session, account_sid: str, limit: int = 1) -> list[RetentionRun]:
    """The newest runs."""
    query = select(RetentionRun).where(by_primary_key.account_is(RetentionRun, account_sid))
    return list(session.exec(query.order_by(col(RetentionRun.id).desc()).limit(limit)))


def begin(session: Session, account_sid: str, at: datetime) -> int:
    """A new run; of very old ones nothing is kept."""
    number = insert(session, RetentionRun, {"account_sid": account_sid, "began_at": at, "ended_at": None, "did": {}})
    old = (by_primary_key.account_is(RetentionRun, account_sid), col(RetentionRun.id) <= number - _KEPT_RUNS)
    session.execute(sa.delete(RetentionRun).where(*old))
    return number


def did(session: Session, account_sid: str, number: int) -> dict[str, Any]:
    """What this run did so far, held until the transaction ends."""
    query = select(RetentionRun.did).where(*_is(account_sid, number)).with_for_update()
    return dict(session.exec(query).one())


def update(session: Session, account_sid: str, number: int, **values: Any) -> None:
    """Change a run."""
    session.execute(sa.update(RetentionRun).where(*_is(account_sid, number)).values(**values))


def _is(account_sid: str, number: int) -> tuple[Any, Any]:
    return by_primary_key.account_is(RetentionRun, account_sid), col(RetentionRun.id) == number
