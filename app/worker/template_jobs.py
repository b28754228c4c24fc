"""The clock's job for templates: read Twilio's list at start, and every quarter of an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from app.domain.actor import clock
from app.domain.templates import sync
from app.gateways.twilio.content import ContentUnavailable, TwilioContent
from app.settings import Settings
from app.store.database import Database
from app.worker.leased import leased

log = structlog.get_logger()

SYNC_EVERY = timedelta(minutes=15)
# A worker that dies while it reads holds up the next one for this long at most.
SYNC_LEASE = timedelta(minutes=2)
_LEASE = "templates"


class TemplateJobs:
    """The jobs of one worker."""

    def __init__(self, settings: Settings, database: Database, worker: str) -> None:
        self._contents = TwilioContent(settings)
        self._account_sid = settings.twilio_account_sid
        self._database = database
        self._worker = worker
        self._synced_at: float | None = None

    def all(self) -> list[tuple[Callable[[], None], timedelta]]:
        """Every job with its period."""
        return [(self.sync_templates, timedelta(seconds=15))]

    def sync_templates(self) -> None:
        """Read the account's templates where it is time, one worker at once; again while Twilio can't be asked."""
        if self._synced_at is not None and time.monotonic() - self._synced_at < SYNC_EVERY.total_seconds():
            return
        with leased(self._database, _LEASE, self._worker, SYNC_LEASE) as mine:
            if mine:
                self._sync()

    def _sync(self) -> None:
        try:
            done = sync.sync(self._database, self._contents, clock(self._account_sid))
        except ContentUnavailable as error:
            log.warning("templates.unavailable", why=str(error))
            return
        self._synced_at = time.monotonic()
        if done.news:
            log.info("templates.synced", new=len(done.new), changed=len(done.changed), gone=len(done.gone))
