"""What is shown of a message, derived from all that Twilio told of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.domain.metrics import counting
from app.domain.sending import error_effects
from app.domain.statuses import FAILURES, FINISHED, RANK, furthest
from app.gateways.twilio.listed import Listed
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import attempts, statuses
from app.store.messages import rows as messages
from app.store.messages.statuses import ShownStatus, ToldStatus
from app.store.privacy.messages import KIND as KIND_OF_ERASED
from app.store.tables import Message

# A send whose callbacks stopped is asked about after this (issue: "silent for 10 minutes").
SILENT_AFTER = timedelta(minutes=10)


def find(session: Session, account_sid: str, sid: str, *, lock: bool = True) -> Message | None:
    """The message that a SID belongs to, now or by an earlier attempt; with `lock`, held until the transaction ends."""
    message = messages.by_sid(session, account_sid, sid, lock=lock)
    if message is None and (attempt := attempts.by_sid(session, account_sid, sid)) is not None:
        message = messages.by_id(session, account_sid, attempt.message_id, lock=lock)
    return message


def show(session: Session, message: Message | ShownStatus, at: datetime, journal_id: int | None = None) -> None:
    """Derive what is shown of a message from what was told of its present SID, and say so when it changed."""
    assert message.id is not None
    known = statuses.told(session, message.account_sid, message.id)
    if not message.sid:
        message = _came_through(session, message, known, at)
    assert message.id is not None
    told = [event for event in known if event.sid == message.sid]
    status = furthest(message.status, (event.status for event in told))
    changes: dict[str, Any] = {} if status == message.status else {"status": status}
    blamed = _blamed(told)
    # A code that is missing later never erases one that is known.
    if blamed is not None and blamed.error_code != message.error_code:
        changes |= {"error_code": blamed.error_code, "error_message": blamed.error_message}
    if not changes:
        return
    changes["check_at"] = None if status in FINISHED else at + SILENT_AFTER
    messages.update(session, message.account_sid, message.id, **changes)
    code = changes.get("error_code", message.error_code) if status in FAILURES else ""
    feed.of_message(session, message, "status", at, status, journal_id=journal_id, sid=message.sid, error_code=code)
    if code:
        _follow(session, message.account_sid, message.id, code, at)


def _follow(session: Session, account_sid: str, message_id: int, code: str, at: datetime) -> None:
    message = messages.by_id(session, account_sid, message_id)
    assert message is not None
    error_effects.apply(session, message, code, at)


def learn(session: Session, message: Message, row: Listed, at: datetime) -> None:
    """Add the status that Twilio's resource shows of a message, and derive what is shown from it.

    Of one to somebody who was erased nothing is learned any more.
    """
    if message.kind == KIND_OF_ERASED:
        return
    event_id = statuses.add(
        session,
        {
            "account_sid": message.account_sid,
            "sid": row.sid,
            "status": row.status[:40],
            "error_code": row.error_code[:20],
            "error_message": row.error_message,
            "message_id": message.id,
            "source": "pull",
            "occurred_at": at,
            "recorded_at": at,
        },
    )
    if event_id is not None:
        counting.status_told(session, row.status, row.error_code)
    show(session, message, at)


def _came_through(
    session: Session, message: Message | ShownStatus, told: list[ToldStatus], at: datetime
) -> Message | ShownStatus:
    """An earlier attempt arrived after all, while the message waits to be tried again: it must not leave twice."""
    arrived = [event.sid for event in told if event.sid and RANK.get(event.status, -1) >= RANK["delivered"]]
    if message.id is None or message.state != "ready" or not arrived:
        return message
    back = {"state": "accepted", "reason": "", "sid": arrived[-1], "status": "", "check_at": at + SILENT_AFTER}
    messages.update(session, message.account_sid, message.id, **back)
    return messages.by_id(session, message.account_sid, message.id, lock=True) or message


def _blamed(told: list[ToldStatus]) -> ToldStatus | None:
    with_code = [event for event in told if event.error_code and event.status in RANK]
    return with_code[-1] if with_code else None
