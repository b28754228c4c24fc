"""The clock's job for our senders: ask Twilio at start, and every hour, what WhatsApp thinks of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from app.domain.sending import sender_states
from app.gateways.twilio.senders import SendersUnavailable, TwilioSenders
from app.settings import Settings
from app.store.database import Database
from app.worker.leased import leased

log = structlog.get_logger()

READ_EVERY = timedelta(hours=1)
# An account whose key may not ask is told so in the log no more often.
RETRY_EVERY = timedelta(minutes=5)
# A worker that dies while it reads holds up the next one for this long at most.
READ_LEASE = timedelta(minutes=2)
_LEASE = "senders"


class SenderJobs:
    """The jobs of one worker."""

    def __init__(self, settings: Settings, database: Database, worker: str) -> None:
        self._senders = TwilioSenders(settings)
        self._account_sid = settings.twilio_account_sid
        self._database = database
        self._worker = worker
        self._again_at = 0.0

    def all(self) -> list[tuple[Callable[[], None], timedelta]]:
        """Every job with its period."""
        return [(self.read_senders, timedelta(minutes=1))]

    def read_senders(self) -> None:
        """Ask where it is time, one worker at once. While Twilio can't be asked, what it told before holds."""
        if time.monotonic() < self._again_at:
            return
        with leased(self._database, _LEASE, self._worker, READ_LEASE) as mine:
            if mine:
                self._read()

    def _read(self) -> None:
        try:
            sender_states.read(self._database, self._senders, self._account_sid)
            self._again_at = time.monotonic() + READ_EVERY.total_seconds()
        except SendersUnavailable as error:
            self._again_at = time.monotonic() + RETRY_EVERY.total_seconds()
            log.warning("senders.unavailable", why=str(error))
