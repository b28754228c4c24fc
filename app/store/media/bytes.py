"""The media store for MEDIA_STORE=database:."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.database import Database
from app.store.tables import MediaBytes


class BytesInDatabase:
    """The media store for MEDIA_STORE=database:."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, account_sid: str, key: str, content: bytes, at: datetime) -> None:
        """Keep the file; writing a key again replaces it."""

        def put(session: Session) -> None:
            session.merge(MediaBytes(account_sid=account_sid, key=key, content=content, created_at=at))

        self._database.write(put)

    def read(self, account_sid: str, key: str) -> bytes | None:
        """The file's bytes, or None."""
        query = select(MediaBytes.content).where(MediaBytes.account_sid == account_sid, MediaBytes.key == key)
        return self._database.read(lambda session: session.exec(query).first())

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]:
        """The keys that begin with `prefix`, in order; those written before then."""
        query = select(MediaBytes.key).where(
            MediaBytes.account_sid == account_sid, col(MediaBytes.key).startswith(prefix, autoescape=True)
        )
        if before is not None:
            query = query.where(col(MediaBytes.created_at) < before)
        return sorted(self._database.read(lambda session: session.exec(query).all()))

    def delete(self, account_sid: str, key: str) -> None:
        """Forget the file, if it is there."""
        where = (col(MediaBytes.account_sid) == account_sid, col(MediaBytes.key) == key)
        self._database.write(lambda session: session.execute(sa.delete(MediaBytes).where(*where)))
