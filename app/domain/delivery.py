"""What is shown of a message, derived from all that Twilio told of it."""

from __future__ import annotations

from datetime import datetime

from app.domain.statuses import FAILURES, RANK, furthest
from app.store import feed, messages
from app.store.database import Session
from app.store.tables import Message, StatusEvent


def show(session: Session, message: Message, at: datetime, journal_id: int | None = None) -> None:
    """Derive what is shown of a message from all that was told of it, and say so when it changed."""
    assert message.id is not None
    told = messages.statuses(session, message.account_sid, message.id)
    status = furthest(message.status, (event.status for event in told))
    blamed = _blamed(told)
    changes: dict[str, str] = {}
    if status != message.status:
        changes["status"] = status
    # A code that is missing later never erases one that is known.
    if blamed and blamed.error_code != message.error_code:
        changes |= {"error_code": blamed.error_code, "error_message": blamed.error_message}
    if not changes:
        return
    messages.tell(session, message.account_sid, message.id, **changes)
    feed.append(
        session,
        message.account_sid,
        "status",
        at,
        word=status,
        conversation_id=message.conversation_id,
        message_id=message.id,
        journal_id=journal_id,
        sid=message.sid,
        error_code=changes.get("error_code", message.error_code if status in FAILURES else ""),
    )


def _blamed(told: list[StatusEvent]) -> StatusEvent | None:
    with_code = [event for event in told if event.error_code and RANK.get(event.status, -1) >= 0]
    return with_code[-1] if with_code else None
