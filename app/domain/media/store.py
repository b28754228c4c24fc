"""The media store that MEDIA_STORE names: a folder, a bucket or the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

from app.domain.clock import now
from app.domain.media.two_stores import TwoStores
from app.gateways.media_store import (
    Folder,
    MediaMissing,
    MediaStore,
    StoredFile,
    StoreDown,
    check_key,
    read_whole,
    write_whole,
)
from app.gateways.streams import PIECE_BYTES, Measured, Readable, Stored, ranged
from app.settings import Settings
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.media.bytes import BytesInDatabase
from app.store.tables import MediaBytes


class DatabaseStore:
    """Files in the database."""

    def __init__(self, database: Database) -> None:
        self._bytes = BytesInDatabase(database)

    def write_stream(self, account_sid: str, key: str, stream: Readable) -> Stored:
        """Keep the file, committed before this returns. Raises StoreDown."""
        check_key(account_sid, key)
        measured = Measured(stream)
        with _told():
            self._bytes.write(account_sid, key, measured.pieces(), PIECE_BYTES, now())
        return measured.stored()

    def open(self, account_sid: str, key: str) -> StoredFile:
        """The file, open. Raises MediaMissing and StoreDown."""
        check_key(account_sid, key)
        with _told():
            found = self._bytes.find(account_sid, key)
        if found is None:
            raise MediaMissing(key)
        if not found.write_id:
            return StoredFile(BytesIO(found.content), len(found.content))
        return StoredFile(ranged(found.size, partial(self._read_at, found)), found.size)

    def _read_at(self, file: MediaBytes, position: int, most: int) -> bytes:
        with _told():
            piece = self._bytes.piece(file, position)
        if not piece:
            raise StoreDown("the file ended early")
        return piece[:most]

    def write(self, account_sid: str, key: str, content: bytes) -> None:
        """Keep a small file; see `write_stream`."""
        write_whole(self, account_sid, key, content)

    def read(self, account_sid: str, key: str) -> bytes:
        """A small file's bytes. Raises MediaMissing and StoreDown."""
        return read_whole(self, account_sid, key)

    def delete(self, account_sid: str, key: str) -> None:
        """Forget the file, if it is there. Raises StoreDown."""
        with _told():
            self._bytes.delete(account_sid, key)

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]:
        """The keys that begin with `prefix`, in order; those written before then. Raises StoreDown."""
        with _told():
            return self._bytes.keys(account_sid, prefix, before)

    def forget_unfinished(self, account_sid: str, before: datetime) -> int:
        """Remove what a process that died had begun to write before then; returns how many. Raises StoreDown."""
        with _told():
            return self._bytes.forget_unfinished(account_sid, before)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DatabaseUnavailable as error:
        raise StoreDown(str(error)) from error


def media_store_for(settings: Settings, database: Database) -> MediaStore:
    """The media store that the settings ask for."""
    store = _store_at(settings.media, settings, database)
    before = settings.media_store_before
    return TwoStores(store, _store_at(before, settings, database)) if before else store


def _store_at(place: str, settings: Settings, database: Database) -> MediaStore:
    """The media store at one place, as MEDIA_STORE names it."""
    if place == "database:":
        return DatabaseStore(database)
    if place.startswith("s3://"):
        # Its library is large, and most installations have no bucket.
        from app.gateways.s3 import Bucket

        return Bucket(settings, place)
    return Folder(Path(place.removeprefix("file:")))
