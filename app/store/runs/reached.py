"""How many different people templates reached outside their session window."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store.messages.rows import IS_READY
from app.store.tables import Attempt, Message
from app.store.tables.messages import REACHED


def people(session: Session, account_sid: str, since: datetime) -> int:
    """How many different contacts were reached so since then, with those to whom a template is about to leave."""
    gone = sa.select(col(Attempt.contact_id)).where(
        col(Attempt.account_sid) == account_sid, col(Attempt.started_at) > since, sa.text(REACHED)
    )
    leaving = sa.select(col(Message.contact_id)).where(
        col(Message.account_sid) == account_sid, IS_READY, col(Message.contact_id) > 0, col(Message.content_sid) != ""
    )
    query = sa.select(sa.func.count()).select_from(sa.union(gone, leaving).subquery())
    return int(session.connection().execute(query).scalar_one())
