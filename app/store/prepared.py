"""Statements that are compiled once and then run on the driver's own cursor, the same on both databases.

For what every webhook and every send asks: SQLAlchemy takes longer to look such a statement up, bind its values and
wrap its rows than the database to run it. A statement is made of the tables like any other; values and rows go
through the processors of their types. Who listens to SQLAlchemy's statements hears these too, and their errors are
SQLAlchemy's. A listener may note and refuse them, but not rewrite them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Session

from app.store.compiled import Compiled, Values, compiled

if TYPE_CHECKING:
    from app.store.libpq import Line


class Prepared:
    """One statement. An INSERT names its `columns`; what `defaults` has of them need not be given.

    PostgreSQL keeps one plan for all values. A statement whose best plan depends on them is `planned_anew` each time.
    """

    def __init__(
        self, statement: Any, columns: Sequence[str] = (), defaults: Values | None = None, *, planned_anew: bool = False
    ) -> None:
        self.planned_anew = planned_anew
        self._statement = statement
        self._columns = columns
        self._defaults = defaults or {}
        self._compiled: dict[str, Compiled] = {}

    def rows(self, session: Session, values: Values) -> list[Any]:
        """Run it; its rows, with their columns by name where there are several."""
        connection = connection_of(session)
        statement = self.compiled_on(connection.dialect)
        rows = _run(connection, statement, values)
        return rows if statement.row is None else [statement.row(row) for row in rows]

    def first(self, session: Session, values: Values) -> Any:
        """Run it; its first row, or None."""
        rows = self.rows(session, values)
        return rows[0] if rows else None

    def scalar(self, session: Session, values: Values) -> Any:
        """Run it; the first column of its first row, or None."""
        rows = self.rows(session, values)
        return rows[0][0] if rows else None

    def run(self, session: Session, values: Values) -> None:
        """Run it, on PostgreSQL perhaps with the journey of the next one (app/store/libpq.py)."""
        connection = connection_of(session)
        _run(connection, self.compiled_on(connection.dialect), values, wants_rows=False)

    def run_many(self, session: Session, many: Sequence[Values]) -> None:
        """Run it for each of these, on PostgreSQL in one journey."""
        connection = connection_of(session)
        if many:
            _run_many(connection, self.compiled_on(connection.dialect), many)

    def compiled_on(self, dialect: sa.Dialect) -> Compiled:
        """It as this database takes it, compiled once."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = compiled(self._statement, self._columns, self._defaults, dialect, self.planned_anew)
            self._compiled[dialect.name] = found
        return found


def connection_of(session: Session) -> sa.Connection:
    """The session's connection. A session of `Database.write` is made for one that is in its transaction already."""
    bind = session.bind
    return bind if isinstance(bind, sa.Connection) and bind.in_transaction() else session.connection()


def line_of(connection: sa.Connection) -> Line | None:
    """The line to PostgreSQL under SQLAlchemy's connection; None where there is none, and cursors are used."""
    line: Line | None = getattr(connection.connection.driver_connection, "line", None)
    return line


def command(session: Session, text: str) -> None:
    """Run a statement that has neither values nor rows."""
    connection = connection_of(session)
    if _is_heard(connection):
        _tell("before_cursor_execute", connection, text, (), None)
    _on_cursor(connection, text, ())


def _run(connection: sa.Connection, statement: Compiled, values: Values, *, wants_rows: bool = True) -> list[Any]:
    heard = _announced(connection, statement, values) if _is_heard(connection) else None
    bound = _bound(connection, statement, values)
    if heard is None:
        return _at_driver(connection, statement, bound, wants_rows)
    _tell("before_cursor_execute", connection, statement.text, bound, heard)
    rows = _at_driver(connection, statement, bound, wants_rows)
    _tell("after_cursor_execute", connection, statement.text, bound, heard)
    return rows


def _run_many(connection: sa.Connection, statement: Compiled, many: Sequence[Values]) -> None:
    is_heard = _is_heard(connection)
    heard = [_announced(connection, statement, values) for values in many] if is_heard else []
    bound = [_bound(connection, statement, values) for values in many]
    for each, its_values in zip(heard, bound, strict=False):
        _tell("before_cursor_execute", connection, statement.text, its_values, each)
    _many_at_driver(connection, statement, bound)
    for each, its_values in zip(heard, bound, strict=False):
        _tell("after_cursor_execute", connection, statement.text, its_values, each)


def _bound(connection: sa.Connection, statement: Compiled, values: Values) -> Any:
    try:
        return statement.bind(values)
    except Exception as error:
        connection._handle_dbapi_exception(error, statement.text, None, None, None)


def _at_driver(connection: sa.Connection, statement: Compiled, bound: Any, wants_rows: bool) -> list[Any]:
    line = line_of(connection) if statement.wire else None
    if statement.wire is None or line is None:
        return _on_cursor(connection, statement.text, bound, statement.has_rows)
    text, order = statement.wire
    values = [bound[name] for name in order]
    with its_errors(connection, statement.text, bound):
        if statement.planned_anew:
            return line.rows_planned_anew(text, values)
        if wants_rows:
            return line.rows(text, values)
        line.run(text, values)
    return []


def _many_at_driver(connection: sa.Connection, statement: Compiled, many: Sequence[Any]) -> None:
    line = line_of(connection) if statement.wire else None
    if statement.wire is None or line is None:
        _on_cursor(connection, statement.text, many, many=True)
        return
    text, order = statement.wire
    with its_errors(connection, statement.text, None):
        line.run_many(text, [[bound[name] for name in order] for bound in many])


@contextlib.contextmanager
def its_errors(connection: sa.Connection, text: str, bound: Any) -> Iterator[None]:
    """Let out SQLAlchemy's error of what the driver raises in the block."""
    try:
        yield
    except BaseException as error:
        # It makes SQLAlchemy's error of the driver's, and lets the pool know of a connection that is broken.
        connection._handle_dbapi_exception(error, text, bound, None, None)


def _on_cursor(
    connection: sa.Connection, text: str, bound: Any, has_rows: bool = False, many: bool = False
) -> list[Any]:
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


class _Heard:
    """What listeners look at in SQLAlchemy's own context of an execution."""

    def __init__(self, statement: Compiled, values: Values) -> None:
        self.compiled = statement.compiled
        self.isinsert = statement.compiled.isinsert
        self.isupdate = statement.compiled.isupdate
        self.isdelete = statement.compiled.isdelete
        self.compiled_parameters = [{**statement.known, **values}]


def _announced(connection: sa.Connection, statement: Compiled, values: Values) -> _Heard:
    for listener in connection.dispatch.before_execute:
        listener(connection, statement.statement, [], dict(values), {})
    return _Heard(statement, values)


def _is_heard(connection: sa.Connection) -> bool:
    return connection._has_events or connection.engine._has_events


def _tell(event: str, connection: sa.Connection, text: str, bound: Any, heard: _Heard | None) -> None:
    for listener in getattr(connection.dispatch, event):
        listener(connection, None, text, bound, heard, False)
