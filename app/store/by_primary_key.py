"""Rows that are found, or put in order, by their own number.

SQLite keeps no statistics here. It believes that an account has ten rows, and would rather read and sort all of them
by some index that begins with the account than follow numbers: a page of the journal would take longer with every
webhook that ever came.
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
    """The account of a row that is found in another way, in a statement whose plan PostgreSQL keeps.

    Were it plainly the column, PostgreSQL could find the row by an index that begins with the account, too: a plan from
    when the account had few rows would read all of them for each webhook, until they are counted anew.
    """

    type = sa.String()
    inherit_cache = True


@compiles(account_of_row)
def _plainly(element: account_of_row, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.clauses, **more))


@compiles(account_of_row, "postgresql")
def _on_postgresql(element: account_of_row, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} || '')"


def same_account(table: Any, of: Any) -> sa.ColumnElement[bool]:
    """The condition that a row, which its number finds, is of the account of the row `of` that it is joined to."""
    found: sa.ColumnElement[bool] = unindexed(table.account_sid) == account_of_row(of.account_sid)
    return found


def is_row(table: Any, account_sid: Any, number: Any) -> sa.ColumnElement[bool]:
    """The condition that a row is the account's one with this number."""
    return sa.and_(account_of_row(table.account_sid) == account_sid, table.id == number)


def account_is(table: Any, account_sid: str | sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """The condition that a row is the account's, where the row's number, or the order of numbers, finds it."""
    found: sa.ColumnElement[bool] = unindexed(table.account_sid) == account_sid
    return found
