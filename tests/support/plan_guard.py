"""Fails what makes a database read all rows of an account: to find some by numbers; on SQLite also to put the newest
first, or to count.

It asks for the plan of each statement once. Such a statement is as quick as any in a test, and slower with every
message that ever came: `app/store/by_primary_key.py` says why, and how to say it instead.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import SQLModel

from tests.support.postgresql_plans import UntouchedTables

# What SQLite says when of an index it uses nothing but the account. Tables that stay small may be read whole.
_SMALL = "agent|retention_wait|sender_pace|pull_mark|account "
_WHOLE_ACCOUNT = re.compile(rf"SEARCH (?!{_SMALL})\w+ USING .*\(account_sid=\?\)$")
# Reads each of its rows for one answer; with a LIMIT it ends where nobody counts further (`app/store/counts.py`).
_AGGREGATE = re.compile(r"\b(?:count|sum|avg|total|group_concat)\(|\bmax\(|\bmin\(|\bDISTINCT\b|\bGROUP BY\b")
_SCAN = re.compile(r"SCAN (\w+)(?: USING .*)?$")
# Indexes of rows that are few by their nature, so that all of them may be read.
FEW = {
    "ix_message_unconfirmed": "what nobody settled yet",
    "ix_message_outbox": "what waits to leave",
    "ix_message_in_line": "what waits to leave",
    "ix_attempt_open": "calls that are not answered yet",
    "ix_journal_unarchived": "what the archive has not taken yet",
    "ix_consent_record_unsealed": "what is sealed within seconds",
    "ix_journal_not_applied": "what waits in quarantine",
    "ix_journal_unthinned": "forms that are kept for some days",
}
# Tables that stay small: as many rows as there are people, senders, processes, jobs or sends that nobody settled.
SMALL = frozenset(
    {"account", "agent", "agent_session", "heartbeat", "lease", "login_failure", "presence", "pull_mark", "reset_link"}
    | {"retention_wait", "sender_pace", "worker_count"}
)
# What may read all the same, and why.
MAY_COUNT = {
    "SELECT count(*) AS count_1 \nFROM consent_node": "asked by `consent verify`, which reads the whole tree",
    "WITH RECURSIVE found(": "goes from one value to the next by the index, and there are few values",
}
_BY_NUMBERS = re.compile(r"\b(?:AND|WHERE) \S*\bid IN \(")
_NAMED_LIST = re.compile(r"IN \([^()]*\)")
_NAMES_ROWS = re.compile(r"(?s)^(?:SELECT|UPDATE|DELETE).*account_sid.*\bid IN ")
_LIST = re.compile(r"IN \((?:\?(?:, )?)+\)")
_LONG_LIST = f"IN ({', '.join('?' * 60)})"
_SORTED = "USE TEMP B-TREE FOR ORDER BY"


class PlanGuard:
    """Looks while it is installed; `complaints` keeps what it found."""

    _passed: ClassVar[set[str]] = set()
    # PostgreSQL's, where a test of this process uses it.
    untouched: ClassVar[UntouchedTables | None] = None

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def install(self) -> None:
        """Begin to look, on every engine."""
        sa.event.listen(sa.Engine, "after_cursor_execute", self._look)

    def remove(self) -> None:
        """Look no more."""
        sa.event.remove(sa.Engine, "after_cursor_execute", self._look)

    def _look(self, connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if connection.dialect.name != "sqlite":
            self._look_on_postgresql(statement, values, many)
            return
        if not _may_read_much(statement):
            return
        # Of a few numbers SQLite may think otherwise than of a page's.
        statement = _LIST.sub(_LONG_LIST, statement)
        if statement in self._passed:
            return
        nothing = [None] * statement.count("?")
        plan = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", nothing)
        steps = [row[3] for row in plan]
        if reads_the_whole_account(statement, steps):
            self.complaints.append(f"reads all rows of an account: {statement}\n{steps}")
        elif counts_the_whole_account(statement, steps):
            self.complaints.append(f"counts all rows of an account: {statement}\n{steps}")
        else:
            self._passed.add(statement)

    def _look_on_postgresql(self, statement: str, values: Any, many: bool) -> None:
        known = _NAMED_LIST.sub("IN ()", statement)
        if many or known in self._passed or not _NAMES_ROWS.search(statement) or statement.startswith("EXPLAIN"):
            return
        if self.untouched is None:
            return
        if step := self.untouched.seeks_in_the_account(statement, values, SMALL):
            self.complaints.append(f"looks for rows among all of an account: {statement}\n{step}")
        else:
            self._passed.add(known)


def reads_the_whole_account(statement: str, steps: list[str]) -> bool:
    """Whether this plan reads all that an account has, though a few rows are wanted."""
    whole = any(_WHOLE_ACCOUNT.match(step) for step in steps)
    return whole and bool(_BY_NUMBERS.search(statement) or _SORTED in steps)


def counts_the_whole_account(statement: str, steps: list[str]) -> bool:
    """Whether this plan reads all that an account has for a count, a sum or another single answer."""
    if not _AGGREGATE.search(statement) or "LIMIT" in statement or statement.startswith(tuple(MAY_COUNT)):
        return False
    return any(_reads_a_large_table(step) for step in steps)


def _reads_a_large_table(step: str) -> bool:
    if any(f" {index} " in step for index in FEW):
        return False
    scanned = _SCAN.match(step)
    names = frozenset(SQLModel.metadata.tables)
    return bool(scanned and scanned[1] in names - SMALL) or bool(_WHOLE_ACCOUNT.match(step))


def _may_read_much(statement: str) -> bool:
    some = "LIMIT" in statement or _BY_NUMBERS.search(statement) or _AGGREGATE.search(statement)
    return "account_sid" in statement and bool(some) and not statement.startswith("EXPLAIN")
