"""A database whose writes all belong to one transaction that is open: all of them are kept, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from app.store.database import Database, Session

T = TypeVar("T")


def within(session: Session, url: str) -> Database:
    """The database as the transaction of `session` sees it, for verbs that open transactions of their own."""
    return Database(_Within(session.connection()), url)


def measure(database: Database) -> None:
    """Let PostgreSQL see how much there is by now: it planned for empty tables, and looks by itself after commits."""
    if not database.is_sqlite:
        database.write(lambda session: session.connection().exec_driver_sql("ANALYZE"))


class _Within:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        # What is read belongs to the same transaction; a session takes a connection as well as an engine.
        self.reads = self.single_reads = cast(Any, connection)

    def write(self, work: Callable[[Session], T]) -> T:
        """Run the work in a session of its own, as it would be elsewhere; its commit is the transaction's."""
        # "rollback_only": a session that ends leaves the transaction as it is.
        with Session(self._connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
            value = work(session)
            session.flush()
        return value

    def write_together(self, works: Sequence[Callable[[Session], T]]) -> list[T | BaseException]:
        """Run one after the other; an error ends them all, as it ends the transaction."""
        return [self.write(work) for work in works]

    def close(self) -> None:
        """The connection belongs to the transaction."""
