"""What Twilio's support asks for about one message, in its own names."""

from __future__ import annotations

from datetime import UTC, datetime

from app.store.tables import Attempt, Message, StatusEvent

Lines = list[tuple[str, str]]


def details(message: Message, attempts: list[Attempt], told: list[StatusEvent]) -> Lines:
    """Names and values in the order to read them; times are UTC and say so. No text of the message is among them."""
    lines: Lines = [
        ("MessageSid", message.sid or "none"),
        ("AccountSid", message.account_sid),
        ("To", message.to_address),
        ("From", message.from_address),
        ("MessagingServiceSid", message.messaging_service_sid or _service(attempts) or "none"),
        ("Status", message.status or message.state),
        ("ErrorCode", message.error_code or "none"),
        ("ErrorMessage", message.error_message or "none"),
        ("Requested", _time(message.recorded_at)),
    ]
    for attempt in attempts:
        lines += _attempt(attempt)
    return lines + [(f"Status {event.status}", _status(event)) for event in told]


def as_text(lines: Lines) -> str:
    """One line each, to paste into a ticket."""
    return "\n".join(f"{name}: {value}" for name, value in lines)


def _service(attempts: list[Attempt]) -> str:
    return next((attempt.messaging_service_sid for attempt in attempts if attempt.messaging_service_sid), "")


def _attempt(attempt: Attempt) -> Lines:
    name = f"Attempt {attempt.number}"
    lines = [(name, f"{_time(attempt.started_at)} to {_time(attempt.ended_at)}, {attempt.outcome or 'open'}")]
    said = {
        "MessageSid": attempt.sid,
        "HTTP status": str(attempt.http_status or ""),
        "Twilio-Request-Id": attempt.twilio_request_id,
        "ErrorCode": attempt.error_code,
        "ErrorMessage": attempt.error_message,
        "Settled by": attempt.settled_by,
    }
    return lines + [(f"{name} {what}", value) for what, value in said.items() if value]


def _status(event: StatusEvent) -> str:
    code = f", ErrorCode {event.error_code}" if event.error_code else ""
    return f"{_time(event.occurred_at)}, {event.sid}, by {event.source}{code}"


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else "not ended"
