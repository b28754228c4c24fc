"""A job that one worker does at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from app.domain.clock import now
from app.store import leases
from app.store.database import Database


@contextmanager
def leased(database: Database, name: str, worker: str, hold: timedelta) -> Iterator[bool]:
    """Whether the worker has the lease for the block; it is given back at the block's end.

    A worker that dies amid it holds up the others for `hold`.
    """
    if not database.write(lambda session: leases.take(session, name, worker, now(), hold)):
        yield False
        return
    try:
        yield True
    finally:
        # Without this a worker that starts right after another has ended would wait.
        database.write(lambda session: leases.give_back(session, name, worker, now()))
