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
    """The account of a row that is found in another way, by which other rows may be looked up."""

    type = sa.String()
    inherit_cache = True


@compiles(account_of_row)
def _on_postgresql(element: account_of_row, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} || '')"


@compiles(account_of_row, "sqlite")
def _looked_at(element: account_of_row, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


class _IsAccount(sa.BinaryExpression[bool]):
    """An equation that is looked at, and by which no row is looked up.

    PostgreSQL estimates it as what it is, nearly always true: of an expression in its place it would believe that
    hardly a row fits, and put all in order rather than follow an order that is there.
    """

    inherit_cache = True


@compiles(_IsAccount)
def _equation_on_postgresql(element: _IsAccount, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.left, **more)} <> {compiler.process(element.right, **more)}) IS FALSE"


@compiles(_IsAccount, "sqlite")
def _equation_on_sqlite(element: _IsAccount, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.left, **more)} = +{compiler.process(element.right, **more)}"


def same_account(table: Any, of: Any) -> sa.ColumnElement[bool]:
    """The condition that a row, which its number finds, is of the account of the row `of` that it is joined to."""
    return account_is(table, of.account_sid)


def account_is(table: Any, account_sid: Any) -> sa.ColumnElement[bool]:
    """The condition that a row is the account's, where the row's number, or the order of numbers, finds it."""
    equation = table.account_sid == account_sid
    return _IsAccount(equation.left, equation.right, equation.operator, equation.type)


def is_row(table: Any, account_sid: Any, number: Any) -> sa.ColumnElement[bool]:
    """The condition that a row is the account's one with this number."""
    return sa.and_(account_is(table, account_sid), table.id == number)


class _IsOneOf(FunctionElement[bool]):
    type = sa.Boolean()
    inherit_cache = True


@compiles(_IsOneOf)
def _each_looked_up(element: _IsOneOf, compiler: Any, **more: Any) -> str:
    column, numbers = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} = ANY (ARRAY{numbers})"


@compiles(_IsOneOf, "sqlite")
def _in_on_sqlite(element: _IsOneOf, compiler: Any, **more: Any) -> str:
    column, numbers = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} IN {numbers}"


def is_one_of(column: Any, numbers: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """The condition that a row's number is among these, each of which is looked up, however many PostgreSQL expects."""
    return _IsOneOf(column, numbers.correlate(None).scalar_subquery())
