"""Delete what is older than it is to be kept: in small transactions, by one process at a time, from anywhere again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.domain.clock import now
from app.domain.retention.kinds import Kind, kinds
from app.gateways.media_store import MediaStore
from app.settings import Settings
from app.store import leases
from app.store.database import Database, Session
from app.store.retention import runs
from app.store.retention.looked import Looked
from app.store.tables import RetentionRun

log = structlog.get_logger()

EVERY = timedelta(days=1)
# A process that dies while it deletes holds up the next for this long at most.
LEASE = timedelta(seconds=60)
_LEASE_NAME = "retention"


class _TakenOver(Exception):
    """Another process has the lease."""


class Retention:
    """What deletes, under the name of one process."""

    def __init__(self, database: Database, settings: Settings, store: MediaStore, holder: str) -> None:
        self._database = database
        self._account_sid = settings.twilio_account_sid
        self._kinds = kinds(database, settings, store)
        self._holder = holder

    def run_where_due(self, at: datetime) -> bool:
        """Go on with a run that was cut off, or begin one where none began for a day. False when none is due."""
        last = self._database.read(lambda session: runs.newest(session, self._account_sid))
        if last and last[0].ended_at is not None and last[0].began_at > at - EVERY:
            return False
        run = self.run()
        if run is not None:
            log.info("retention.ended", run=run.id, **{kind: told["deleted"] for kind, told in run.did.items()})
        return run is not None

    def run(self) -> RetentionRun | None:
        """Delete all that has had its time; the run as it ended, or None when another process is at it."""
        number = self._database.write(self._begin)
        if number is None:
            return None
        try:
            for kind in self._kinds:
                self._delete(kind, number)
            self._database.write(lambda session: self._end(session, number))
        except _TakenOver:
            return None
        (run,) = self._database.read(lambda session: runs.newest(session, self._account_sid))
        return run

    def _begin(self, session: Session) -> int | None:
        if not leases.take(session, _LEASE_NAME, self._holder, now(), LEASE):
            return None
        last = runs.newest(session, self._account_sid)
        if last and last[0].ended_at is None:
            return last[0].id
        return runs.begin(session, self._account_sid, now())

    def _delete(self, kind: Kind, number: int) -> None:
        before = kind.before(now())
        if before is None:
            return
        looked = kind.look(before, None)
        while looked.old or looked.kept or looked.end is not None:
            began = time.perf_counter()
            kind.remove(looked)
            self._database.write(lambda session, looked=looked: self._chunk(session, kind, number, looked))  # type: ignore[misc]
            if looked.end is None:
                return
            # As long as this took, others have the database to themselves.
            time.sleep(time.perf_counter() - began)
            looked = kind.look(before, looked.end)

    def _chunk(self, session: Session, kind: Kind, number: int, looked: Looked) -> None:
        if not leases.take(session, _LEASE_NAME, self._holder, now(), LEASE):
            raise _TakenOver
        deleted = kind.delete(session, looked, now())
        did = runs.did(session, self._account_sid, number)
        did[kind.name] = _added(did.get(kind.name, {}), deleted, looked)
        runs.update(session, self._account_sid, number, did=did)

    def _end(self, session: Session, number: int) -> None:
        runs.update(session, self._account_sid, number, ended_at=now())
        leases.give_back(session, _LEASE_NAME, self._holder, now())


def _added(told: Mapping[str, Any], deleted: int, looked: Looked) -> dict[str, Any]:
    """What a run did of one kind, with one more chunk."""
    kept = {reason: told.get("kept", {}).get(reason, 0) + count for reason, count in looked.kept.items()}
    oldest = looked.oldest.isoformat() if looked.oldest and deleted else ""
    return {
        "deleted": told.get("deleted", 0) + deleted,
        "oldest": min(filter(None, (told.get("oldest"), oldest)), default=""),
        "kept": {**told.get("kept", {}), **kept},
    }
