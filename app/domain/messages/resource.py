"""A message as commands and the API show it: Twilio's own field names, and ours beside them."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any

from app.domain.error_codes import catalogue
from app.gateways.twilio.listed import Listed
from app.store.tables import Attempt, Message

DIRECTIONS = {"inbound": "inbound", "outbound": "outbound-api"}


def message(row: Message, attempts: list[Attempt], offered: Sequence[str] = ()) -> dict[str, Any]:
    """One of our messages. Times are ISO 8601 with zone; `offered` is what may be done about it.

    `status` is Twilio's, or our state of what Twilio never gave one.
    """
    return {
        "sid": row.sid,
        "account_sid": row.account_sid,
        "direction": DIRECTIONS[row.direction],
        "from": row.from_address,
        "to": row.to_address,
        "body": row.body,
        "status": row.status or row.state,
        "error_code": row.error_code or None,
        "error_message": row.error_message or None,
        "error": catalogue.entry(row.error_code).as_json() if row.error_code else None,
        "num_media": row.num_media,
        "messaging_service_sid": row.messaging_service_sid or None,
        "content_sid": row.content_sid or None,
        "date_created": row.occurred_at.isoformat(),
        "date_recorded": row.recorded_at.isoformat(),
        "id": row.id,
        "state": row.state,
        "reason": row.reason or None,
        "origin": row.origin or None,
        "conversation": row.conversation_id,
        "resend_of": row.resend_of,
        "offered": list(offered),
        "attempts": [_attempt(attempt) for attempt in attempts],
    }


def _attempt(row: Attempt) -> dict[str, Any]:
    return {
        "number": row.number,
        "outcome": row.outcome or "open",
        "settled_by": row.settled_by or None,
        "sid": row.sid or None,
        "from": row.from_address,
        "to": row.to_address,
        "messaging_service_sid": row.messaging_service_sid or None,
        "error_code": row.error_code or None,
        "error_message": row.error_message or None,
        "http_status": row.http_status,
        "twilio_request_id": row.twilio_request_id or None,
        "started_at": row.started_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }


def listed(row: Listed) -> dict[str, Any]:
    """A message as Twilio shows it; its dates as Twilio writes them."""
    return {
        "sid": row.sid,
        "direction": row.direction,
        "from": row.from_address,
        "to": row.to_address,
        "body": row.body,
        "status": row.status,
        "error_code": row.error_code or None,
        "error_message": row.error_message or None,
        "num_media": row.num_media,
        "messaging_service_sid": row.messaging_service_sid or None,
        "date_created": format_datetime(row.created_at) if row.created_at else None,
        "date_sent": format_datetime(row.sent_at) if row.sent_at else None,
    }
