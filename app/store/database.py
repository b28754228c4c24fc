"""One door to the database: `write` and `read`, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel

from app.store.engines.sqlite import SqliteEngine
from app.store.engines.sqlite_connections import empty_log
from app.store.errors import DatabaseUnavailable, HeldUp
from app.store.prepared import command

__all__ = ["Database", "DatabaseUnavailable", "Session", "after_commit", "connect", "plain_engine", "wake_after_commit"]

T = TypeVar("T")

_AFTER_COMMIT = "after_commit"
_WAKE = "wake"


class _Engine(Protocol):
    """An engine: what SQLite and PostgreSQL each do in their own way."""

    reads: sa.Engine
    single_reads: sa.Engine

    def write(self, work: Callable[[Session], T]) -> T: ...

    def write_together(self, works: Sequence[Callable[[Session], T]]) -> list[T | BaseException]: ...

    def close(self) -> None: ...


class _Waker(Protocol):
    """Tells the processes that follow the database of changes; SQLite needs none, its file has a version."""

    def wake(self) -> None: ...

    def close(self) -> None: ...


class Database:
    """The database of the installation.

    Work handed to `write` runs in one transaction and is durable when `write` returns. It may run more than
    once before that (a deadlock on PostgreSQL), so it must touch nothing but its session.
    Raises DatabaseUnavailable when the database can't take it; any other error of the work comes out as it is,
    and nothing of that work is kept. `trouble` says why the database took no write the last time, '' when it did.
    """

    def __init__(self, engine: _Engine, url: str, waker: _Waker | None = None) -> None:
        self._engine = engine
        self._waker = waker
        self.url = url
        self.reads = engine.reads
        self.trouble = ""
        self._trying = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, where change is noticed by polling instead of by NOTIFY."""
        return self.url.startswith("sqlite")

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that is committed, durably, before its value is returned."""
        waiting: list[Callable[[], object]] = []
        try:
            value = self._engine.write(self._noting(work, waiting))
        except HeldUp:
            raise
        except DatabaseUnavailable as error:
            self.trouble = str(error)
            raise
        self.trouble = ""
        for act in waiting:
            act()
        return value

    def write_or_leave(self, work: Callable[[Session], T]) -> T:
        """As `write`; but while the database takes nothing, one at a time tries, and all others are told at once.

        For work that has another place to go: a database that hangs would hold each thread for as long as it waits.
        """
        if not self.trouble:
            return self.write(work)
        if not self._trying.acquire(blocking=False):
            raise DatabaseUnavailable(self.trouble)
        try:
            return self.write(work)
        finally:
            self._trying.release()

    def write_together(self, works: Sequence[Callable[[Session], T]]) -> list[T | BaseException]:
        """Run each in a transaction that they share: its value, once that is committed durably, or its error.

        They have little patience, since all wait for all: what found the database busy or a row held may succeed by
        itself. While it takes nothing they have none.
        """
        if self.trouble:
            return [DatabaseUnavailable(self.trouble) for _ in works]
        asked: list[list[Callable[[], object]]] = [[] for _ in works]
        values = self._engine.write_together([self._noting(*both) for both in zip(works, asked, strict=True)])
        for acts, value in zip(asked, values, strict=True):
            if not isinstance(value, BaseException):
                self.trouble = ""
                for act in acts:
                    act()
        return values

    def _noting(self, work: Callable[[Session], T], waiting: list[Callable[[], object]]) -> Callable[[Session], T]:
        """The work, which notes in `waiting` what is to be done after its commit."""

        def run(session: Session) -> T:
            # It may be the second time.
            waiting.clear()
            session.info[_AFTER_COMMIT] = waiting
            session.info[_WAKE] = self._waker and self._waker.wake
            return work(session)

        return run

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one snapshot; what it would write is thrown away."""
        return self._read(self.reads, work)

    def read_once(self, work: Callable[[Session], T]) -> T:
        """Run `work`, which is a single SELECT and so needs no snapshot: one journey to PostgreSQL instead of three."""
        return self._read(self._engine.single_reads, work)

    def _read(self, engine: sa.Engine, work: Callable[[Session], T]) -> T:
        try:
            with Session(engine, expire_on_commit=False) as session:
                return work(session)
        except (sa.exc.OperationalError, sa.exc.TimeoutError, sa.exc.InterfaceError, sa.exc.InternalError) as error:
            raise DatabaseUnavailable(str(error.args[0])) from error

    def empty_log(self) -> None:
        """Let SQLite's log hold nothing of what was deleted, as far as nobody reads just now."""
        if self.is_sqlite:
            empty_log(self.reads)

    def count_anew(self, tables: Iterable[type[SQLModel]]) -> None:
        """Let PostgreSQL count what these tables hold: it plans by that, and by itself counts once a minute at most.

        Whoever brings many rows asks for it, or lists of values are looked up by reading all that the account has.
        """
        if not self.is_sqlite:
            names = ", ".join(str(table.__tablename__) for table in tables)
            self.write(lambda session: command(session, f"ANALYZE {names}"))

    def close(self) -> None:
        """Give all connections back."""
        if self._waker is not None:
            self._waker.close()
        self._engine.close()


def after_commit(session: Session, act: Callable[[], object]) -> None:
    """Do `act` once what `write` runs is committed, and only then; it must be quick and not fail."""
    session.info.setdefault(_AFTER_COMMIT, []).append(act)


def wake_after_commit(session: Session) -> None:
    """Once what `write` runs is committed, wake the processes that follow the database."""
    wake = session.info.get(_WAKE)
    if wake is not None and wake not in session.info[_AFTER_COMMIT]:
        after_commit(session, wake)


def connect(url: str) -> Database:
    """Open the database at `url` (sqlite:///file or postgresql+psycopg://…).

    Raises DatabaseUnavailable when it can't be reached, or when a SQLite pragma does not read back as set.
    """
    if url.startswith("sqlite"):
        return Database(SqliteEngine(url), url)
    # It loads psycopg with libraries of its own, 9 MB, which SQLite has no use for.
    from app.store.engines.postgresql import PostgresqlEngine
    from app.store.feed.waking import Waker

    return Database(PostgresqlEngine(url), url, Waker(url))


def plain_engine(url: str) -> sa.Engine:
    """An engine with no pool and no shared commit, for migrations only."""
    return sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
