"""Named queries on the codes of opt-in forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_unless_there
from app.store.tables import OptInCode, OptInForm, OptInVersion


def add(session: Session, account_sid: str, code: str, **columns: Any) -> bool:
    """Add a code. False when it is another's already."""
    values = {"account_sid": account_sid, "code": code, **columns}
    return insert_unless_there(session, OptInCode, values, ("account_sid", "code")) is not None


def live(
    session: Session, account_sid: str, code: str, at: datetime
) -> tuple[OptInCode, OptInVersion, OptInForm] | None:
    """The code that held at this moment, with its form as it was; held until the transaction ends. None otherwise."""
    query = select(OptInCode, OptInVersion, OptInForm).where(
        OptInCode.account_sid == account_sid,
        OptInCode.code == code,
        col(OptInCode.used_at).is_(None),
        sa.or_(col(OptInCode.expires_at).is_(None), col(OptInCode.expires_at) > at),
        by_primary_key.is_row(OptInVersion, account_sid, OptInCode.version_id),
        by_primary_key.is_row(OptInForm, account_sid, OptInVersion.form_id),
    )
    return session.exec(query.with_for_update(of=OptInCode)).first()


def of_link(session: Session, account_sid: str, version_id: int, language: str) -> OptInCode | None:
    """The code of a form's link in one language, or None."""
    query = select(OptInCode).where(
        OptInCode.account_sid == account_sid,
        OptInCode.version_id == version_id,
        OptInCode.language == language,
        col(OptInCode.address_id).is_(None),
    )
    return session.exec(query).first()


def expire_links(session: Session, account_sid: str, version_ids: list[int], at: datetime | None) -> None:
    """Let the links of these versions hold until this moment, or for good."""
    mine = (
        col(OptInCode.account_sid) == account_sid,
        col(OptInCode.version_id).in_(version_ids),
        col(OptInCode.address_id).is_(None),
    )
    session.execute(sa.update(OptInCode).where(*mine).values(expires_at=at))


def use(session: Session, account_sid: str, code: str, at: datetime) -> None:
    """Use a code up."""
    mine = (col(OptInCode.account_sid) == account_sid, col(OptInCode.code) == code)
    session.execute(sa.update(OptInCode).where(*mine).values(used_at=at))


def forget_expired(session: Session, account_sid: str, at: datetime) -> None:
    """Delete the codes of filled forms that expired; records keep what they prove."""
    spent = (col(OptInCode.expires_at) <= at, col(OptInCode.address_id).is_not(None))
    session.execute(sa.delete(OptInCode).where(col(OptInCode.account_sid) == account_sid, *spent))
