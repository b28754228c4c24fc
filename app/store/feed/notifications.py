"""Notice that the database changed, without holding a transaction open."""

from __future__ import annotations

import time
from typing import Protocol

from app.store.database import Database

_SQLITE_LOOK_SECONDS = 0.02


class Changes(Protocol):
    """Waits for a change of the database."""

    def wait(self, seconds: float) -> bool: ...

    def close(self) -> None: ...


def changes_of(database: Database) -> Changes:
    """The watcher that notices changes of this database."""
    if database.is_sqlite:
        return _SqliteChanges(database)
    # It loads psycopg: see app/store/database.py.
    from app.store.feed.listening import PostgresqlChanges

    return PostgresqlChanges(database.url)


class _SqliteChanges:
    """`PRAGMA data_version` on a connection of its own changes when another connection commits."""

    def __init__(self, database: Database) -> None:
        self._connection = database.reads.raw_connection()
        self._seen = self._version()

    def wait(self, seconds: float) -> bool:
        """True as soon as something was committed, False after `seconds`."""
        deadline = time.monotonic() + seconds
        while (version := self._version()) == self._seen:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_SQLITE_LOOK_SECONDS)
        self._seen = version
        return True

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _version(self) -> int:
        cursor = self._connection.cursor()
        try:
            return int(cursor.execute("PRAGMA data_version").fetchone()[0])
        finally:
            cursor.close()
