"""What is found by its number takes no longer for all that came before, and the guard against the opposite works."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.domain.clock import now
from app.store import by_primary_key
from app.store.counts import bounded
from app.store.database import Database
from app.store.journal import pages as journal_pages
from app.store.journal import rows as journal
from app.store.tables import Message
from tests.support.cast import ACCOUNT
from tests.support.plan_guard import PlanGuard, counts_the_whole_account, reads_the_whole_account

FOUND = col(Message.id).in_([1, 2])
# By whether it is SQLite.
SQLITE, BOTH, NEITHER = frozenset({True}), frozenset({True, False}), frozenset[bool]()
PLAIN, NUMBERED = col(Message.account_sid) == ACCOUNT, by_primary_key.account_is(Message, ACCOUNT)


@pytest.mark.parametrize(
    ("query", "of"),
    [
        (select(Message).where(PLAIN, FOUND), BOTH),
        (select(Message).where(NUMBERED, FOUND), NEITHER),
        (select(Message).where(PLAIN).order_by(col(Message.id).desc()).limit(5), SQLITE),
        (select(Message).where(NUMBERED).order_by(col(Message.id).desc()).limit(5), NEITHER),
        (sa.select(sa.func.count()).select_from(Message).where(PLAIN), SQLITE),
        (sa.select(bounded(sa.select(col(Message.id)).where(PLAIN))), NEITHER),
    ],
    ids=[
        "found, plain", "found, numbered",
        "in order, plain", "in order, numbered", "counted", "counted so far",
    ],
)  # fmt: skip
def test_the_guard_sees_what_the_databases_do(
    query: sa.Select[Any], of: frozenset[bool], database: Database, plan_guard: PlanGuard
) -> None:
    database.read(lambda session: session.execute(query).all())
    assert len(plan_guard.complaints) == (database.is_sqlite in of)
    plan_guard.complaints.clear()


@pytest.mark.parametrize(
    ("statement", "step", "complaint"),
    [
        ("… WHERE message.id IN (?)", "SEARCH message USING INDEX ix_message_thread (account_sid=?)", True),
        ("… WHERE message.id IN (?)", "SEARCH message USING INTEGER PRIMARY KEY (rowid=?)", False),
        ("… WHERE sender_pace.id IN (?)", "SEARCH sender_pace USING INDEX one (account_sid=?)", False),
        ("… LIMIT ?", "SEARCH message USING INDEX ix_message_unconfirmed (account_sid=?)", False),
    ],
)
def test_what_it_complains_of(statement: str, step: str, complaint: bool) -> None:
    assert reads_the_whole_account(statement, [step]) == complaint


@pytest.mark.parametrize(
    ("statement", "step", "complaint"),
    [
        ("SELECT count(*) …", "SEARCH message USING COVERING INDEX ix_message_thread (account_sid=?)", True),
        ("SELECT sum(x) …", "SCAN conversation USING COVERING INDEX ix_conversation_open", True),
        ("SELECT count(*) … LIMIT ?", "SEARCH message USING COVERING INDEX ix_message_thread (account_sid=?)", False),
        ("SELECT count(*) …", "SEARCH message USING INDEX ix_message_unconfirmed (account_sid=?)", False),
        ("SELECT count(*) …", "SEARCH message USING INDEX ix_message_thread (account_sid=? AND x=?)", False),
        ("SELECT DISTINCT message.kind …", "SCAN message", True),
        ("SELECT count(*) …", "SCAN agent", False),
        ("SELECT message.id …", "SCAN message", False),
    ],
)
def test_what_it_complains_of_in_a_count(statement: str, step: str, complaint: bool) -> None:
    assert counts_the_whole_account(statement, [step]) == complaint


def test_another_accounts_rows_stay_out(database: Database) -> None:
    came: dict[str, Any] = {"kind": "inbound", "state": "applied", "occurred_at": now(), "recorded_at": now()}
    database.write(lambda session: journal.add(session, ACCOUNT, "k", [], **came))
    wanted = journal_pages.JournalFilter()
    assert len(database.read(lambda session: journal_pages.rows(session, ACCOUNT, wanted, None, 5))) == 1
    assert database.read(lambda session: journal_pages.rows(session, "AC" + "9" * 32, wanted, None, 5)) == []
