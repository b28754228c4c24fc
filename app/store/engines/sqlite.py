"""SQLite: everybody who waits to write at the same moment shares one transaction and one fsync.

Whoever gets the lock commits for everybody in the queue; a lock file makes processes take turns, since
SQLite's own busy handler sleeps for up to 100 ms where a turn lasts a few. Figures: docs/decisions.md.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlmodel import Session

from app.store import savepoint
from app.store.engines.checkpoints import Checkpoints
from app.store.engines.process_lock import ProcessLock
from app.store.engines.sqlite_connections import WRITERS_CACHE, open_engine, refuse_pragmas_that_do_not_read_back
from app.store.errors import PATIENCE_SECONDS, DatabaseUnavailable

T = TypeVar("T")

_AT_ONCE = 64
# And so long, at most one piece longer: another process waits for its turn.
_TURN_SECONDS = 0.05
# Who has waited long in the queue has little patience left for the lock, but some.
_LEAST_PATIENCE_SECONDS = 0.2
# SQLite reports these when it can't store, whoever asks: locked, read-only, full, I/O, can't open, corrupt.
_NOT_THE_WORKS_FAULT = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
)


class _Piece:
    """Work that waits for its commit, and what became of it."""

    def __init__(self, work: Callable[[Session], Any]) -> None:
        self.work = work
        self.deadline = time.monotonic() + PATIENCE_SECONDS
        self.value: Any = None
        self.error: BaseException | None = None
        self.finished = False
        self.wake = threading.Event()


class SqliteEngine:
    """Reads on a pool, writes on one connection that the threads take turns with."""

    def __init__(self, url: str) -> None:
        file = sa.make_url(url).database or ""
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        self.reads = self.single_reads = open_engine(url, begin="BEGIN", pool_size=20)
        self._writes = open_engine(url, begin="BEGIN IMMEDIATE", pool_size=1, cache_size=WRITERS_CACHE)
        self._queue: deque[_Piece] = deque()
        self._leading = threading.Lock()
        self._lock_file = ProcessLock(Path(f"{file}.turn"))
        self._checkpoints = Checkpoints(Path(file))
        with self.reads.connect() as connection:
            refuse_pragmas_that_do_not_read_back(connection)

    def write(self, work: Callable[[Session], T]) -> T:
        """Queue the work; lead the commit when nobody does, else wait for the one who does."""
        piece = _Piece(work)
        self._queue.append(piece)
        while not piece.finished:
            if self._leading.acquire(blocking=False):
                try:
                    if not piece.finished:
                        self._commit_for_all()
                finally:
                    self._leading.release()
                self._hand_over()
            else:
                piece.wake.wait()
                piece.wake.clear()
        if piece.error is not None:
            raise piece.error
        return cast(T, piece.value)

    def _hand_over(self) -> None:
        """Wake the first who still waits: it came while this thread led, and leads next."""
        try:
            self._queue[0].wake.set()
        except IndexError:
            return

    def _commit_for_all(self) -> None:
        deadline, pieces = self._queue[0].deadline, list[_Piece]()
        try:
            with self._lock_file.hold(_patience_until(deadline)):
                self._run_in_one_transaction(pieces, deadline)
        except BaseException as error:
            unavailable = isinstance(error, sa.exc.DBAPIError | sa.exc.TimeoutError | OSError)
            for piece in pieces or self._in_line(pieces):
                piece.error = DatabaseUnavailable(str(error)) if unavailable else error
        for piece in pieces:
            piece.finished = True
            piece.wake.set()
        if any(piece.error is None for piece in pieces):
            self._checkpoints.written()

    def _in_line(self, taken: list[_Piece]) -> Iterator[_Piece]:
        """Those who wait, first to last, each of them `taken`; the rest waits when the turn has lasted long enough."""
        ends = time.monotonic() + _TURN_SECONDS
        for _ in range(min(len(self._queue), _AT_ONCE)):
            taken.append(self._queue.popleft())
            yield taken[-1]
            if time.monotonic() > ends:
                return

    def _run_in_one_transaction(self, pieces: list[_Piece], deadline: float) -> None:
        with self._writes.connect() as connection:
            patience = int(_patience_until(deadline) * 1000)
            cast(sqlite3.Connection, connection.connection.driver_connection).execute(f"PRAGMA busy_timeout={patience}")
            if _run_together(connection, self._in_line(pieces)):
                return
            with connection.begin():
                for piece in pieces:
                    _run_in_savepoint(connection, piece)

    def close(self) -> None:
        """Close every connection."""
        self._checkpoints.close()
        self._lock_file.close()
        self.reads.dispose()
        self._writes.dispose()


def _patience_until(deadline: float) -> float:
    """Seconds to wait: for the turn and for the lock together, however many waited before."""
    return max(deadline - time.monotonic(), _LEAST_PATIENCE_SECONDS)


def _run_together(connection: sa.Connection, pieces: Iterable[_Piece]) -> bool:
    """Run and commit all pieces without a savepoint for each, since hardly one ever fails.

    False when one did: then nothing is kept, and each has to be run in a savepoint of its own.
    """
    try:
        with connection.begin() as transaction, _session(connection) as session:
            savepoint.leave_out(session)
            for piece in pieces:
                piece.value = _run(session, piece)
            # A piece that swallowed its session's error has undone everybody's transaction.
            return transaction.is_active
    except savepoint.SavepointWanted:
        return False
    except Exception as error:
        if _code(error) in _NOT_THE_WORKS_FAULT:
            raise
        return False


def _session(connection: sa.Connection) -> Session:
    return Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False)


def _run(session: Session, piece: _Piece) -> Any:
    value = piece.work(session)
    session.flush()
    # What one piece has loaded is none of the next one's.
    if session.identity_map:
        session.expunge_all()
    return value


def _run_in_savepoint(connection: sa.Connection, piece: _Piece) -> None:
    """One piece's error undoes that piece alone; trouble with the file itself undoes them all."""
    # A session whose flush fails rolls back by itself what it joined: the savepoint, not everybody's transaction.
    own = connection.begin_nested()
    try:
        with _session(connection) as session:
            value = _run(session, piece)
        own.commit()
        piece.value = value
    except Exception as error:
        if _code(error) in _NOT_THE_WORKS_FAULT:
            raise
        if own.is_active:
            own.rollback()
        piece.error = error


def _code(error: Exception) -> int | None:
    original = getattr(error, "orig", error)
    code = getattr(original, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF
