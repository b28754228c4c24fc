"""Grants to fetch the samples of templates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.tables import MediaGrant


def grant(session: Session, account_sid: str, grant_ids: Collection[int], until: datetime) -> None:
    """Make samples of these temporary URLs, which live at least until then; what was revoked stays so."""
    _keep(session, account_sid, grant_ids, ("link", "sample"), until)


def extend(session: Session, account_sid: str, grant_ids: Collection[int], until: datetime) -> None:
    """Let those of these grants that are samples live at least until then."""
    _keep(session, account_sid, grant_ids, ("sample",), until)


def _keep(
    session: Session, account_sid: str, grant_ids: Collection[int], purposes: Sequence[str], until: datetime
) -> None:
    if not grant_ids:
        return
    longer = sa.case((col(MediaGrant.expires_at) < until, until), else_=col(MediaGrant.expires_at))
    mine = (
        by_primary_key.account_is(MediaGrant, account_sid),
        col(MediaGrant.id).in_(grant_ids),
        col(MediaGrant.purpose).in_(purposes),
        col(MediaGrant.revoked_at).is_(None),
    )
    session.execute(sa.update(MediaGrant).where(*mine).values(purpose="sample", expires_at=longer))
