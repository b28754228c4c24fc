"""How far the pull has listed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from app.store.tables import PullMark


def watermark(session: Session, account_sid: str, name: str) -> datetime | None:
    """The time until which messages of this name were listed; None before the first pull."""
    query = select(PullMark.listed_until).where(PullMark.account_sid == account_sid, PullMark.name == name)
    return session.exec(query).first()


def set_watermark(session: Session, account_sid: str, name: str, listed_until: datetime) -> None:
    """Remember how far was listed."""
    query = select(PullMark).where(PullMark.account_sid == account_sid, PullMark.name == name)
    found = session.exec(query).first()
    if found is None:
        session.add(PullMark(account_sid=account_sid, name=name, listed_until=listed_until))
    else:
        found.listed_until = listed_until
        session.add(found)
    session.flush()
