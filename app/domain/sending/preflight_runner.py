"""The preflight at work: it looks for files to check, a few at a time, beside everything else that the worker does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import structlog

from app import metrics
from app.domain.clock import now
from app.domain.media import preflight as media_preflight
from app.domain.media.files import referred
from app.domain.media.preflight import Found
from app.domain.media.probes import ProbeLinks
from app.domain.sending import preflight
from app.domain.sending.rehosting import rehost
from app.gateways.media_store import MediaStore
from app.gateways.public_url import PublicUrl
from app.settings import Settings
from app.store.database import Database, Session
from app.store.errors import DatabaseUnavailable
from app.store.media import checks
from app.store.media import hosted as hosted_files

log = structlog.get_logger()

_AT_ONCE = 8
_MOST = 200
# What is somebody else's may change; a file of ours doesn't.
_THEIRS_HOLDS = timedelta(hours=1)
_WAITS = (15, 30, 60, 120, 300, 900)
# With those about a day; after that a person asks again.
_MOST_TRIES = 100


class PreflightRunner:
    """Checks the files of messages that wait. Any number of processes may run one: a file that is checked twice is."""

    def __init__(self, settings: Settings, database: Database, store: MediaStore, asked: PublicUrl) -> None:
        self._database = database
        self._store = store
        self._asked = asked
        self._rehosts = settings.media_urls == "rehost"
        self._account_sid = settings.twilio_account_sid
        self._base = settings.public_base_url
        self._links = ProbeLinks(settings.public_base_url, settings.secret_key)
        self._most_document_bytes = settings.media_document_mb * 1024 * 1024
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="preflight")
        self._lock = threading.Lock()
        self._under_way: set[str] = set()
        self._after = 0

    def look(self) -> None:
        """Hold and release messages by what was found, and begin the checks that are due; waits for none of them."""
        found = self._database.read(
            lambda session: preflight.outlook(session, self._account_sid, self._base, self._after, _MOST)
        )
        if found.to_settle:
            self._database.write(
                lambda session: preflight.settle(session, self._account_sid, self._base, found.to_settle)
            )
        self._after = found.after
        for subject, url in found.due.items():
            with self._lock:
                if subject in self._under_way:
                    continue
                self._under_way.add(subject)
            self._pool.submit(self._check, subject, url)

    def finish(self) -> None:
        """Begin no more checks, and wait for those under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _check(self, subject: str, url: str) -> None:
        try:
            hosted = referred(url) is not None
            found = self._found(url)
            if not hosted and self._rehosts and not found.failure:
                # The message carries a file of ours now, which is checked next.
                return
            self._database.write(partial(self._save, subject=subject, hosted=hosted, found=found))
        except DatabaseUnavailable as error:
            log.warning("preflight.waits_for_the_database", error=str(error))
        except Exception:
            log.exception("preflight.failed", subject=subject)
        finally:
            with self._lock:
                self._under_way.discard(subject)

    def _found(self, url: str) -> Found:
        number = referred(url)
        if number is None and self._rehosts:
            theirs = (self._account_sid, url, self._most_document_bytes)
            return rehost(self._database, self._store, self._asked, *theirs)
        if number is None:
            return media_preflight.check_theirs(self._asked, url, self._most_document_bytes)
        file = self._database.read(lambda session: hosted_files.files(session, self._account_sid, [number])).get(number)
        if file is None or file.deleted_at is not None:
            return Found("file_gone")
        return media_preflight.check_ours(self._asked, self._links, file, now())

    def _save(self, session: Session, subject: str, hosted: bool, found: Found) -> None:
        at, base = now(), self._base if hosted else ""
        known = checks.of_subjects(session, self._account_sid, [subject], base).get(subject)
        tries = known.tries + 1 if known is not None and known.state == "failed" and found.failure else 1
        checks.save(
            session,
            self._account_sid,
            subject,
            base,
            state="failed" if found.failure else "passed",
            failure=found.failure,
            warning=found.warning,
            seen=found.seen,
            tries=tries,
            checked_at=at,
            next_at=_next_at(found, hosted, tries, at),
        )
        metrics.PREFLIGHTS.labels(found.failure or "passed").inc()
        log.info("preflight.checked", subject=subject, failure=found.failure, seen=found.seen)


def _next_at(found: Found, hosted: bool, tries: int, at: datetime) -> datetime | None:
    if not found.failure:
        return None if hosted else at + _THEIRS_HOLDS
    if found.failure == "file_gone" or tries >= _MOST_TRIES:
        return None
    return at + timedelta(seconds=_WAITS[min(tries, len(_WAITS)) - 1])
