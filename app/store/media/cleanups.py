"""What the clean-up of files looks at, and its runs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert
from app.store.tables import HostedFile, InboundMedia, MediaCleanup, MediaFetch, MediaGrant
from app.store.updates import update_row

_RUNS_KEPT = 50


def hosted_after(session: Session, account_sid: str, after: int, limit: int) -> list[HostedFile]:
    """Hosted files that are not deleted, above the number `after`."""
    query = select(HostedFile).where(
        by_primary_key.account_is(HostedFile, account_sid),
        col(HostedFile.deleted_at).is_(None),
        col(HostedFile.id) > after,
    )
    return list(session.exec(query.order_by(col(HostedFile.id)).limit(limit)))


def with_live_link(session: Session, account_sid: str, file_ids: Collection[int], at: datetime) -> set[int]:
    """The files among these that somebody may fetch at this time."""
    query = select(MediaGrant.file_id).where(
        MediaGrant.account_sid == account_sid,
        col(MediaGrant.file_id).in_(file_ids),
        col(MediaGrant.expires_at) > at,
        col(MediaGrant.revoked_at).is_(None),
    )
    return set(session.exec(query))


def hosted_keys(session: Session, account_sid: str, keys: Collection[str]) -> set[str]:
    """The keys among these that a hosted file's row names."""
    query = select(HostedFile.key).where(
        HostedFile.account_sid == account_sid, col(HostedFile.key).in_(keys), col(HostedFile.deleted_at).is_(None)
    )
    return set(session.exec(query))


def fetched_after(session: Session, account_sid: str, after: int, limit: int) -> list[InboundMedia]:
    """Customers' files above the number `after`, whatever became of them."""
    query = select(InboundMedia).where(
        by_primary_key.account_is(InboundMedia, account_sid), col(InboundMedia.id) > after
    )
    return list(session.exec(query.order_by(col(InboundMedia.id)).limit(limit)))


def forget_links(session: Session, account_sid: str, since: datetime, before: datetime) -> int:
    """Remove links that expired between these times and that nobody ever followed; returns how many."""
    fetched = sa.exists().where(
        col(MediaFetch.account_sid) == account_sid, col(MediaFetch.grant_id) == col(MediaGrant.id)
    )
    gone: Any = session.execute(
        sa.delete(MediaGrant).where(
            col(MediaGrant.account_sid) == account_sid,
            col(MediaGrant.expires_at) >= since,
            col(MediaGrant.expires_at) < before,
            col(MediaGrant.purpose) == "link",
            ~fetched,
        )
    )
    return int(gone.rowcount)


def begin(session: Session, account_sid: str, **columns: Any) -> int:
    """Write down that a run began; only the newest runs are kept. Returns its number."""
    number = insert(session, MediaCleanup, {"account_sid": account_sid, **columns})
    mine = col(MediaCleanup.account_sid) == account_sid
    kept = select(MediaCleanup.id).where(mine).order_by(col(MediaCleanup.id).desc()).limit(_RUNS_KEPT)
    oldest = min((row for row in session.exec(kept) if row is not None), default=number)
    session.execute(sa.delete(MediaCleanup).where(mine, col(MediaCleanup.id) < oldest))
    return number


def end(session: Session, account_sid: str, number: int, **columns: Any) -> None:
    """Write down what a run did."""
    update_row(session, MediaCleanup, account_sid, number, columns)


def newest(session: Session, account_sid: str, limit: int = 1) -> list[MediaCleanup]:
    """The last runs, newest first."""
    query = select(MediaCleanup).where(MediaCleanup.account_sid == account_sid)
    return list(session.exec(query.order_by(col(MediaCleanup.id).desc()).limit(limit)))
