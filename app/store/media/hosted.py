"""Hosted files, the grants to fetch them, and the fetches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert, insert_many
from app.store.tables import HostedFile, MediaFetch, MediaGrant, Message
from app.store.updates import update_row

_ACCOUNT: Any = sa.bindparam("account_sid")
# Built once: every fetch asks it, and to build it takes longer than to run it.
_GRANTED: Any = (
    select(MediaGrant, HostedFile, Message)
    .join(HostedFile, sa.and_(col(HostedFile.account_sid) == _ACCOUNT, col(HostedFile.id) == MediaGrant.file_id))
    .outerjoin(Message, sa.and_(col(Message.account_sid) == _ACCOUNT, col(Message.id) == col(MediaGrant.message_id)))
    .where(col(MediaGrant.account_sid) == _ACCOUNT, col(MediaGrant.id) == sa.bindparam("grant_id"))
)


@dataclass(frozen=True)
class Granted:
    """A grant with what it grants, and the message that it was made for, if it was for one."""

    grant: MediaGrant
    file: HostedFile
    message: Message | None


def add_file(session: Session, account_sid: str, **columns: Any) -> int:
    """Add a file's row; returns its number."""
    listed_under = {"kind": _kind_of(str(columns["content_type"]))}
    return insert(session, HostedFile, {"account_sid": account_sid, **listed_under, **columns})


def _kind_of(content_type: str) -> str:
    family = content_type.partition("/")[0]
    if content_type.endswith("vcard"):
        return "contact"
    return family if family in ("image", "audio", "video") else "document"


def update_file(session: Session, account_sid: str, file_id: int, **values: Any) -> None:
    """Change columns of a file's row."""
    update_row(session, HostedFile, account_sid, file_id, values)


def remove_file(session: Session, account_sid: str, file_id: int) -> None:
    """Forget a file that no message uses, and that nobody was granted."""
    where = (col(HostedFile.account_sid) == account_sid, col(HostedFile.id) == file_id)
    session.execute(sa.delete(HostedFile).where(*where))


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
    """A grant, whatever became of it."""
    found = session.exec(_GRANTED, params={"account_sid": account_sid, "grant_id": grant_id}).first()
    return Granted(found[0], found[1], found[2]) if found else None


def take(session: Session, account_sid: str, file_id: int, at: datetime) -> bool:
    """Take a file along in a message; held until the transaction ends. False when it is not there any more."""
    mine = (col(HostedFile.account_sid) == account_sid, col(HostedFile.id) == file_id)
    query = select(HostedFile.used_at).where(*mine, col(HostedFile.deleted_at).is_(None))
    found = session.exec(query.with_for_update(read=True, key_share=True)).all()
    if found and found[0] is None:
        unused = (*mine, col(HostedFile.used_at).is_(None))
        session.execute(sa.update(HostedFile).where(*unused).values(used_at=at))
    return bool(found)


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


def receipts(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, list[MediaFetch]]:
    """The fetches of these messages' files by message, first to last."""
    if not message_ids:
        return {}
    query = (
        select(MediaGrant.message_id, MediaFetch)
        .join(
            MediaFetch, sa.and_(col(MediaFetch.account_sid) == account_sid, col(MediaFetch.grant_id) == MediaGrant.id)
        )
        .where(MediaGrant.account_sid == account_sid, col(MediaGrant.message_id).in_(message_ids))
    )
    found: dict[int, list[MediaFetch]] = {}
    for message_id, fetch in session.exec(query):
        found.setdefault(message_id or 0, []).append(fetch)
    return {number: sorted(fetches, key=lambda fetch: fetch.id or 0) for number, fetches in found.items()}
