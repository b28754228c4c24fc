"""Runs of templates, one by one and in a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert
from app.store.tables import TemplateRun
from app.store.updates import update_row


def add(session: Session, account_sid: str, **columns: Any) -> int:
    """A new run; its number."""
    return insert(session, TemplateRun, {"account_sid": account_sid, **columns})


def get(session: Session, account_sid: str, number: int, *, lock: bool = False) -> TemplateRun | None:
    """The account's run, held until the transaction ends when `lock` says so; or None."""
    query = select(TemplateRun).where(TemplateRun.account_sid == account_sid, TemplateRun.id == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def change(session: Session, account_sid: str, number: int, **columns: Any) -> None:
    """Set columns of one run."""
    update_row(session, TemplateRun, account_sid, number, columns)


def newest(session: Session, account_sid: str, before: int | None, limit: int) -> list[TemplateRun]:
    """The newest runs that nobody dropped, newest first; those before a number where one is given."""
    query = select(TemplateRun).where(by_primary_key.account_is(TemplateRun, account_sid))
    query = query.where(col(TemplateRun.state) != "dropped")
    if before is not None:
        query = query.where(col(TemplateRun.id) < before)
    return list(session.exec(query.order_by(col(TemplateRun.id).desc()).limit(limit)))


def in_states(session: Session, account_sid: str, states: tuple[str, ...]) -> list[int]:
    """The runs in one of these states, the oldest first."""
    query = select(TemplateRun.id).where(TemplateRun.account_sid == account_sid, col(TemplateRun.state).in_(states))
    return sorted(number for number in session.exec(query) if number is not None)


def due(session: Session, account_sid: str, at: datetime) -> list[int]:
    """The runs that are under way, or whose time has come by `at`, the oldest first."""
    scheduled = sa.and_(col(TemplateRun.state) == "scheduled", col(TemplateRun.starts_at) <= at)
    query = select(TemplateRun.id).where(
        TemplateRun.account_sid == account_sid, sa.or_(col(TemplateRun.state) == "running", scheduled)
    )
    return sorted(number for number in session.exec(query) if number is not None)
