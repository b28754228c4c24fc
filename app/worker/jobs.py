"""What the clock does, and how often. A job that fails says so in the log and is tried at the next tick."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import structlog

from app.domain.agents import logins, password_reset, sessions
from app.domain.auditing.settings_changes import Start
from app.domain.clock import now
from app.domain.consent import opt_in_codes
from app.domain.gate import in_force
from app.domain.media import inbound as inbound_media
from app.domain.metrics.worker_counts import WorkerCounts
from app.domain.reconcile import missed_inbound, sent_elsewhere, silent_sends
from app.domain.retention.run import Retention
from app.domain.sending import answers, routing, settle_by_list
from app.domain.webhooks import intake
from app.domain.webhooks.archive import Archive
from app.gateways.encryption import Seal
from app.gateways.media_store import MediaStore
from app.gateways.twilio.media import TwilioMedia
from app.gateways.twilio.records import TwilioRecords
from app.settings import Settings
from app.store import leases
from app.store.conversations import senders
from app.store.database import Database
from app.store.messages import attempts
from app.store.spool import Spool
from app.worker.consent_jobs import ConsentJobs
from app.worker.guarded import Job
from app.worker.leased import leased
from app.worker.media_jobs import MediaJobs
from app.worker.privacy_jobs import PrivacyJobs
from app.worker.run_jobs import RunJobs
from app.worker.sender_jobs import SenderJobs
from app.worker.template_jobs import TemplateJobs

log = structlog.get_logger()

PULL_EVERY = timedelta(minutes=5)
# A worker that dies while it pulls holds up the next pull for this long at most.
PULL_LEASE = timedelta(seconds=60)


class Jobs:
    """The jobs of one worker."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        worker: str,
        source: TwilioMedia,
        records: TwilioRecords,
        store: MediaStore,
    ) -> None:
        self._settings = settings
        self._database = database
        self._worker = worker
        self._source = source
        self._records = records
        self._store = store
        self._spool = Spool(settings.spool) if settings.spool else None
        self._started_at = now()
        self._pulled_at: float | None = None
        rules, routes = in_force.rules().file, routing.in_force().file
        self._start = Start(database, settings, rules.model_dump(mode="json"), routes.model_dump(mode="json"))
        self._counts = WorkerCounts(database)
        self._consent = ConsentJobs(settings, database)
        self._privacy = PrivacyJobs(settings, database, store)
        self._runs = RunJobs(settings, database)
        self._templates = TemplateJobs(settings, database, worker)
        self._senders = SenderJobs(settings, database, worker)
        self._media = MediaJobs(settings, database, store)
        self._retention = Retention(database, settings, store, worker)

    def all(self) -> list[tuple[Job, timedelta]]:
        """Every job with its period."""
        return [
            (self.beat, timedelta(seconds=5)),
            (self.give_up_waiting, timedelta(seconds=5)),
            (self.fetch_media, timedelta(seconds=1)),
            (self.drain_spool, timedelta(seconds=5)),
            (self.settle, timedelta(seconds=2)),
            (self.ask_about_silent, timedelta(minutes=1)),
            (self.pull, timedelta(seconds=15)),
            (self.archive, timedelta(minutes=1)),
            (self.retain, timedelta(minutes=1)),
            (self.forget_logins, timedelta(minutes=10)),
            (self.store_counts, timedelta(seconds=15)),
            *self._consent.all(),
            *self._privacy.all(),
            *self._runs.all(),
            *self._templates.all(),
            *self._senders.all(),
            *self._media.all(),
            (self._start.note_settings, timedelta(minutes=1)),
        ]

    def beat(self) -> None:
        """Say that this worker is alive."""
        self._database.write(lambda session: leases.beat(session, self._worker, "worker", self._started_at, now()))

    def give_up_waiting(self) -> None:
        """Sends that nobody said anything about are not confirmed."""
        account_sid = self._settings.twilio_account_sid
        for attempt in self._database.read(lambda session: attempts.abandoned(session, account_sid, now())):
            self._database.write(partial(answers.give_up_waiting, attempt=attempt))

    def fetch_media(self) -> None:
        """Bring customers' files here."""
        account_sid = self._settings.twilio_account_sid
        while inbound_media.fetch_wanted(self._database, self._source, self._store, account_sid):
            pass

    def settle(self) -> None:
        """Look for sends that aren't confirmed in Twilio's list."""
        settle_by_list.settle_due(self._database, self._records, self._settings.twilio_account_sid)

    def ask_about_silent(self) -> None:
        """Ask about sends whose callbacks stopped."""
        silent_sends.check_silent_sends(self._database, self._records, self._settings.twilio_account_sid)

    def pull(self) -> None:
        """Take in what never came by webhook, and what another program sent: at start, and every five minutes."""
        if self._pulled_at is not None and time.monotonic() - self._pulled_at < PULL_EVERY.total_seconds():
            return
        with leased(self._database, "pull", self._worker, PULL_LEASE) as mine:
            if mine:
                self._pull_for_all_senders()

    def _pull_for_all_senders(self) -> None:
        account_sid = self._settings.twilio_account_sid
        known = self._database.read(lambda session: senders.senders(session, account_sid))
        for sender in sorted({*known, self._settings.twilio_whatsapp_from} - {""}):
            missed_inbound.pull_missed_inbound(self._database, self._records, account_sid, sender)
            sent_elsewhere.pull_sent_elsewhere(self._database, self._records, account_sid, sender)
        self._pulled_at = time.monotonic()

    def archive(self) -> None:
        """Keep raw forms, encrypted, outside the database, where ARCHIVE_KEY is set."""
        if not self._settings.archive_key:
            return
        kept_by = Archive(self._store, Seal(self._settings.archive_key), self._settings.twilio_account_sid)
        while kept_by.keep_new(self._database):
            pass

    def retain(self) -> None:
        """Delete what is older than it is to be kept; once a day, by one worker at a time."""
        self._retention.run_where_due(now())

    def forget_logins(self) -> None:
        """Forget failed logins, links that set a password, sessions, and opt-in codes, once no rule needs them."""
        account_sid, at = self._settings.twilio_account_sid, now()
        forget_sessions = partial(sessions.forget_ended, idle=self._settings.session_idle)
        forget_codes = opt_in_codes.forget_expired
        for forget in (logins.forget_failures, password_reset.forget_links, forget_sessions, forget_codes):
            self._database.write(partial(forget, account_sid=account_sid, at=at))

    def store_counts(self) -> None:
        """Store what this worker counted, for /metrics."""
        self._counts.store()

    def drain_spool(self) -> None:
        """Take in what the database could not take before."""
        if self._spool is not None and self._spool.waiting():
            log.info("spool.drained", taken=intake.drain(self._database, self._spool))
