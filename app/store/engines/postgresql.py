"""PostgreSQL: a piece of work has a transaction of its own, or shares one where it is brief.

The server's own group commit saves a sync of the disk and no more: each transaction is journeys, turns at the
interpreter's lock and a process of the server's that wakes up. Figures: docs/decisions.md.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from psycopg import errors
from sqlmodel import Session

from app.store import savepoint
from app.store.driver import its_errors, line_of
from app.store.engines.postgresql_connections import open_engine
from app.store.engines.shared_commit import BRIEFLY_SECONDS, Piece, Turn
from app.store.errors import PATIENCE_SECONDS, DatabaseUnavailable, HeldUp, is_the_databases_fault
from app.store.libpq import Line

T = TypeVar("T")

TRIES_AFTER_DEADLOCK = 5
# So many transactions of a process write at once: more of them wait for processors and locks, not for the disk.
WRITES_AT_ONCE = 8
_LOCK_MS = int(PATIENCE_SECONDS * 1000)
# So many pieces of work share a transaction: with more of them the first waits longer than all save.
_AT_ONCE = 16
# What shares a transaction waits for a row no longer than this, less than PostgreSQL waits before it looks for a
# deadlock: then each piece runs by itself, and only who wants that row waits on.
_SHARED_LOCK_MS = 200
_CONFLICTS = (errors.DeadlockDetected, errors.SerializationFailure)


class NotTogether(Exception):
    """Nothing of the shared transaction is kept: each piece of it has to run in one of its own."""


class PostgresqlEngine:
    """A pool of connections that are tested before use, so that a restarted server is noticed."""

    def __init__(self, url: str) -> None:
        self._turns = threading.BoundedSemaphore(WRITES_AT_ONCE)
        self._writes = open_engine(url, pool_size=20, max_overflow=40, lock_ms=_LOCK_MS)
        self._shared_writes = open_engine(url, pool_size=1, max_overflow=0, lock_ms=_SHARED_LOCK_MS)
        # One snapshot for all that a page reads, as Database.read promises; its cursor then belongs to what it shows.
        self.reads: sa.Engine = self._writes.execution_options(isolation_level="REPEATABLE READ")
        self.single_reads: sa.Engine = self._writes.execution_options(isolation_level="AUTOCOMMIT")

    def write(self, work: Callable[[Session], T]) -> T:
        """Run and commit in a transaction of its own; deadlocks and serialization failures are tried again."""
        if not self._turns.acquire(timeout=PATIENCE_SECONDS):
            raise HeldUp("too many write already")
        try:
            return self._write(work, with_savepoints=False)
        except savepoint.SavepointWanted:
            return self._write(work, with_savepoints=True)
        finally:
            self._turns.release()

    def write_together(self, works: Sequence[Callable[[Session], T]]) -> list[T | BaseException]:
        """Run each in a transaction with the others; the value of each, or an error where it needs one of its own."""
        pieces = [Piece(work, BRIEFLY_SECONDS) for work in works]
        waiting = deque(pieces)
        while waiting:
            self._commit_together(Turn(waiting, _AT_ONCE))
        return [piece.outcome for piece in pieces]

    def _write(self, work: Callable[[Session], T], *, with_savepoints: bool) -> T:
        for turn in range(TRIES_AFTER_DEADLOCK):
            try:
                with (
                    _unavailable(but=_CONFLICTS),
                    self._writes.connect() as connection,
                    _transaction(connection, gathers=not with_savepoints) as (session, _),
                ):
                    return work(session)
            except sa.exc.OperationalError as error:
                if turn + 1 == TRIES_AFTER_DEADLOCK:
                    raise DatabaseUnavailable(str(error.orig)) from error
        raise AssertionError("unreachable")

    def _commit_together(self, turn: Turn) -> None:
        try:
            with (
                _unavailable(but=(*_CONFLICTS, errors.LockNotAvailable)),
                self._shared_writes.connect() as connection,
                _transaction(connection, gathers=True) as (session, line),
            ):
                for piece in turn:
                    piece.run(session)
                    _refuse_undone(connection, line)
                    line.forget_foreseen()
        except DatabaseUnavailable as error:
            turn.fail_all(partial(DatabaseUnavailable, str(error)))
        except (Exception, savepoint.SavepointWanted):
            turn.fail(NotTogether)

    def close(self) -> None:
        """Close every connection."""
        for engine in (self._writes, self._shared_writes):
            with contextlib.suppress(sa.exc.OperationalError):
                engine.dispose()


@contextlib.contextmanager
def _transaction(connection: sa.Connection, *, gathers: bool) -> Iterator[tuple[Session, Line]]:
    """A session and its line, and their transaction, which is committed at the end of the block."""
    with connection.begin(), _line(connection, gathers=gathers) as line:
        with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            if gathers:
                savepoint.leave_out(session)
            yield session, line
            session.flush()
        _refuse_undone(connection, line)
        _commit(connection, line)


def _refuse_undone(connection: sa.Connection, line: Line) -> None:
    if line.is_undone or not connection.in_transaction():
        raise sa.exc.PendingRollbackError("the work went on after an error that undid it")


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


@contextlib.contextmanager
def _unavailable(*, but: tuple[type[errors.Error], ...]) -> Iterator[None]:
    """Let trouble with the database out as DatabaseUnavailable, but for these errors, after which it is tried again."""
    try:
        yield
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, but):
            raise
        held_up = isinstance(error.orig, errors.LockNotAvailable)
        raise (HeldUp if held_up else DatabaseUnavailable)(str(error.orig)) from error
    except (sa.exc.TimeoutError, sa.exc.InterfaceError, sa.exc.InternalError) as error:
        raise DatabaseUnavailable(str(error)) from error
