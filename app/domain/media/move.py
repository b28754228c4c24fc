"""Move all files from one media store to another while both are in use; a move that was killed is run again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from app import fault_points
from app.domain.clock import now
from app.domain.media.two_stores import TwoStores
from app.gateways.media_store import MediaMissing, MediaStore
from app.gateways.streams import PIECE_BYTES, Measured, Readable, Stored
from app.store import leases
from app.store.database import Database

_LEASE = "media_move"
# A move that was killed holds up the next one for so long.
HOLD = timedelta(seconds=60)
_RENEWED_EVERY = 15.0
# Whoever has begun to read a file from the old store is given time to end; Twilio gives up after as long.
READERS_SECONDS = 30.0


class MoveRefused(Exception):
    """Another move is going on, or was killed within the last minute."""


@dataclass
class Moved:
    """What a move did: the keys that are in the new store alone now, and those whose files differ and stay in both."""

    moved: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)
    size: int = 0


def move(
    database: Database,
    stores: TwoStores,
    account_sid: str,
    said: Callable[[str], None] = lambda key: None,
    readers_seconds: float = READERS_SECONDS,
) -> Moved:
    """Copy each file, compare its copy by hash, and delete the old ones at the end. Raises MoveRefused and OSError.

    The new store is read first and the old one second, so every file is found at every moment.
    """
    lease = _Lease(database)
    done = Moved()
    try:
        for key in _to_copy(stores, account_sid):
            _copy(stores, account_sid, key, lease, done)
            said(key)
        if done.moved:
            lease.wait(readers_seconds)
        for key in done.moved:
            lease.renew()
            stores.before.delete(account_sid, key)
    finally:
        lease.give_back()
    return done


def _to_copy(stores: TwoStores, account_sid: str) -> Iterator[str]:
    """Every key of the old store, those too that are written there meanwhile."""
    seen: set[str] = set()
    while new := [key for key in stores.before.keys(account_sid, "") if key not in seen]:
        seen.update(new)
        yield from new


def _copy(stores: TwoStores, account_sid: str, key: str, lease: _Lease, done: Moved) -> None:
    try:
        kept = _into_the_new(stores, account_sid, key, lease)
        same = kept == _hash(stores.store, account_sid, key, lease)
    except MediaMissing:
        # It was deleted in between.
        same = None
    if same:
        done.moved.append(key)
        done.size += kept.size
    elif same is not None:
        done.differ.append(key)
    _leave_nothing_that_was_deleted(stores, account_sid, key)


def _into_the_new(stores: TwoStores, account_sid: str, key: str, lease: _Lease) -> Stored:
    """What the old store has under this key, copied unless the new one has something there already."""
    with stores.before.open(account_sid, key).stream as stream:
        source = _Renewing(stream, lease)
        try:
            stores.store.open(account_sid, key).stream.close()
        except MediaMissing:
            kept = stores.store.write_stream(account_sid, key, source)
            fault_points.reach(fault_points.IN_MEDIA_MOVE)
            return kept
        return _read(source)


def _leave_nothing_that_was_deleted(stores: TwoStores, account_sid: str, key: str) -> None:
    try:
        stores.before.open(account_sid, key).stream.close()
    except MediaMissing:
        stores.store.delete(account_sid, key)


def _hash(store: MediaStore, account_sid: str, key: str, lease: _Lease) -> Stored:
    with store.open(account_sid, key).stream as stream:
        return _read(_Renewing(stream, lease))


def _read(stream: Readable) -> Stored:
    measured = Measured(stream)
    while measured.read(PIECE_BYTES):
        pass
    return measured.stored()


class _Lease:
    """The right to move, for one process at a time: two would take each other's deleting for somebody's erasure."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = f"move:{uuid.uuid4().hex}"
        self._renewed = 0.0
        self._take()

    def renew(self) -> None:
        if time.monotonic() - self._renewed >= _RENEWED_EVERY:
            self._take()

    def _take(self) -> None:
        if not self._database.write(lambda session: leases.take(session, _LEASE, self._holder, now(), HOLD)):
            raise MoveRefused
        self._renewed = time.monotonic()

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.renew()
            time.sleep(min(left, 1.0))

    def give_back(self) -> None:
        self._database.write(lambda session: leases.give_back(session, _LEASE, self._holder, now()))


class _Renewing:
    def __init__(self, stream: Readable, lease: _Lease) -> None:
        self._stream = stream
        self._lease = lease

    def read(self, size: int, /) -> bytes:
        self._lease.renew()
        return self._stream.read(size)
