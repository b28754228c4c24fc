"""The clock's jobs for the consent ledger, and for whose it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.domain.clock import now
from app.domain.consent import checkpoints, imports, seal
from app.domain.people import joins
from app.gateways.checkpoint_drop import drop_for
from app.gateways.mail import MailServer
from app.settings import Settings
from app.store.database import Database


class ConsentJobs:
    """The jobs of one worker; any number of workers may run them at once."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._account_sid = settings.twilio_account_sid
        self._key = checkpoints.signer(settings)
        self._target = settings.consent_checkpoint_to
        self._mail = MailServer(settings.smtp_url, settings.mail_from)
        self._database = database

    def all(self) -> list[tuple[Callable[[], None], timedelta]]:
        """Every job with its period. Sending is one of its own: it may wait for another machine."""
        return [
            (self.unite_spellings, timedelta(hours=1)),
            (self.seal_consent, timedelta(seconds=2)),
            (self.send_checkpoints, timedelta(seconds=30)),
            (self.import_consents, timedelta(seconds=2)),
        ]

    def import_consents(self) -> None:
        """Go on with files of consents that are checked, applied or taken back."""
        imports.work(self._database, self._account_sid)

    def unite_spellings(self) -> None:
        """Join contacts that an earlier version made of two spellings of one mobile."""
        joins.unite_spellings(self._database, self._account_sid)

    def seal_consent(self) -> None:
        """Seal new consent records, and sign a checkpoint where one is due."""
        seal.seal_new(self._database, self._account_sid)
        checkpoints.write_where_due(self._database, self._account_sid, self._key, now(), bool(self._target))

    def send_checkpoints(self) -> None:
        """Send daily checkpoints off the machine, where CONSENT_CHECKPOINT_TO is set."""
        if self._target:
            checkpoints.send_due(self._database, self._account_sid, drop_for(self._target, self._mail), now())
