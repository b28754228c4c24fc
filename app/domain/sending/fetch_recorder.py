"""Writes receipts of fetches down behind the answers: no first byte waits for a commit, and one serves many."""

from __future__ import annotations

import threading
import time
from functools import partial

import structlog

from app.domain.sending import fetch_evidence
from app.domain.sending.fetch_evidence import Receipt
from app.store.database import Database
from app.store.errors import DatabaseUnavailable

log = structlog.get_logger()

AT_ONCE = 50
# What comes within so long is written together.
GATHERED_SECONDS = 0.05
# More wait only where the database takes none; what is lost then is lines of evidence, and never a file.
MOST_WAITING = 1000


class FetchRecorder:
    """A thread that writes what waits, several receipts in a transaction, and ends when nothing does.

    A process ends only after it. One that is killed leaves no receipt of what it had not written yet: a fetch is
    never claimed that did not happen.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[Receipt] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, receipt: Receipt) -> None:
        """Leave a receipt to be written down; returns at once."""
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                log.warning("media.fetch_not_written_down", file=receipt.granted.file_id, error="too many wait")
                return
            self._waiting.append(receipt)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="fetches", daemon=False)
                self._thread.start()

    def finish(self) -> None:
        """Wait until all that was taken before is written down, or is given up."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while some := self._next():
            try:
                self._database.write(partial(fetch_evidence.record_all, receipts=some))
            except DatabaseUnavailable as error:
                log.warning("media.fetch_not_written_down", fetches=len(some), error=str(error))
            except Exception:
                self._one_by_one(some)

    def _next(self) -> list[Receipt]:
        time.sleep(GATHERED_SECONDS)
        with self._lock:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            if not some:
                self._thread = None
            return some

    def _one_by_one(self, some: list[Receipt]) -> None:
        """One of them can't be written down: the others must not suffer from it."""
        for receipt in some:
            try:
                self._database.write(partial(fetch_evidence.record_all, receipts=[receipt]))
            except Exception:
                log.exception("media.fetch_not_written_down", file=receipt.granted.file_id)
