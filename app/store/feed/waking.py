"""Tell the processes that follow a PostgreSQL database that something changed: NOTIFY, beside the changes themselves.

In a transaction that writes, NOTIFY holds a lock of the whole cluster until the commit is on the disk: commits then
wait for each other's disk, one by one. Who follows looks once a second besides (`app/store/feed/listening.py`).
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import psycopg
import sqlalchemy as sa

CHANNEL = "switchboard_feed"
# While changes go on, so many seconds lie between two notifications at least.
_PAUSE_SECONDS = 0.05
# So long after the server could not be told, it is tried again.
_AWAY_SECONDS = 0.5
_LAST_SECONDS = 2.0


def dsn_of(url: str) -> str:
    """The database at `url`, as psycopg takes it."""
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Waker:
    """One thread with a connection of its own, which begin with the first change."""

    def __init__(self, url: str) -> None:
        self._dsn = dsn_of(url)
        self._wanted, self._ended = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._connection: psycopg.Connection[Any] | None = None

    def wake(self) -> None:
        """Say soon that something changed; what is committed by now is seen by whoever hears it."""
        self._wanted.set()
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """Say what is still to be said, and end."""
        self._ended.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(_LAST_SECONDS)
        self._hang_up()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wanted.wait()
            self._wanted.clear()
            if self._tell():
                self._ended.wait(_PAUSE_SECONDS)
            else:
                self._wanted.set()
                self._ended.wait(_AWAY_SECONDS)

    def _tell(self) -> bool:
        try:
            if self._connection is None:
                # Nothing of it needs to be on a disk.
                options = "-c synchronous_commit=off"
                self._connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=3, options=options)
            self._connection.execute(f"NOTIFY {CHANNEL}")
        except psycopg.Error:
            self._hang_up()
            return False
        return True

    def _hang_up(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
