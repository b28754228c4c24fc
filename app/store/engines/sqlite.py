"""SQLite: everybody who waits to write at the same moment shares one transaction and one fsync.

A lock file makes processes take turns, since SQLite's own busy handler sleeps for up to 100 ms where a turn lasts a
few. Figures: docs/decisions.md.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlmodel import Session

from app.store import savepoint
from app.store.engines.checkpoints import Checkpoints
from app.store.engines.process_lock import ProcessLock
from app.store.engines.shared_commit import Piece, SharedCommit, Turn
from app.store.engines.sqlite_connections import WRITERS_CACHE, open_engine, refuse_pragmas_that_do_not_read_back

T = TypeVar("T")

_AT_ONCE = 64
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


class SqliteEngine:
    """Reads on a pool, writes on one connection that the threads take turns with."""

    def __init__(self, url: str) -> None:
        file = sa.make_url(url).database or ""
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        self.reads = self.single_reads = open_engine(url, begin="BEGIN", pool_size=20)
        self._writes = open_engine(url, begin="BEGIN IMMEDIATE", pool_size=1, cache_size=WRITERS_CACHE)
        self._commits = SharedCommit(self._commit, _AT_ONCE)
        self._lock_file = ProcessLock(Path(f"{file}.turn"))
        self._checkpoints = Checkpoints(Path(file))
        with self.reads.connect() as connection:
            refuse_pragmas_that_do_not_read_back(connection)

    def write(self, work: Callable[[Session], T]) -> T:
        """Run the work in a transaction with that of others who write at the same moment."""
        return self._commits.write(work)

    def write_together(self, works: Sequence[Callable[[Session], T]]) -> list[T | BaseException]:
        """Run each in a transaction with the others; the value of each, or its error."""
        return self._commits.write_together(works)

    def _commit(self, turn: Turn) -> None:
        # The connection first, so that nobody waits for its being fetched and given back.
        with self._writes.connect() as connection, self._lock_file.hold(_patience_until(turn.deadline)):
            patience = int(_patience_until(turn.deadline) * 1000)
            cast(sqlite3.Connection, connection.connection.driver_connection).execute(f"PRAGMA busy_timeout={patience}")
            if not _run_together(connection, turn):
                with connection.begin():
                    for piece in turn.taken:
                        _run_in_savepoint(connection, piece)
        self._checkpoints.written()

    def close(self) -> None:
        """Close every connection."""
        self._checkpoints.close()
        self._lock_file.close()
        self.reads.dispose()
        self._writes.dispose()


def _patience_until(deadline: float) -> float:
    """Seconds to wait: for the turn and for the lock together, however many waited before."""
    return max(deadline - time.monotonic(), _LEAST_PATIENCE_SECONDS)


def _run_together(connection: sa.Connection, turn: Turn) -> bool:
    """Run and commit all pieces without a savepoint for each, since hardly one ever fails.

    False when one did: then nothing is kept, and each has to be run in a savepoint of its own.
    """
    try:
        with connection.begin() as transaction, _session(connection) as session:
            savepoint.leave_out(session)
            for piece in turn:
                piece.run(session)
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


def _run_in_savepoint(connection: sa.Connection, piece: Piece) -> None:
    """One piece's error undoes that piece alone; trouble with the file itself undoes them all."""
    # A session whose flush fails rolls back by itself what it joined: the savepoint, not everybody's transaction.
    own = connection.begin_nested()
    try:
        with _session(connection) as session:
            piece.run(session)
        own.commit()
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
