"""What the workers have counted, all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from app.metrics import Key
from app.store.tables import WorkerCount

_table: Any = WorkerCount.__table__  # type: ignore[attr-defined]


def add(session: Session, counts: Mapping[Key, float]) -> None:
    """Add to what was counted before."""
    connection = session.connection()
    insert_of = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert_of(_table)
    statement = statement.on_conflict_do_update(
        index_elements=["sample", "labels"], set_={"value": _table.c.value + statement.excluded.value}
    )
    # Always in the same order, so that two workers don't wait for each other's rows.
    rows = [{"sample": key.sample, "labels": key.labels, "value": counts[key]} for key in sorted(counts)]
    connection.execute(statement, rows)


def totals(session: Session) -> dict[Key, float]:
    """All that was ever counted."""
    query = sa.select(col(WorkerCount.sample), col(WorkerCount.labels), col(WorkerCount.value))
    return {Key(sample, labels): value for sample, labels, value in session.execute(query)}
