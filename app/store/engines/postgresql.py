"""PostgreSQL: one transaction for each piece of work; the server does its own group commit."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from app.store import savepoint
from app.store.driver import its_errors, line_of
from app.store.engines.postgresql_connections import Connection
from app.store.errors import PATIENCE_SECONDS, DatabaseUnavailable, is_the_databases_fault
from app.store.libpq import Line

T = TypeVar("T")

TRIES_AFTER_DEADLOCK = 5
# So many transactions of a process write at once: more of them wait for processors and locks, not for the disk.
WRITES_AT_ONCE = 8
# A process that was stopped in the middle of a transaction must not hold everybody else up by its locks.
_STOPPED_MS = 10000
# To compile a statement of ours to machine code (jit) takes longer than to run it. None needs to read a whole table,
# but a connection keeps plans, also those by which foreign keys are checked: one from when a table was small would
# read all of it for each row until PostgreSQL has counted the table anew.
_OPTIONS = (
    "-c lock_timeout=3000 -c statement_timeout=20000 -c timezone=UTC -c jit=off -c enable_seqscan=off"
    f" -c idle_in_transaction_session_timeout={_STOPPED_MS}"
)
# A server takes longer than this to start again, and who was in the middle of something notices by itself.
_TEST_AFTER_SECONDS = 0.5
_USED_AT = "used_at"


class PostgresqlEngine:
    """A pool of connections that are tested before use, so that a restarted server is noticed."""

    def __init__(self, url: str) -> None:
        self._turns = threading.BoundedSemaphore(WRITES_AT_ONCE)
        self._writes = sa.create_engine(
            url,
            pool_size=20,
            max_overflow=40,
            pool_timeout=PATIENCE_SECONDS,
            pool_recycle=1800,
            # Who was used last is warm; those beyond what is needed rest.
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={
                "connect_timeout": int(PATIENCE_SECONDS),
                "options": _OPTIONS,
                # app/store/libpq.py prepares what is worth it; psycopg would undo that after a rollback.
                "prepare_threshold": None,
            },
        )
        sa.event.listen(self._writes, "do_connect", _connect)
        sa.event.listen(self._writes, "handle_error", _leave_values_out)
        sa.event.listen(self._writes, "checkin", _note_use)
        sa.event.listen(self._writes, "checkout", _test_after_idleness)
        # One snapshot for all that a page reads, as Database.read promises; its cursor then belongs to what it shows.
        self.reads: sa.Engine = self._writes.execution_options(isolation_level="REPEATABLE READ")
        self.single_reads: sa.Engine = self._writes.execution_options(isolation_level="AUTOCOMMIT")

    def write(self, work: Callable[[Session], T]) -> T:
        """Run and commit; deadlocks and serialization failures are tried again."""
        if not self._turns.acquire(timeout=PATIENCE_SECONDS):
            raise DatabaseUnavailable("too many write already")
        try:
            return self._write(work, with_savepoints=False)
        except savepoint.SavepointWanted:
            return self._write(work, with_savepoints=True)
        finally:
            self._turns.release()

    def _write(self, work: Callable[[Session], T], *, with_savepoints: bool) -> T:
        for turn in range(TRIES_AFTER_DEADLOCK):
            try:
                with self._writes.connect() as connection:
                    return _run(connection, work, with_savepoints)
            except sa.exc.OperationalError as error:
                if _is_deadlock(error) and turn + 1 < TRIES_AFTER_DEADLOCK:
                    continue
                raise DatabaseUnavailable(str(error.orig)) from error
            except (sa.exc.TimeoutError, sa.exc.InterfaceError, sa.exc.InternalError) as error:
                raise DatabaseUnavailable(str(error)) from error
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close every connection."""
        with contextlib.suppress(sa.exc.OperationalError):
            self._writes.dispose()


def _run(connection: sa.Connection, work: Callable[[Session], T], with_savepoints: bool) -> T:
    with connection.begin() as transaction, _line(connection, gathers=not with_savepoints) as line:
        with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            if not with_savepoints:
                savepoint.leave_out(session)
            value = work(session)
            session.flush()
        if line.is_undone or not transaction.is_active:
            raise sa.exc.PendingRollbackError("the work went on after an error that undid it")
        _commit(connection, line)
    return value


@contextlib.contextmanager
def _line(connection: sa.Connection, *, gathers: bool) -> Iterator[Line]:
    """The connection's line; what waits there at the end is of a transaction that is undone."""
    line = line_of(connection)
    assert line is not None
    line.gathers = gathers
    try:
        yield line
    finally:
        line.forget()


def _commit(connection: sa.Connection, line: Line) -> None:
    """Send what still waits, with the commit, which SQLAlchemy then finds done."""
    try:
        with its_errors(connection, "COMMIT", None):
            line.commit()
    except Exception as error:
        # What failed was asked for earlier: it is run again, piece by piece.
        if line.gathers and not is_the_databases_fault(error):
            raise savepoint.SavepointWanted from error
        raise


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


def _is_deadlock(error: sa.exc.OperationalError) -> bool:
    return isinstance(error.orig, errors.DeadlockDetected | errors.SerializationFailure)
