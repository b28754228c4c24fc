"""The clock's jobs for people's privacy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from app.domain.contacts import known_again
from app.domain.privacy import erasure
from app.domain.privacy.steps import tools_of
from app.gateways.media_store import MediaStore
from app.settings import Settings
from app.store.database import Database
from app.store.privacy import erasures

log = structlog.get_logger()


class PrivacyJobs:
    """The jobs of one worker; any number of workers may run them at once."""

    def __init__(self, settings: Settings, database: Database, store: MediaStore) -> None:
        self._account_sid = settings.twilio_account_sid
        self._tools = tools_of(settings, database, store)
        self._looked_for_keys = False

    def all(self) -> list[tuple[Callable[[], None], timedelta]]:
        """Every job with its period."""
        return [(self.erase, timedelta(seconds=2))]

    def erase(self) -> None:
        """Go on with the erasures of people, wherever they were cut off."""
        if not self._looked_for_keys:
            self._look_for_keys()
        erasure.go_on(self._tools, self._account_sid)

    def _look_for_keys(self) -> None:
        """Say once that opt-outs are kept by keys that this process doesn't have: they would not come back."""
        used = self._tools.database.read(lambda session: erasures.key_versions(session, self._account_sid))
        if used and (missing := used - set(known_again.keys().by_version)):
            log.error("privacy.suppression_keys_missing", versions=sorted(missing))
        self._looked_for_keys = True
