"""Hosted files, the grants to fetch them, and the fetches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert, insert_many
from app.store.tables import HostedFile, MediaFetch, MediaGrant, Message


@dataclass(frozen=True)
class Granted:
    """A grant with what it grants, and the message that it was made for."""

    grant: MediaGrant
    file: HostedFile
    message: Message


def add_file(session: Session, account_sid: str, **columns: Any) -> int:
    """Add a file's row; returns its number."""
    return insert(session, HostedFile, {"account_sid": account_sid, **columns})


def remove_file(session: Session, account_sid: str, file_id: int) -> None:
    """Forget a file that no message uses."""
    where = (col(HostedFile.account_sid) == account_sid, col(HostedFile.id) == file_id)
    session.execute(sa.delete(HostedFile).where(*where))


def kept(session: Session, account_sid: str, keys: Collection[str]) -> set[str]:
    """The keys among these that a hosted file's row names."""
    query = select(HostedFile.key).where(HostedFile.account_sid == account_sid, col(HostedFile.key).in_(keys))
    return set(session.exec(query))


def files(session: Session, account_sid: str, file_ids: Collection[int]) -> dict[int, HostedFile]:
    """The account's hosted files with these numbers."""
    if not file_ids:
        return {}
    query = select(HostedFile).where(
        by_primary_key.account_is(HostedFile, account_sid), col(HostedFile.id).in_(file_ids)
    )
    return {file.id: file for file in session.exec(query) if file.id is not None}


def add_grants(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add grants; returns their numbers, in the rows' order."""
    return insert_many(session, MediaGrant, rows)


def granted(session: Session, account_sid: str, grant_id: int) -> Granted | None:
    """A grant that nobody revoked, whatever its age."""
    query = (
        select(MediaGrant, HostedFile, Message)
        .join(HostedFile, sa.and_(col(HostedFile.account_sid) == account_sid, col(HostedFile.id) == MediaGrant.file_id))
        .join(Message, sa.and_(col(Message.account_sid) == account_sid, col(Message.id) == MediaGrant.message_id))
        .where(MediaGrant.account_sid == account_sid, MediaGrant.id == grant_id, col(MediaGrant.revoked_at).is_(None))
    )
    found = session.exec(query).first()
    return Granted(*found) if found else None


def add_fetch(session: Session, account_sid: str, grant_id: int, **columns: Any) -> None:
    """Write down one fetch."""
    insert(session, MediaFetch, {"account_sid": account_sid, "grant_id": grant_id, **columns})


def was_fetched(session: Session, account_sid: str, attempt_id: int) -> bool:
    """True when a file whose address was made for this attempt was handed out."""
    granted = sa.select(col(MediaGrant.id)).where(
        col(MediaGrant.account_sid) == account_sid, col(MediaGrant.attempt_id) == attempt_id
    )
    handed_out = sa.exists().where(
        col(MediaFetch.account_sid) == account_sid,
        col(MediaFetch.grant_id).in_(granted),
        col(MediaFetch.status) < 400,
    )
    return bool(session.execute(sa.select(handed_out)).scalar())


def fetches(session: Session, account_sid: str, message_id: int) -> list[tuple[MediaFetch, HostedFile]]:
    """Every fetch of a message's files, first to last."""
    granted = sa.select(col(MediaGrant.id)).where(
        col(MediaGrant.account_sid) == account_sid, col(MediaGrant.message_id) == message_id
    )
    query = (
        select(MediaFetch, HostedFile)
        .join(
            MediaGrant, sa.and_(col(MediaGrant.account_sid) == account_sid, col(MediaGrant.id) == MediaFetch.grant_id)
        )
        .join(HostedFile, sa.and_(col(HostedFile.account_sid) == account_sid, col(HostedFile.id) == MediaGrant.file_id))
        .where(MediaFetch.account_sid == account_sid, col(MediaFetch.grant_id).in_(granted))
        .order_by(col(MediaFetch.id))
    )
    return [(fetch, file) for fetch, file in session.exec(query)]
