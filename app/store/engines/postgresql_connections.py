"""Connections to PostgreSQL, on which prepared statements go by a line of their own."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.pool import ConnectionPoolEntry

from app.store.errors import PATIENCE_SECONDS
from app.store.libpq import Line

# A process that was stopped in the middle of a transaction must not hold everybody else up by its locks.
_STOPPED_MS = 10000
# To compile a statement of ours to machine code (jit), or to start processes for it, takes longer than to run it. None
# needs to read a whole table, but a connection keeps plans, also those by which foreign keys are checked: one from when
# a table was small would read all of it for each row until PostgreSQL has counted the table anew.
_OPTIONS = (
    "-c statement_timeout=20000 -c timezone=UTC -c jit=off -c enable_seqscan=off"
    f" -c max_parallel_workers_per_gather=0 -c idle_in_transaction_session_timeout={_STOPPED_MS}"
)
# A server takes longer than this to start again, and who was in the middle of something notices by itself.
_TEST_AFTER_SECONDS = 0.5
_USED_AT = "used_at"


def open_engine(url: str, *, pool_size: int, max_overflow: int, lock_ms: int) -> sa.Engine:
    """A pool of connections that are tested before use, and whose transactions wait so long for a row."""
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=PATIENCE_SECONDS,
        pool_recycle=1800,
        # Who was used last is warm; those beyond what is needed rest.
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": int(PATIENCE_SECONDS),
            "options": f"{_OPTIONS} -c lock_timeout={lock_ms}",
            # app/store/libpq.py prepares what is worth it; psycopg would undo that after a rollback.
            "prepare_threshold": None,
        },
    )
    sa.event.listen(engine, "do_connect", _connect)
    sa.event.listen(engine, "handle_error", _leave_values_out)
    sa.event.listen(engine, "checkin", _note_use)
    sa.event.listen(engine, "checkout", _test_after_idleness)
    return engine


class Connection(psycopg.Connection[Any]):
    """A connection that has a line; what waits there goes before what SQLAlchemy runs by a cursor."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.line = Line(self)
        self.cursor_factory = Cursor


class Cursor(psycopg.Cursor[Any]):
    """What runs SQLAlchemy's own statements."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run a statement, after what waits."""
        self._line.settle()
        return super().execute(*args, **options)

    def executemany(self, *args: Any, **options: Any) -> None:
        """Run a statement many times, after what waits."""
        self._line.settle()
        super().executemany(*args, **options)

    @property
    def _line(self) -> Line:
        line: Line = self.connection.line  # type: ignore[attr-defined]
        return line


def _connect(_dialect: object, _record: object, parts: Any, options: Any) -> Connection:
    return Connection.connect(*parts, **options)


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED_AT] = time.monotonic()


def _test_after_idleness(connection: psycopg.Connection[Any], record: ConnectionPoolEntry, _proxy: object) -> None:
    """Let the pool open another connection where this one's server went away while nobody used it.

    A connection that was used a moment ago is taken as it is: the test is a journey to the server for each webhook.
    """
    if time.monotonic() - record.info.get(_USED_AT, time.monotonic()) < _TEST_AFTER_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise sa.exc.DisconnectionError from error


def _leave_values_out(context: sa.engine.ExceptionContext) -> None:
    """Let errors name the rule that was broken and not the values: PostgreSQL quotes them, and errors are logged."""
    error = context.original_exception
    if not isinstance(error, errors.Error):
        return
    if not isinstance(error, errors.DataError | errors.IntegrityError) or not error.sqlstate:
        # Of what the server says of itself, the first line: below it stand rows and statements.
        said = str(error).partition("\n")[0]
    else:
        about = (error.diag.table_name, error.diag.column_name, error.diag.constraint_name)
        said = " ".join(filter(None, (error.sqlstate, *about)))
    error.args = (said,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(error).__name__}) {said}",)
