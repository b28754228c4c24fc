"""A statement at the driver: on PostgreSQL by the connection's line (app/store/libpq.py), elsewhere by a cursor."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from app.store.compiled import Compiled

if TYPE_CHECKING:
    from app.store.libpq import Line


def line_of(connection: sa.Connection) -> Line | None:
    """The line to PostgreSQL under SQLAlchemy's connection; None where there is none, and cursors are used."""
    line: Line | None = getattr(connection.connection.driver_connection, "line", None)
    return line


def run(connection: sa.Connection, statement: Compiled, bound: Any, wants_rows: bool) -> list[Any]:
    """Run the statement; its rows, where they are wanted."""
    wired = _wired(connection, statement)
    if wired is None:
        return on_cursor(connection, statement.text, bound, statement.has_rows)
    line, text, order = wired
    values = [bound[name] for name in order]
    with its_errors(connection, statement.text, bound):
        if statement.planned_anew:
            return line.rows_planned_anew(text, values)
        if wants_rows:
            return line.rows(text, values)
        line.run(text, values)
    return []


def foresee(connection: sa.Connection, statement: Compiled, bound: Any) -> None:
    """Let a line send the statement with the one before, and keep its rows until it is run."""
    wired = _wired(connection, statement)
    if wired is not None:
        line, text, order = wired
        with its_errors(connection, statement.text, bound):
            line.foresee(text, [bound[name] for name in order])


def run_many(connection: sa.Connection, statement: Compiled, many: Sequence[Any], wants_rows: bool) -> list[Any]:
    """Run the statement with each of these values; the rows of all of them, where they are wanted."""
    wired = _wired(connection, statement)
    if wired is None and wants_rows:
        return [row for bound in many for row in on_cursor(connection, statement.text, bound, has_rows=True)]
    if wired is None:
        return on_cursor(connection, statement.text, many, many=True)
    line, text, order = wired
    values = [[bound[name] for name in order] for bound in many]
    with its_errors(connection, statement.text, None):
        if wants_rows:
            return line.rows_many(text, values)
        line.run_many(text, values)
    return []


@contextlib.contextmanager
def its_errors(connection: sa.Connection, text: str, bound: Any) -> Iterator[None]:
    """Let out SQLAlchemy's error of what the driver raises in the block."""
    try:
        yield
    except BaseException as error:
        # It makes SQLAlchemy's error of the driver's, and lets the pool know of a connection that is broken.
        connection._handle_dbapi_exception(error, text, bound, None, None)


def on_cursor(
    connection: sa.Connection, text: str, bound: Any, has_rows: bool = False, many: bool = False
) -> list[Any]:
    """Run a text on a cursor of the driver's own; its rows, where it has any."""
    cursor = None
    try:
        cursor = connection.connection.cursor()
        if many:
            cursor.executemany(text, bound)
        else:
            cursor.execute(text, bound)
        rows = list(cursor.fetchall()) if has_rows else []
        cursor.close()
    except BaseException as error:
        connection._handle_dbapi_exception(error, text, bound, cursor, None)
    return rows


def _wired(connection: sa.Connection, statement: Compiled) -> tuple[Line, bytes, tuple[str, ...]] | None:
    """The line by which it goes, with the text and the order of values there; None where cursors are used."""
    line = line_of(connection) if statement.wire else None
    return None if statement.wire is None or line is None else (line, *statement.wire)
