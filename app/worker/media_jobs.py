"""The clock's jobs for files: what is checked before it is sent, and what is cleared away."""

from __future__ import annotations

from datetime import timedelta

import structlog

from app.domain import actor
from app.domain.media import cleanup
from app.domain.sending.preflight_runner import PreflightRunner
from app.gateways.media_store import MediaStore
from app.gateways.public_url import PublicUrl
from app.settings import Settings
from app.store.database import Database
from app.worker.guarded import Job

log = structlog.get_logger()


class MediaJobs:
    """The jobs of one worker; any number of workers may run them at once."""

    def __init__(self, settings: Settings, database: Database, store: MediaStore) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._preflight = PreflightRunner(settings, database, store, PublicUrl())

    def all(self) -> list[tuple[Job, timedelta]]:
        """Every job with its period."""
        checked = [(self.preflight, timedelta(seconds=1))] if self._settings.media_preflight else []
        return [*checked, (self.clean_up_files, timedelta(hours=1))]

    def clean_up_files(self) -> None:
        """Remove files that nobody needs; another worker's run is enough."""
        who = actor.clock(self._settings.twilio_account_sid)
        done = cleanup.clean_up(self._database, self._store, who, self._settings.media_unused_days)
        if done is not None:
            log.info("media.cleaned", removed=dict(done.removed), missing=done.missing_count)

    def preflight(self) -> None:
        """Check the files of messages that wait to leave."""
        self._preflight.look()
