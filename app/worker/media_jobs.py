"""The clock's jobs for files: what is checked before it is sent, and what is cleared away."""

from __future__ import annotations

from datetime import timedelta

from app.domain.sending.preflight_runner import PreflightRunner
from app.gateways.media_store import MediaStore
from app.gateways.public_url import PublicUrl
from app.settings import Settings
from app.store.database import Database
from app.worker.guarded import Job


class MediaJobs:
    """The jobs of one worker; any number of workers may run them at once."""

    def __init__(self, settings: Settings, database: Database, store: MediaStore) -> None:
        self._settings = settings
        self._preflight = PreflightRunner(settings, database, PublicUrl())

    def all(self) -> list[tuple[Job, timedelta]]:
        """Every job with its period."""
        return [(self.preflight, timedelta(seconds=1))] if self._settings.media_preflight else []

    def preflight(self) -> None:
        """Check the files of messages that wait to leave."""
        self._preflight.look()
