"""Notice that a PostgreSQL database changed: LISTEN, without a transaction."""

from __future__ import annotations

import contextlib
import time

import psycopg

from app.store.feed.waking import CHANNEL, dsn_of

# Should a notification be missed while reconnecting, this is how late a change is noticed.
_PATIENCE_SECONDS = 1.0


class PostgresqlChanges:
    """LISTEN on a connection of its own, opened anew when the server or its backend went away."""

    def __init__(self, url: str) -> None:
        self._dsn = dsn_of(url)
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def wait(self, seconds: float) -> bool:
        """True when something may have changed; also when nobody could have told."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=3)
                self._connection.execute(f"LISTEN {CHANNEL}")
                return True
            patience = min(seconds, _PATIENCE_SECONDS)
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
