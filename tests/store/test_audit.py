"""Pages of the audit: in order, and as quick among many rows as among few."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit_words import verbs_of
from app.store import audit
from app.store.audit import AuditFilter
from app.store.database import Database, Session
from app.store.tables import Audit
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, ago

START = ago(days=30)
FILTERS = {
    "nothing": AuditFilter(),
    "a person": AuditFilter(actor_kind="clock"),
    "a deed": AuditFilter(verbs=("agent.role",)),
    "a kind": AuditFilter(verbs=verbs_of("agents")),
    "a person's deeds of a kind": AuditFilter(actor_kind="clock", verbs=verbs_of("messages")),
    "a subject": AuditFilter(subject_kind="agent", subject_id="3"),
    "a subject's deeds": AuditFilter(actor_kind="command", subject_kind="agent", subject_id="3", verbs=("agent.role",)),
    "days": AuditFilter(since=START + timedelta(minutes=10), until=START + timedelta(minutes=40)),
    "a person's days": AuditFilter(actor_kind="command", since=START + timedelta(minutes=10)),
}


def fill(database: Database, count: int) -> None:
    """Rows of two actors, in turns of deeds and subjects, several at the same moment; a stranger's among them."""

    def write(session: Session) -> None:
        for number, verb in zip(range(count), itertools.cycle(("message.send", "agent.role", "agent.add"))):
            account_sid = STRANGER_ACCOUNT if number % 7 == 6 else ACCOUNT
            actor = "clock" if number % 4 else "command"
            columns = {"subject_kind": "agent", "subject_id": str(number % 5), "detail": {}}
            at = START + timedelta(minutes=number // 3)
            audit.add(session, account_sid, at, actor_kind=actor, actor_name=actor, verb=verb, **columns)

    database.write(write)


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
def test_pages_hold_every_row_that_fits_once_newest_first(database: Database, wanted: AuditFilter) -> None:
    fill(database, 480)
    fits = [
        row
        for row in database.read(lambda session: audit.rows(session, ACCOUNT, AuditFilter(), None, 1000))
        if (not wanted.actor_kind or row.actor_kind == wanted.actor_kind)
        and (not wanted.verbs or row.verb in wanted.verbs)
        and (not wanted.subject_id or row.subject_id == wanted.subject_id)
        and (wanted.since is None or row.occurred_at >= wanted.since)
        and (wanted.until is None or row.occurred_at < wanted.until)
    ]
    seen: list[int | None] = []
    below = None
    while found := database.read(lambda session, below=below: audit.rows(session, ACCOUNT, wanted, below, 7)):  # type: ignore[misc]
        seen += [row.id for row in found]
        last = found[-1].id or 0
        below = database.read(lambda session, last=last: audit.place(session, ACCOUNT, last))  # type: ignore[misc]
    assert seen == [row.id for row in fits]
    assert len(fits) > 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
def test_an_index_gives_the_order_of_every_search(database: Database, wanted: AuditFilter) -> None:
    plans = []

    def look(connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "ORDER BY" in statement and not statement.startswith("EXPLAIN"):
            found = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.append([row[3] for row in found])

    sa.event.listen(sa.Engine, "after_cursor_execute", look)
    try:
        database.read(lambda session: audit.rows(session, ACCOUNT, wanted, (ago(days=1), 10**6), 51))
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", look)
    (plan,) = plans
    searches = [step for step in plan if " audit " in step]
    assert searches
    assert all("INDEX ix_audit_" in step and "occurred_at" in step for step in searches)


def test_the_table_is_empty_of_other_accounts_rows(database: Database) -> None:
    fill(database, 50)
    found = database.read(lambda session: audit.rows(session, STRANGER_ACCOUNT, AuditFilter(), None, 100))
    assert {row.account_sid for row in found} == {STRANGER_ACCOUNT}
    assert all(isinstance(row, Audit) for row in found)
