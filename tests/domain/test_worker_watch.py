"""What a process knows of the workers, and when it asks anew."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.domain import clock
from app.domain.clock import now
from app.domain.worker_watch import WorkerSilence, WorkerWatch
from app.store import leases
from app.store.database import Database
from app.store.tables import Heartbeat


def test_a_heartbeat_that_is_known_is_not_asked_for_again_until_it_is_old(database: Database) -> None:
    watch = WorkerWatch(database)
    assert watch.silence() == WorkerSilence(None)
    at = now()
    database.write(lambda session: leases.beat(session, "one", "worker", at, at))
    assert watch.silence() is None
    database.write(lambda session: session.execute(sa.delete(Heartbeat)))
    assert watch.silence() is None
    with clock.reading(lambda: at + timedelta(seconds=31)):
        assert watch.silence() == WorkerSilence(None)
