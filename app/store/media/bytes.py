"""Files kept in the database (MEDIA_STORE=database:), in pieces, so that no file is held whole in memory.

A file's pieces are written one by one under the number of this write, and become the file with its row. Until then,
and once another write took their place, the write is one of `media_unfinished`.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.database import Database, DatabaseUnavailable
from app.store.tables import MediaBytes, MediaPiece, MediaUnfinished


class BytesInDatabase:
    """Files in the tables `media_bytes` and `media_piece`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, account_sid: str, key: str, pieces: Iterator[bytes], piece_bytes: int, at: datetime) -> None:
        """Keep the file, whose pieces are all of `piece_bytes` but the last; writing a key again replaces it."""
        write_id, size = uuid.uuid4().hex, 0
        mine = {"account_sid": account_sid, "write_id": write_id}
        try:
            for number, piece in enumerate(pieces):
                self._database.write(partial(_add_piece, mine=mine, number=number, content=piece, at=at))
                size += len(piece)
            row = {"key": key, "size": size, "piece_bytes": piece_bytes, "content": b"", "created_at": at, **mine}
            self._database.write(partial(_finish, row=row))
        except BaseException:
            with contextlib.suppress(DatabaseUnavailable):
                self._database.write(partial(_forget_write, account_sid=account_sid, write_id=write_id))
            raise

    def find(self, account_sid: str, key: str) -> MediaBytes | None:
        """The file's row, or None. Files of before pieces hold their bytes in it."""
        query = select(MediaBytes).where(MediaBytes.account_sid == account_sid, MediaBytes.key == key)
        return self._database.read(lambda session: session.exec(query).first())

    def piece(self, file: MediaBytes, position: int) -> bytes:
        """The bytes from this position to the end of their piece; none when the file is gone."""
        number, start = divmod(position, file.piece_bytes)
        query = select(MediaPiece.content).where(
            MediaPiece.account_sid == file.account_sid,
            MediaPiece.write_id == file.write_id,
            MediaPiece.number == number,
        )
        found = self._database.read(lambda session: session.exec(query).first())
        return found[start:] if found else b""

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
        self._database.write(partial(_delete, account_sid=account_sid, key=key))

    def forget_unfinished(self, account_sid: str, before: datetime) -> int:
        """Remove the pieces of writes that ended or were replaced before then; returns how many writes."""
        query = select(MediaUnfinished.write_id).where(
            MediaUnfinished.account_sid == account_sid, col(MediaUnfinished.touched_at) < before
        )
        left = self._database.read(lambda session: session.exec(query).all())
        for write_id in left:
            self._database.write(partial(_forget_write, account_sid=account_sid, write_id=write_id))
        return len(left)


def _add_piece(session: Session, mine: dict[str, str], number: int, content: bytes, at: datetime) -> None:
    session.merge(MediaUnfinished(**mine, touched_at=at))
    session.execute(sa.insert(MediaPiece).values(**mine, number=number, content=content))


def _finish(session: Session, row: dict[str, Any]) -> None:
    account_sid, key = row["account_sid"], row["key"]
    query = select(MediaBytes).where(MediaBytes.account_sid == account_sid, MediaBytes.key == key).with_for_update()
    replaced = session.exec(query).first()
    if replaced is not None and replaced.write_id:
        # Whoever is reading it may read on.
        write_id = replaced.write_id
        session.merge(MediaUnfinished(account_sid=account_sid, write_id=write_id, touched_at=row["created_at"]))
    session.merge(MediaBytes(**row))
    session.execute(sa.delete(MediaUnfinished).where(*_of(MediaUnfinished, account_sid, row["write_id"])))


def _delete(session: Session, account_sid: str, key: str) -> None:
    where = (col(MediaBytes.account_sid) == account_sid, col(MediaBytes.key) == key)
    write_id = session.exec(select(MediaBytes.write_id).where(*where)).first()
    if write_id:
        session.execute(sa.delete(MediaPiece).where(*_of(MediaPiece, account_sid, write_id)))
    session.execute(sa.delete(MediaBytes).where(*where))


def _forget_write(session: Session, account_sid: str, write_id: str) -> None:
    for table in (MediaPiece, MediaUnfinished):
        session.execute(sa.delete(table).where(*_of(table, account_sid, write_id)))


def _of(table: Any, account_sid: str, write_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (col(table.account_sid) == account_sid, col(table.write_id) == write_id)
