"""How customers' files came: lists by the time of their webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import InboundMedia, Message


@dataclass(frozen=True)
class Arrival:
    """A customer's file, and the message that it came with."""

    file: InboundMedia
    sid: str
    conversation_id: int
    body: str


def since(session: Session, account_sid: str, start: datetime, limit: int, *, late: bool = False) -> list[Arrival]:
    """Files whose webhooks came since then, newest first; with `late`, those that Twilio did not have at once."""
    query = (
        select(InboundMedia, Message.sid, Message.conversation_id, Message.body)
        .join(Message, by_primary_key.is_row(Message, account_sid, InboundMedia.message_id))
        .where(InboundMedia.account_sid == account_sid, col(InboundMedia.webhook_at) >= start)
    )
    if late:
        query = query.where(_LATE)
    newest = query.order_by(col(InboundMedia.webhook_at).desc(), col(InboundMedia.id).desc()).limit(limit)
    return [Arrival(*row) for row in session.exec(newest)]


def late_since(session: Session, account_sid: str, start: datetime, most: int) -> int:
    """How many files since then Twilio did not have at once, or never; counted up to `most`."""
    mine = (col(InboundMedia.account_sid) == account_sid, col(InboundMedia.webhook_at) >= start, _LATE)
    some = sa.select(sa.literal(1)).select_from(InboundMedia).where(*mine).limit(most).subquery()
    return int(session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


_LATE = col(InboundMedia.not_there) > 0
