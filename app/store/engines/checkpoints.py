"""SQLite's log is written back into the database by a thread of its own, so that no webhook waits for it.

By itself SQLite lets the writer that crosses a line do that, in its commit, while all others wait.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import structlog

from app.store.engines.process_lock import ProcessLock

log = structlog.get_logger()

EVERY_SECONDS = 0.5
# Below this the log is left to begin anew by itself, when a checkpoint is through and nobody writes meanwhile.
LARGE_BYTES = 16 * 2**20
# Above this, waiting for readers is worth holding up writers a little longer.
TOO_LARGE_BYTES = 40 * 2**20
_WAIT_MS, _LONGER_WAIT_MS = 50, 500
# After a try that held up writers for nothing, because somebody reads for long, the next ones come less often.
_LONGEST_PAUSE_SECONDS = 30.0
_TURN_SECONDS = 1.0
_END_SECONDS = 5.0
_AFTER_TROUBLE_SECONDS = 5.0


class Checkpoints:
    """Checkpoints as long as this process writes; of several processes one does it at a time.

    The thread begins with the first write of a process, so that it is there after a fork too.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._process = 0
        self._thread: threading.Thread | None = None

    def written(self) -> None:
        """There is something new in the log. One thread at a time may call this."""
        if self._process != os.getpid():
            self._begin()
        if not self._news.is_set():
            self._news.set()

    def close(self) -> None:
        """End the thread."""
        if self._thread is not None and self._process == os.getpid():
            self._ended.set()
            self._news.set()
            self._thread.join(_END_SECONDS)
            self._process, self._thread = 0, None

    def _begin(self) -> None:
        self._process, self._news, self._ended = os.getpid(), threading.Event(), threading.Event()
        work = _Work(self._file, self._news, self._ended)
        self._thread = threading.Thread(target=work.run, name="checkpoints", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            # What was written is safe without it; the next write tries again.
            log.warning("checkpoint.failed", error=str(error))
            self._process, self._thread = 0, None


class _Work:
    """What the thread does."""

    def __init__(self, file: Path, news: threading.Event, ended: threading.Event) -> None:
        self._file, self._news, self._ended = file, news, ended
        # Its own descriptors: those of the process's writer are another holder's.
        self._turn = ProcessLock(Path(f"{file}.turn"))
        self._pause, self._not_before = 0.0, 0.0

    def run(self) -> None:
        """Checkpoint until the end, each time that something was written."""
        while not self._ended.is_set():
            try:
                self._checkpoint_until_the_end()
            except (sqlite3.Error, OSError) as error:
                # Writers checkpoint by themselves when the log gets far too long.
                log.warning("checkpoint.failed", error=str(error))
                self._ended.wait(_AFTER_TROUBLE_SECONDS)

    def _checkpoint_until_the_end(self) -> None:
        with (
            closing(sqlite3.connect(self._file, isolation_level=None, timeout=0)) as connection,
            open(f"{self._file}.checkpoint", "ab") as lock,
        ):
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA wal_autocheckpoint=0")
            page_size = int(connection.execute("PRAGMA page_size").fetchone()[0])
            while self._news.wait() and not self._ended.wait(EVERY_SECONDS):
                if not _alone(lock.fileno()):
                    continue
                self._news.clear()
                _, frames, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if frames * page_size > LARGE_BYTES and time.monotonic() >= self._not_before:
                    self._begin_log_anew(connection, frames * page_size > TOO_LARGE_BYTES)
                fcntl.flock(lock.fileno(), fcntl.LOCK_UN)

    def _begin_log_anew(self, connection: sqlite3.Connection, is_too_large: bool) -> None:
        """Write back the little that came meanwhile, with nobody writing, and let the log begin at its beginning."""
        patience = _LONGER_WAIT_MS if is_too_large else _WAIT_MS
        with self._turn.hold(_TURN_SECONDS):
            connection.execute(f"PRAGMA busy_timeout={patience}")
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
            connection.execute("PRAGMA busy_timeout=0")
        if busy:
            self._pause = min(max(self._pause * 2, EVERY_SECONDS), _LONGEST_PAUSE_SECONDS)
            self._not_before = time.monotonic() + self._pause
        else:
            self._pause = 0.0


def _alone(descriptor: int) -> bool:
    """True when no other process is at it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
