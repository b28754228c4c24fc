"""The media store that MEDIA_STORE names: a folder or the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.domain.clock import now
from app.gateways.media_store import Folder, MediaMissing, MediaStore
from app.settings import Settings
from app.store.database import Database
from app.store.media.bytes import BytesInDatabase


class _DatabaseStore:
    def __init__(self, database: Database) -> None:
        self._bytes = BytesInDatabase(database)

    def write(self, account_sid: str, key: str, content: bytes) -> None:
        self._bytes.write(account_sid, key, content, now())

    def read(self, account_sid: str, key: str) -> bytes:
        content = self._bytes.read(account_sid, key)
        if content is None:
            raise MediaMissing(key)
        return content

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]:
        return self._bytes.keys(account_sid, prefix, before)

    def forget_unfinished(self, account_sid: str, before: datetime) -> int:
        # A transaction that was cut off leaves nothing.
        return 0

    def delete(self, account_sid: str, key: str) -> None:
        self._bytes.delete(account_sid, key)


def media_store_for(settings: Settings, database: Database) -> MediaStore:
    """The media store that the settings ask for."""
    if settings.media == "database:":
        return _DatabaseStore(database)
    return Folder(Path(settings.media.removeprefix("file:")))
