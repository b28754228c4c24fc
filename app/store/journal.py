"""The journal's rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserting import insert_unless_there
from app.store.tables import Journal

Pairs = Sequence[tuple[str, str]]


def add(session: Session, account_sid: str, key: str, pairs: Pairs, **columns: Any) -> int | None:
    """Store one raw form; None when one with this key is there already. The form is kept as it came."""
    values = {"account_sid": account_sid, "key": key, "form": json.dumps(pairs), **columns}
    return insert_unless_there(session, Journal, values, ("account_sid", "key"))


def quarantine(session: Session, account_sid: str, journal_id: int, reason: str) -> None:
    """Mark a row as not understood, with the reason's code."""
    _update(session, account_sid, journal_id, state="quarantined", reason=reason, applied_at=None)


def applied(session: Session, account_sid: str, journal_id: int, at: datetime) -> None:
    """Mark a row as applied."""
    _update(session, account_sid, journal_id, state="applied", reason="", applied_at=at)


def _update(session: Session, account_sid: str, journal_id: int, **values: Any) -> None:
    where = (col(Journal.account_sid) == account_sid, col(Journal.id) == journal_id)
    session.execute(sa.update(Journal).where(*where).values(**values))


def get(session: Session, account_sid: str, journal_id: int) -> Journal | None:
    """One row of the account."""
    return session.exec(select(Journal).where(Journal.account_sid == account_sid, Journal.id == journal_id)).first()


def pairs_of(row: Journal) -> list[tuple[str, str]]:
    """The raw form, in the order it came; empty once retention thinned it."""
    return [(name, value) for name, value in json.loads(row.form)] if row.form else []


def is_the_databases_fault(error: Exception) -> bool:
    """True for errors that say the database is in trouble, whatever was asked of it; False for the form's own."""
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, sa.exc.OperationalError | sa.exc.TimeoutError | sa.exc.InterfaceError)
