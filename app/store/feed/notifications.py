"""Notice that the database changed, without holding a transaction open."""

from __future__ import annotations

import contextlib
import time
from typing import Protocol

import psycopg
import sqlalchemy as sa

from app.store.database import Database
from app.store.feed.events import CHANNEL

_SQLITE_LOOK_SECONDS = 0.02
# Should a notification be missed while reconnecting, this is how late a change is noticed.
_POSTGRESQL_PATIENCE_SECONDS = 1.0


class Changes(Protocol):
    """Waits for a change of the database."""

    def wait(self, seconds: float) -> bool: ...

    def close(self) -> None: ...


def changes_of(database: Database) -> Changes:
    """The watcher that notices changes of this database."""
    return _SqliteChanges(database) if database.is_sqlite else _PostgresqlChanges(database.url)


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


class _PostgresqlChanges:
    """LISTEN on a connection of its own, opened anew when the server or its backend went away."""

    def __init__(self, url: str) -> None:
        self._dsn = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def wait(self, seconds: float) -> bool:
        """True when something may have changed; also when nobody could have told."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=3)
                self._connection.execute(f"LISTEN {CHANNEL}")
                return True
            patience = min(seconds, _POSTGRESQL_PATIENCE_SECONDS)
            any(True for _ in self._connection.notifies(timeout=patience, stop_after=1))
            return True
        except psycopg.OperationalError:
            self.close()
            time.sleep(min(seconds, 0.5))
            return True

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
