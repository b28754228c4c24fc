"""Each web process takes its own spool in: on a dyno no other process sees its disk."""

from __future__ import annotations

import threading

import structlog

from app.domain.webhooks import intake
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.spool import Spool

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 2.0


class SpoolDrain:
    """A thread that takes waiting webhooks in whenever the database is back."""

    def __init__(self, database: Database, spool: Spool) -> None:
        self._database = database
        self._spool = spool
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin; called by the server once its process is there."""
        threading.Thread(target=self._run, name="spool", daemon=True).start()

    def close(self) -> None:
        """End at the next look."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(LOOK_EVERY_SECONDS):
            try:
                if self._spool.waiting():
                    log.info("spool.drained", taken=intake.drain(self._database, self._spool))
            except DatabaseUnavailable as error:
                log.warning("spool.waits_for_the_database", error=str(error))
            except Exception:
                log.exception("spool.entry_not_taken")
