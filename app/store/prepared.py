"""Statements that are compiled once and then run on the driver's own cursor, the same on both databases.

For what every webhook and every send asks: SQLAlchemy takes longer to look such a statement up, bind its values and
wrap its rows than the database to run it. A statement is made of the tables like any other; values and rows go
through the processors of their types. Who listens to SQLAlchemy's statements hears these too, and their errors are
SQLAlchemy's. A listener may note and refuse them, but not rewrite them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.store import driver
from app.store.compiled import Compiled, Values, compiled


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

    def foresee(self, session: Session, values: Values) -> None:
        """Say that its rows will be asked for: on PostgreSQL it goes along with the statement before."""
        connection = connection_of(session)
        if driver.line_of(connection) is not None:
            statement = self.compiled_on(connection.dialect)
            driver.foresee(connection, statement, _bound(connection, statement, values))

    def run_many(self, session: Session, many: Sequence[Values]) -> None:
        """Run it for each of these, on PostgreSQL in one journey."""
        connection = connection_of(session)
        if many:
            _run_many(connection, self.compiled_on(connection.dialect), many)

    def scalars_many(self, session: Session, many: Sequence[Values]) -> list[Any]:
        """Run it for each of these, on PostgreSQL in one journey; the first column of each one's row."""
        connection = connection_of(session)
        if not many:
            return []
        return [row[0] for row in _run_many(connection, self.compiled_on(connection.dialect), many, wants_rows=True)]

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


def command(session: Session, text: str) -> None:
    """Run a statement that has neither values nor rows."""
    connection = connection_of(session)
    if _is_heard(connection):
        _tell("before_cursor_execute", connection, text, (), None)
    driver.on_cursor(connection, text, ())


def _run(connection: sa.Connection, statement: Compiled, values: Values, *, wants_rows: bool = True) -> list[Any]:
    heard = _announced(connection, statement, values) if _is_heard(connection) else None
    bound = _bound(connection, statement, values)
    if heard is None:
        return driver.run(connection, statement, bound, wants_rows)
    _tell("before_cursor_execute", connection, statement.text, bound, heard)
    rows = driver.run(connection, statement, bound, wants_rows)
    _tell("after_cursor_execute", connection, statement.text, bound, heard)
    return rows


def _run_many(
    connection: sa.Connection, statement: Compiled, many: Sequence[Values], wants_rows: bool = False
) -> list[Any]:
    is_heard = _is_heard(connection)
    heard = [_announced(connection, statement, values) for values in many] if is_heard else []
    bound = [_bound(connection, statement, values) for values in many]
    for each, its_values in zip(heard, bound, strict=False):
        _tell("before_cursor_execute", connection, statement.text, its_values, each)
    rows = driver.run_many(connection, statement, bound, wants_rows)
    for each, its_values in zip(heard, bound, strict=False):
        _tell("after_cursor_execute", connection, statement.text, its_values, each)
    return rows


def _bound(connection: sa.Connection, statement: Compiled, values: Values) -> Any:
    try:
        return statement.bind(values)
    except Exception as error:
        connection._handle_dbapi_exception(error, statement.text, None, None, None)


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
