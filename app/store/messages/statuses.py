"""Every status told of a message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert_unless_there
from app.store.tables import StatusEvent

_OF_MESSAGE: Any = (
    select(StatusEvent)
    .where(
        col(StatusEvent.account_sid) == sa.bindparam("account_sid"),
        col(StatusEvent.message_id) == sa.bindparam("message_id"),
    )
    .order_by(col(StatusEvent.id))
)


def add(session: Session, values: dict[str, Any]) -> int | None:
    """One status; None when the same was told before (account, SID, status, error code)."""
    return insert_unless_there(session, StatusEvent, values, ("account_sid", "sid", "status", "error_code"))


def of_message(session: Session, account_sid: str, message_id: int) -> list[StatusEvent]:
    """Every status told of a message, in the order we learned of them."""
    return list(session.exec(_OF_MESSAGE, params={"account_sid": account_sid, "message_id": message_id}))


def adopt(session: Session, account_sid: str, sid: str, message_id: int) -> int:
    """Give a message the statuses of its SID that waited as orphans; returns how many."""
    where = (
        col(StatusEvent.account_sid) == account_sid,
        col(StatusEvent.sid) == sid,
        col(StatusEvent.message_id).is_(None),
    )
    result: Any = session.execute(sa.update(StatusEvent).where(*where).values(message_id=message_id))
    return int(result.rowcount)


# A status of a message that nobody knows waits so long for its message.
ORPHANS_WAIT = timedelta(days=1)


def orphans(session: Session, account_sid: str, at: datetime, limit: int = 50) -> list[StatusEvent]:
    """The statuses of the last day whose message nobody knows, newest first."""
    query = select(StatusEvent).where(StatusEvent.account_sid == account_sid, *orphaned(at))
    return list(session.exec(query.order_by(col(StatusEvent.id).desc()).limit(limit)))


def orphaned(at: datetime) -> tuple[Any, Any]:
    """The condition of a status of the last day whose message nobody knows."""
    return col(StatusEvent.message_id).is_(None), col(StatusEvent.recorded_at) > at - ORPHANS_WAIT
