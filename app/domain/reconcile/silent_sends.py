"""Sends whose callbacks stopped: ask Twilio by SID."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.clock import now
from app.domain.sending import shown_status
from app.domain.statuses import FINISHED
from app.gateways.twilio.listed import Listed, ListUnavailable
from app.gateways.twilio.records import TwilioRecords
from app.store.database import Database, Session
from app.store.messages import rows as messages
from app.store.tables import Message

# Twilio keeps a message for ten hours at most (docs/twilio.md#queues-and-rates); after this it is not asked any more.
GIVE_UP_AFTER = timedelta(days=2)


def check_silent_sends(database: Database, twilio: TwilioRecords, account_sid: str) -> int:
    """Fetch every unfinished send that has been silent for too long; returns how many were asked about.

    Raises ListUnavailable when Twilio can't be asked.
    """
    asked = 0
    while due := database.read(lambda session: messages.silent_sends(session, account_sid, now())):
        for message in due:
            _ask(database, twilio, message)
        asked += len(due)
    return asked


def _ask(database: Database, twilio: TwilioRecords, message: Message) -> None:
    try:
        listed = twilio.one(message.sid)
    except ListUnavailable:
        # The others come first at the next tick: one that Twilio always stumbles over must not hold them up.
        database.write(lambda session: _learn(session, message, None))
        raise
    database.write(lambda session: _learn(session, message, listed))


def _learn(session: Session, seen: Message, row: Listed | None) -> None:
    at = now()
    message = messages.by_id(session, seen.account_sid, seen.id or 0, lock=True)
    if message is None or message.id is None or message.sid != seen.sid:
        return
    messages.update(session, message.account_sid, message.id, check_at=_next_look(message, at))
    if row is not None:
        shown_status.learn(session, message, row, at)


def _next_look(message: Message, at: datetime) -> datetime | None:
    age = at - message.occurred_at
    return None if age > GIVE_UP_AFTER or message.status in FINISHED else at + max(shown_status.SILENT_AFTER, age / 4)
