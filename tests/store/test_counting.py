"""What is counted on every page is counted by the indexes that are made for it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.clock import now
from app.store.database import Database
from app.store.failures import by_code, unsettled
from app.store.messages import outbox_depth
from tests.support.cast import ACCOUNT, ago


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_reads_no_message_but_those_that_it_counts(database: Database) -> None:
    asked: list[tuple[str, Any]] = []
    sa.event.listen(database.reads, "before_cursor_execute", lambda *heard: asked.append((heard[2], heard[3])))
    database.read(lambda session: by_code.tally(session, ACCOUNT, ago(days=1)))
    database.read(lambda session: unsettled.counts(session, ACCOUNT, now()))
    plans = [_plan(database, *one) for one in list(asked) if "FROM message" in one[0]]
    assert len(plans) == 2
    for plan in plans:
        assert "ix_message_unconfirmed" in plan
        assert "ix_message_thread" not in plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_reads_no_message_but_those_on_their_way(database: Database) -> None:
    asked: list[tuple[str, Any]] = []
    sa.event.listen(database.reads, "before_cursor_execute", lambda *heard: asked.append((heard[2], heard[3])))
    database.read(lambda session: outbox_depth.ready(session, ACCOUNT, now()))
    database.read(lambda session: outbox_depth.unconfirmed(session, ACCOUNT))
    database.read(lambda session: outbox_depth.sending(session, ACCOUNT))
    plans = [_plan(database, *one) for one in list(asked) if one[0].startswith("SELECT")]
    indexes = ("ix_message_outbox", "ix_message_unconfirmed", "ix_attempt_open")
    for plan, index in zip(plans, indexes, strict=True):
        assert index in plan


def _plan(database: Database, statement: str, values: Any) -> str:
    with database.reads.connect() as connection:
        return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
