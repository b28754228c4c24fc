"""The worker process: the sender, and the clock's jobs. Any number may run; every job is safe to run twice at once."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from datetime import timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app import heap, logs, process_start
from app.domain.clock import now
from app.domain.media.grants import MediaLinks
from app.domain.media.store import media_store_for
from app.domain.sending import routing
from app.domain.sending.claims import Claimer
from app.domain.sending.files_there import FilesThere
from app.domain.sending.rate_limit import Pace
from app.domain.sending.sender import Sender
from app.gateways.twilio.media import TwilioMedia
from app.gateways.twilio.records import TwilioRecords
from app.gateways.twilio.send import TwilioMessages
from app.process_start import START_FAULTS
from app.settings import Settings
from app.store.database import Database, connect
from app.worker import jobs
from app.worker.guarded import Job, guarded

log = structlog.get_logger()

# Heroku and systemd give a process ten seconds from SIGTERM to its end.
FINISH_SECONDS = 7.0


class Worker:
    """The worker process: all that it runs, and how it ends."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.name = f"worker:{socket.gethostname()}:{os.getpid()}"
        pace = Pace(settings.sender_rate)
        service = settings.twilio_messaging_service_sid
        claimer = Claimer(
            settings.twilio_account_sid,
            self.name,
            settings.public_base_url,
            pace,
            service,
            settings.secret_key,
            settings.media_url_lives,
            settings.media_preflight,
        )
        store = media_store_for(settings, database)
        links = MediaLinks(settings.public_base_url, settings.secret_key)
        twilio = FilesThere(TwilioMessages(settings), database, store, links)
        self._sender = Sender(database, twilio, claimer, settings.sender_concurrency)
        self._sending = threading.Thread(target=self._sender.run, name="sender", daemon=True)
        self._clock = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(8)})
        self._jobs = jobs.Jobs(
            settings,
            database,
            self.name,
            TwilioMedia(settings),
            TwilioRecords(settings),
            store,
        )
        for job, every in self._jobs.all():
            self._add(job, every)

    def _add(self, job: Job, every: timedelta) -> None:
        self._clock.add_job(
            guarded(job),
            "interval",
            seconds=every.total_seconds(),
            next_run_time=now(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            name=job.__name__,
        )

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then give the calls that are under way a few seconds to end."""
        # Blocked before any thread begins, so that all of them leave these to `sigwait`: a handler would run amid
        # other code of this thread, which may hold the very lock that ending needs.
        ends = (signal.SIGTERM, signal.SIGINT)
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        log.info("worker.started", worker=self.name)
        self._sending.start()
        self._clock.start()
        signal.sigwait(ends)
        self._clock.shutdown(wait=False)
        finished = self._sender.stop(FINISH_SECONDS)
        guarded(self._jobs.store_counts)()
        log.info("worker.ended", worker=self.name, finished=finished)


def main() -> None:
    """Run a worker with the environment's settings."""
    heap.share_arenas()
    try:
        settings = process_start.read()
    except START_FAULTS as error:
        sys.exit(str(error))
    logs.set_up(settings.log_level)
    routing.warn()
    database = connect(settings.database)
    Worker(settings, database).run()
    database.close()
    sys.stdout.flush()
    # A call or a fetch that goes on would hold up the end: Python waits for such threads, Heroku and systemd don't.
    os._exit(0)
