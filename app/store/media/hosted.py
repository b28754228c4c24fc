"""Hosted files, the grants to fetch them, and the fetches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert, insert_many
from app.store.prepared import Prepared
from app.store.tables import HostedFile, MediaFetch, MediaGrant, Message
from app.store.updates import update_row

_ACCOUNT: Any = sa.bindparam("account_sid")


class Granted(NamedTuple):
    """A grant with the file that it grants, and how the message stands that it was made for, if it was for one."""

    account_sid: str
    grant_id: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    attempt_id: int | None
    message_id: int | None
    message_state: str | None
    message_status: str | None
    file_id: int
    name: str
    content_type: str
    size: int
    key: str
    file_created_at: datetime
    file_deleted_at: datetime | None


_OF_GRANT = sa.and_(col(MediaGrant.account_sid) == _ACCOUNT, col(MediaGrant.id) == sa.bindparam("grant_id"))
_OF_FILE = sa.and_(by_primary_key.same_account(HostedFile, MediaGrant), col(HostedFile.id) == MediaGrant.file_id)
_OF_MESSAGE = sa.and_(by_primary_key.same_account(Message, MediaGrant), col(Message.id) == col(MediaGrant.message_id))
# Every fetch asks it.
_GRANTED = Prepared(
    sa.select(
        col(MediaGrant.account_sid),
        col(MediaGrant.id).label("grant_id"),
        col(MediaGrant.created_at),
        col(MediaGrant.expires_at),
        col(MediaGrant.revoked_at),
        col(MediaGrant.attempt_id),
        col(MediaGrant.message_id),
        col(Message.state).label("message_state"),
        col(Message.status).label("message_status"),
        col(HostedFile.id).label("file_id"),
        col(HostedFile.name),
        col(HostedFile.content_type),
        col(HostedFile.size),
        col(HostedFile.key),
        col(HostedFile.created_at).label("file_created_at"),
        col(HostedFile.deleted_at).label("file_deleted_at"),
    )
    .select_from(MediaGrant)
    .join(HostedFile, _OF_FILE)
    .outerjoin(Message, _OF_MESSAGE)
    .where(_OF_GRANT)
)


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
    found = _GRANTED.first(session, {"account_sid": account_sid, "grant_id": grant_id})
    return Granted._make(found) if found else None


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
        .join(MediaGrant, by_primary_key.is_row(MediaGrant, account_sid, MediaFetch.grant_id))
        .join(HostedFile, by_primary_key.is_row(HostedFile, account_sid, MediaGrant.file_id))
        .where(MediaFetch.account_sid == account_sid, col(MediaFetch.grant_id).in_(granted))
        .order_by(col(MediaFetch.occurred_at), col(MediaFetch.id))
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
    # Of two processes the one that was asked later may have written first.
    return {number: sorted(told, key=_in_time) for number, told in found.items()}


def _in_time(fetch: MediaFetch) -> tuple[datetime, int]:
    return fetch.occurred_at, fetch.id or 0
