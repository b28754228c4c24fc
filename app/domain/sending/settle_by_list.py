"""Settle what isn't confirmed by Twilio's own list: adopt a single match, never guess, never send again."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from app.domain.clock import now
from app.domain.sending import adoption, shown_status
from app.domain.statuses import FAILURES
from app.gateways.twilio.listed import Listed, ListUnavailable
from app.gateways.twilio.records import TwilioRecords
from app.store.database import Database, Session
from app.store.messages import attempts
from app.store.messages import rows as messages
from app.store.tables import Attempt, Message

log = structlog.get_logger()

# When the list is looked at, counted from the attempt's start. Twilio may show a message a little late.
LOOKS = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 300, 900))
# Twilio's clock and ours; its date_created has whole seconds only.
_CLOCKS = timedelta(seconds=5)
# A call begins within 20 s of its claim and lasts 15 s at most (claims.START_WITHIN_SECONDS, the gateway's time-outs).
_LASTS = timedelta(seconds=35)


def begin_looking(session: Session, attempt: Attempt, at: datetime) -> None:
    """Plan the first look at the list; now, where a sender that was down for long missed them all."""
    look_later(session, attempt, at)
    assert attempt.id is not None
    if attempt.started_at + LOOKS[-1] <= at:
        attempts.update(session, attempt.account_sid, attempt.id, check_at=at)


def look_later(session: Session, attempt: Attempt, at: datetime) -> None:
    """Plan the next look at the list; none after the last."""
    assert attempt.id is not None
    coming = [attempt.started_at + after for after in LOOKS if attempt.started_at + after > at]
    attempts.update(session, attempt.account_sid, attempt.id, check_at=coming[0] if coming else None)


def settle_due(database: Database, twilio: TwilioRecords, account_sid: str) -> int:
    """Look for every unconfirmed attempt that is due; returns how many were adopted."""
    due = database.read(lambda session: attempts.unsettled(session, account_sid, now()))
    return sum(_look(database, twilio, attempt) for attempt in due)


def _look(database: Database, twilio: TwilioRecords, attempt: Attempt) -> bool:
    # Planned first: a look that fails or dies is made up for by the next one.
    database.write(lambda session: look_later(session, attempt, now()))
    try:
        listed = twilio.to_recipient(attempt.to_address, attempt.started_at - _CLOCKS)
    except ListUnavailable as error:
        log.warning("settling.twilio_unavailable", attempt=attempt.id, error=str(error))
        return False
    return database.write(lambda session: _adopt_single_match(session, attempt, listed))


def _adopt_single_match(session: Session, attempt: Attempt, listed: list[Listed]) -> bool:
    message = messages.by_id(session, attempt.account_sid, attempt.message_id, lock=True)
    again = attempts.get(session, attempt.account_sid, attempt.message_id, attempt.id or 0)
    if message is None or again is None or again.outcome != "unconfirmed" or message.sid:
        return False
    fitting = [row for row in listed if fits(row, message, again)]
    free = [row for row in fitting if not messages.sid_is_known(session, message.account_sid, row.sid)]
    if len(free) != 1:
        return False
    at = now()
    failed = free[0].status in FAILURES
    adopted = adoption.adopt(session, message, again, free[0].sid, "list", at, failed=failed)
    if adopted is not None:
        shown_status.learn(session, adopted, free[0], at)
    return adopted is not None


def fits(row: Listed, message: Message, attempt: Attempt) -> bool:
    """Whether a listed message can be this attempt: by service or sender, time, media count and rendered body.

    A template's body is rendered by Twilio, so there the other three must do.
    """
    by_sender = row.from_address == message.from_address
    by_service = bool(row.messaging_service_sid) and row.messaging_service_sid == attempt.messaging_service_sid
    in_time = row.created_at is not None and (
        attempt.started_at - _CLOCKS <= row.created_at <= attempt.started_at + _LASTS + _CLOCKS
    )
    same_body = bool(message.content_sid) or row.body.strip() == message.body.strip()
    same_media = row.num_media == len(message.media_urls)
    return not row.is_inbound and (by_sender or by_service) and in_time and same_body and same_media
