"""The files that are hosted here as the media page lists them, with their links, uses and fetches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.columns import UtcDateTime
from app.store.counts import bounded
from app.store.prepared import Prepared
from app.store.tables import HostedFile, MediaFetch, MediaGrant, Message
from app.store.updates import update_row
from app.vocabulary import NEVER_LEFT

# In the words of the indexes.
_IS_THERE = col(HostedFile.deleted_at).is_(None)
_CARRIES = col(Message.hosted_file_id).is_not(None)


@dataclass(frozen=True)
class FileFilter:
    """Which files are wanted: by a part of the name, by kind, used or not, with a link that lives at this time."""

    words: str = ""
    kind: str = ""
    used: bool | None = None
    live_at: datetime | None = None


@dataclass(frozen=True)
class Tally:
    """How often a file was asked for and taken along, up to 100 each, and until when its newest link lives."""

    fetches: int = 0
    uses: int = 0
    until: datetime | None = None


def page(session: Session, account_sid: str, wanted: FileFilter, before: int | None, limit: int) -> list[HostedFile]:
    """The files that fit, newest first, below the number `before`."""
    query = select(HostedFile).where(HostedFile.account_sid == account_sid, _IS_THERE)
    if wanted.kind:
        query = query.where(col(HostedFile.kind) == wanted.kind)
    if wanted.words:
        query = query.where(col(HostedFile.name).icontains(wanted.words, autoescape=True))
    if wanted.used is not None:
        used = col(HostedFile.used_at)
        query = query.where(used.is_not(None) if wanted.used else used.is_(None))
    if wanted.live_at is not None:
        live = sa.select(col(MediaGrant.file_id)).where(
            col(MediaGrant.account_sid) == account_sid,
            col(MediaGrant.expires_at) > wanted.live_at,
            col(MediaGrant.revoked_at).is_(None),
        )
        query = query.where(col(HostedFile.id).in_(live))
    if before is not None:
        query = query.where(col(HostedFile.id) < before)
    return list(session.exec(query.order_by(col(HostedFile.id).desc()).limit(limit)))


def how_many(session: Session, account_sid: str) -> int:
    """How many files are hosted, up to 100."""
    rows = sa.select(col(HostedFile.id)).where(col(HostedFile.account_sid) == account_sid, _IS_THERE)
    return int(session.execute(sa.select(bounded(rows))).scalar() or 0)


def tallies(session: Session, account_sid: str, file_ids: Collection[int], at: datetime) -> dict[int, Tally]:
    """What is told of each of these files in a list."""
    if not file_ids:
        return {}
    numbers = {f"file_{place}": number for place, number in enumerate(file_ids)}
    rows = _tallies_of(len(numbers)).rows(session, {"account_sid": account_sid, "at": at, **numbers})
    return {row[0]: Tally(row[1], row[2], row[3]) for row in rows}


@cache
def _tallies_of(count: int) -> Prepared:
    """The statement for so many files, built once: that takes several times as long as it runs."""
    return Prepared(sa.union_all(*(_tally_of(f"file_{place}") for place in range(count))))


def _tally_of(name: str) -> Any:
    """Each count ends at 100, however large the tables: so it is asked file by file, in one statement."""
    account_sid, file_id = sa.bindparam("account_sid", type_=sa.String), sa.bindparam(name, type_=sa.BigInteger)
    at = sa.bindparam("at", type_=UtcDateTime())
    fetches = sa.select(col(MediaFetch.id)).where(
        col(MediaFetch.account_sid) == account_sid, col(MediaFetch.file_id) == file_id
    )
    uses = sa.select(col(Message.id)).where(
        col(Message.account_sid) == account_sid, col(Message.hosted_file_id) == file_id, _CARRIES
    )
    until = (
        sa.select(col(MediaGrant.expires_at))
        .where(
            col(MediaGrant.account_sid) == account_sid,
            col(MediaGrant.file_id) == file_id,
            col(MediaGrant.expires_at) > at,
            col(MediaGrant.revoked_at).is_(None),
        )
        .order_by(col(MediaGrant.expires_at).desc())
        .limit(1)
    )
    number = sa.cast(file_id, sa.BigInteger).label("file_id")
    counts = (bounded(fetches).label("fetches"), bounded(uses).label("uses"))
    return sa.select(number, *counts, until.scalar_subquery().label("until"))


def links(session: Session, account_sid: str, file_id: int, at: datetime, limit: int) -> list[MediaGrant]:
    """The links to a file that people made and that live, as samples too, the longest first."""
    query = select(MediaGrant).where(
        MediaGrant.account_sid == account_sid,
        MediaGrant.file_id == file_id,
        col(MediaGrant.expires_at) > at,
        col(MediaGrant.purpose).in_(("link", "sample")),
        col(MediaGrant.revoked_at).is_(None),
    )
    return list(session.exec(query.order_by(col(MediaGrant.expires_at).desc()).limit(limit)))


def grant(session: Session, account_sid: str, grant_id: int) -> MediaGrant | None:
    """One grant; held until the transaction ends."""
    query = select(MediaGrant).where(MediaGrant.account_sid == account_sid, MediaGrant.id == grant_id)
    return session.exec(query.with_for_update()).first()


def update_grant(session: Session, account_sid: str, grant_id: int, **values: Any) -> None:
    """Change columns of a grant."""
    update_row(session, MediaGrant, account_sid, grant_id, values)


def fetches(session: Session, account_sid: str, file_id: int, limit: int) -> list[MediaFetch]:
    """The newest fetches of a file."""
    query = select(MediaFetch).where(MediaFetch.account_sid == account_sid, MediaFetch.file_id == file_id)
    return list(session.exec(query.order_by(col(MediaFetch.id).desc()).limit(limit)))


def uses(session: Session, account_sid: str, file_id: int, limit: int) -> list[Message]:
    """The newest messages that carry a file."""
    query = select(Message).where(Message.account_sid == account_sid, Message.hosted_file_id == file_id, _CARRIES)
    return list(session.exec(query.order_by(col(Message.id).desc()).limit(limit)))


def on_their_way(session: Session, account_sid: str, file_id: int) -> int:
    """How many messages with the file may yet be fetched for, up to 100."""
    rows = sa.select(col(Message.id)).where(
        col(Message.account_sid) == account_sid,
        col(Message.hosted_file_id) == file_id,
        _CARRIES,
        col(Message.state).not_in(NEVER_LEFT),
        col(Message.status).in_(("", "accepted", "scheduled", "queued", "sending")),
    )
    return int(session.execute(sa.select(bounded(rows))).scalar() or 0)


def lock(session: Session, account_sid: str, file_id: int) -> HostedFile | None:
    """A file that is there, held until the transaction ends: no message takes it along meanwhile."""
    query = select(HostedFile).where(by_primary_key.is_row(HostedFile, account_sid, file_id), _IS_THERE)
    return session.exec(query.with_for_update()).first()


def was_granted(session: Session, account_sid: str, file_id: int) -> bool:
    """True when somebody was given an address of the file."""
    query = sa.select(col(MediaGrant.id)).where(
        col(MediaGrant.account_sid) == account_sid, col(MediaGrant.file_id) == file_id
    )
    return session.execute(query.limit(1)).first() is not None
