"""Every status told of a message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_unless_there
from app.store.messages.rows import HAS_SID
from app.store.prepared import Prepared
from app.store.tables import Attempt, Message, StatusEvent

_OF_MESSAGE: Any = (
    select(StatusEvent)
    .where(
        col(StatusEvent.account_sid) == sa.bindparam("account_sid"),
        col(StatusEvent.message_id) == sa.bindparam("message_id"),
    )
    .order_by(col(StatusEvent.id))
)
_TOLD = Prepared(
    sa.select(
        col(StatusEvent.sid), col(StatusEvent.status), col(StatusEvent.error_code), col(StatusEvent.error_message)
    )
    .where(
        col(StatusEvent.account_sid) == sa.bindparam("account_sid"),
        col(StatusEvent.message_id) == sa.bindparam("message_id"),
    )
    .order_by(col(StatusEvent.id))
)
_SHOWN = sa.select(
    col(Message.id),
    col(Message.account_sid),
    col(Message.conversation_id),
    col(Message.direction),
    col(Message.sid),
    col(Message.status),
    col(Message.error_code),
    col(Message.state),
    col(Message.kind),
)
_BY_SID = (col(Message.account_sid) == sa.bindparam("account_sid"), col(Message.sid) == sa.bindparam("sid"), HAS_SID)
_BY_ID = by_primary_key.is_row(Message, sa.bindparam("account_sid"), sa.bindparam("message_id"))
_SHOWN_BY_SID = Prepared(_SHOWN.where(*_BY_SID).with_for_update())
_SHOWN_BY_ID = Prepared(_SHOWN.where(_BY_ID).with_for_update())
_ATTEMPTED = Prepared(
    sa.select(col(Attempt.message_id)).where(
        col(Attempt.account_sid) == sa.bindparam("account_sid"), col(Attempt.sid) == sa.bindparam("sid")
    )
)


class ToldStatus(NamedTuple):
    """What one callback told of a message."""

    sid: str
    status: str
    error_code: str
    error_message: str


class ShownStatus(NamedTuple):
    """What is shown of a message's way, and what decides on it: the message's own columns."""

    id: int
    account_sid: str
    conversation_id: int
    direction: str
    sid: str
    status: str
    error_code: str
    state: str
    kind: str


def add(session: Session, values: dict[str, Any]) -> int | None:
    """One status; None when the same was told before (account, SID, status, error code)."""
    return insert_unless_there(session, StatusEvent, values, ("account_sid", "sid", "status", "error_code"))


def of_message(session: Session, account_sid: str, message_id: int) -> list[StatusEvent]:
    """Every status told of a message, in the order we learned of them."""
    return list(session.exec(_OF_MESSAGE, params={"account_sid": account_sid, "message_id": message_id}))


def told(session: Session, account_sid: str, message_id: int) -> list[ToldStatus]:
    """What was told of a message, in the order we learned of it."""
    given = {"account_sid": account_sid, "message_id": message_id}
    return [ToldStatus(*row) for row in _TOLD.rows(session, given)]


def lock_shown(session: Session, account_sid: str, sid: str) -> ShownStatus | None:
    """The message that a SID belongs to, now or by an earlier attempt, held until the transaction ends."""
    row = _SHOWN_BY_SID.first(session, {"account_sid": account_sid, "sid": sid})
    if row is None and (number := _ATTEMPTED.scalar(session, {"account_sid": account_sid, "sid": sid})) is not None:
        row = _SHOWN_BY_ID.first(session, {"account_sid": account_sid, "message_id": number})
    return None if row is None else ShownStatus(*row)


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
