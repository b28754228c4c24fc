"""Our senders as Twilio told of them last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert_all
from app.store.tables import SenderState


def all_of(session: Session, account_sid: str) -> list[SenderState]:
    """The account's senders, by number."""
    query = select(SenderState).where(SenderState.account_sid == account_sid)
    return list(session.exec(query.order_by(col(SenderState.sender))))


def replace(session: Session, account_sid: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep these senders in place of those that were there."""
    session.execute(sa.delete(SenderState).where(col(SenderState.account_sid) == account_sid))
    insert_all(session, SenderState, rows)


def least_people(session: Session, account_sid: str) -> int:
    """The lowest limit that Twilio told of a sender; 0 where it told none."""
    query = select(SenderState.people).where(SenderState.account_sid == account_sid, col(SenderState.people) > 0)
    return min((people for people in session.exec(query) if people), default=0)
