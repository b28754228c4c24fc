"""The clock's jobs for people's privacy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.domain.privacy import erasure
from app.domain.privacy.steps import tools_of
from app.gateways.media_store import MediaStore
from app.settings import Settings
from app.store.database import Database


class PrivacyJobs:
    """The jobs of one worker; any number of workers may run them at once."""

    def __init__(self, settings: Settings, database: Database, store: MediaStore) -> None:
        self._account_sid = settings.twilio_account_sid
        self._tools = tools_of(settings, database, store)

    def all(self) -> list[tuple[Callable[[], None], timedelta]]:
        """Every job with its period."""
        return [(self.erase, timedelta(seconds=2))]

    def erase(self) -> None:
        """Go on with the erasures of people, wherever they were cut off."""
        erasure.go_on(self._tools, self._account_sid)
