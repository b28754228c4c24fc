"""Rows that are found, or put in order, by their own number.

No database may find them by an index that begins with the account instead. SQLite keeps no statistics here: it believes
that an account has ten rows, and would rather read and sort all of them than follow numbers. PostgreSQL believes it of
a table that it has not counted yet, and keeps a plan from then until it counts anew. Either way a page, or a webhook,
would take longer with every message that ever came.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class unindexed(FunctionElement[str]):
    """A column that SQLite must look at and not look up (sqlite.org/optoverview.html: a unary "+")."""

    type = sa.String()
    inherit_cache = True


@compiles(unindexed)
def _elsewhere(element: unindexed, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(unindexed, "sqlite")
def _on_sqlite(element: unindexed, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


class account_of_row(FunctionElement[str]):
    """The account of a row that is found in another way: no index of either database is used for it."""

    type = sa.String()
    inherit_cache = True


@compiles(account_of_row)
def _on_postgresql(element: account_of_row, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} || '')"


@compiles(account_of_row, "sqlite")
def _looked_at(element: account_of_row, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


def same_account(table: Any, of: Any) -> sa.ColumnElement[bool]:
    """The condition that a row, which its number finds, is of the account of the row `of` that it is joined to."""
    # Of either column alone the databases would conclude that it is another's, and look for rows by that.
    found: sa.ColumnElement[bool] = account_of_row(table.account_sid) == account_of_row(of.account_sid)
    return found


def account_is(table: Any, account_sid: Any) -> sa.ColumnElement[bool]:
    """The condition that a row is the account's, where the row's number, or the order of numbers, finds it."""
    found: sa.ColumnElement[bool] = account_of_row(table.account_sid) == account_sid
    return found


def is_row(table: Any, account_sid: Any, number: Any) -> sa.ColumnElement[bool]:
    """The condition that a row is the account's one with this number."""
    return sa.and_(account_is(table, account_sid), table.id == number)
