"""Named queries on accounts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import Account, Agent, Contact, Journal, Message


def ensure(session: Session, account_sid: str, at: datetime, name: str = "") -> None:
    """Add the account unless it is there; every other row refers to it. A name that is given is its name from now."""
    account = session.exec(select(Account).where(Account.account_sid == account_sid)).first()
    if account is None:
        session.add(Account(account_sid=account_sid, name=name, created_at=at))
    elif name and account.name != name:
        account.name = name


def name_of(session: Session, account_sid: str) -> str:
    """The name under which the account's owner writes to customers, '' where none was given."""
    return session.exec(select(Account.name).where(Account.account_sid == account_sid)).first() or ""


def is_unused(session: Session, account_sid: str) -> bool:
    """True while the account has no agents, no contacts and no messages."""
    tables = (Agent, Contact, Journal, Message)
    anything = sa.or_(*(sa.exists().where(col(table.account_sid) == account_sid) for table in tables))
    return not session.execute(sa.select(anything)).scalar()


def take_turns(session: Session, account_sid: str) -> None:
    """Let nobody else who asks for it go on before this transaction ends; the account's rows change meanwhile."""
    session.exec(select(Account).where(Account.account_sid == account_sid).with_for_update(key_share=True)).one()
