"""Messages by their numbers, which grow with the time at which they were recorded."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.tables import Message

# The sending of such a message isn't over.
UNFINISHED = ("held", "ready", "sending", "unconfirmed")


def recorded_before(session: Session, account_sid: str, before: datetime, above: int, limit: int) -> list[Any]:
    """The next messages above a number that were recorded before then, with `id`, `state` and `recorded_at`."""
    query = (
        sa.select(col(Message.id), col(Message.state), col(Message.recorded_at))
        .where(by_primary_key.account_is(Message, account_sid), col(Message.id) > above)
        .order_by(col(Message.id))
        .limit(limit)
    )
    return [*takewhile(lambda row: row.recorded_at < before, session.execute(query))]
