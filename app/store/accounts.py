"""Named queries on accounts."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from app.store.tables import Account


def ensure(session: Session, account_sid: str, at: datetime, name: str = "") -> None:
    """Add the account unless it is there; every other row refers to it."""
    if session.exec(select(Account).where(Account.account_sid == account_sid)).first() is None:
        session.add(Account(account_sid=account_sid, name=name, created_at=at))
