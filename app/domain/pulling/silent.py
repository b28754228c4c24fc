"""Sends whose callbacks stopped: ask Twilio by SID."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain import delivery
from app.domain.moments import now
from app.gateways.listed import Listed
from app.gateways.twilio_records import TwilioRecords
from app.store import messages
from app.store.database import Database, Session
from app.store.tables import Message

# Twilio keeps a message in a queue for ten hours at most (twilio-facts.md); after this it is not asked any more.
GIVE_UP_AFTER = timedelta(days=2)


def ask_about_silent(database: Database, twilio: TwilioRecords, account_sid: str) -> int:
    """Fetch every unfinished send that has been silent for too long; returns how many were asked about.

    Raises ListUnavailable when Twilio can't be asked.
    """
    due = database.read(lambda session: messages.silent(session, account_sid, now()))
    for message in due:
        listed = twilio.one(message.sid)
        database.write(lambda session, m=message, row=listed: _learn(session, m, row))  # type: ignore[misc]
    return len(due)


def _learn(session: Session, seen: Message, row: Listed | None) -> None:
    at = now()
    message = messages.by_id(session, seen.account_sid, seen.id or 0, lock=True)
    if message is None or message.id is None or message.sid != seen.sid:
        return
    messages.tell(session, message.account_sid, message.id, check_at=_next_look(message, at))
    if row is not None:
        record_listed_status(session, message, row, at)


def _next_look(message: Message, at: datetime) -> datetime | None:
    age = at - message.occurred_at
    return None if age > GIVE_UP_AFTER else at + max(delivery.SILENT_AFTER, age / 4)


def record_listed_status(session: Session, message: Message, row: Listed, at: datetime) -> None:
    """Add the status that Twilio's resource shows, and derive what is shown from it."""
    messages.add_status(
        session,
        {
            "account_sid": message.account_sid,
            "sid": row.sid,
            "status": row.status,
            "error_code": row.error_code,
            "error_message": row.error_message,
            "message_id": message.id,
            "source": "pull",
            "occurred_at": at,
            "recorded_at": at,
        },
    )
    delivery.show(session, message, at)
