"""Fails what makes SQLite read all rows of an account to find some by their numbers, or to put the newest first.

It asks for the plan of each statement once. Such a statement is as quick as any in a test, and slower with every
message that ever came: `app/store/by_primary_key.py` says why, and how to say it instead.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import sqlalchemy as sa

# What SQLite says when of an index it uses nothing but the account. Tables that stay small may be read whole.
_WHOLE_ACCOUNT = re.compile(r"SEARCH (?!agent|sender_pace|pull_mark|account )\w+ USING .*\(account_sid=\?\)$")
_BY_NUMBERS = re.compile(r"\b(?:AND|WHERE) \S*\bid IN \(")
_LIST = re.compile(r"IN \((?:\?(?:, )?)+\)")
_LONG_LIST = f"IN ({', '.join('?' * 60)})"
_SORTED = "USE TEMP B-TREE FOR ORDER BY"


class PlanGuard:
    """Looks while it is installed; `complaints` keeps what it found."""

    _passed: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def install(self) -> None:
        """Begin to look, on every engine."""
        sa.event.listen(sa.Engine, "after_cursor_execute", self._look)

    def remove(self) -> None:
        """Look no more."""
        sa.event.remove(sa.Engine, "after_cursor_execute", self._look)

    def _look(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if connection.dialect.name != "sqlite" or not _may_read_much(statement):
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
        else:
            self._passed.add(statement)


def reads_the_whole_account(statement: str, steps: list[str]) -> bool:
    """Whether this plan reads all that an account has, though a few rows are wanted."""
    whole = any(_WHOLE_ACCOUNT.match(step) for step in steps)
    return whole and bool(_BY_NUMBERS.search(statement) or _SORTED in steps)


def _may_read_much(statement: str) -> bool:
    return "account_sid" in statement and ("LIMIT" in statement or _BY_NUMBERS.search(statement) is not None)
