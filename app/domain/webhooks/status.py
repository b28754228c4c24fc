"""Apply a status callback: store it, adopt the send it proves, derive the status shown."""

from __future__ import annotations

from datetime import datetime

from app import fault_points
from app.domain.metrics import counting
from app.domain.sending import adoption, shown_status
from app.domain.webhooks.webhook import NotUnderstood, Webhook
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import rows as messages
from app.store.messages import statuses
from app.store.privacy import messages as erased_messages
from app.store.tables import Message


def apply(session: Session, webhook: Webhook, journal_id: int | None, at: datetime) -> None:
    """Do what the form means; the same status told twice changes nothing. Raises NotUnderstood with its code."""
    if not webhook.sid:
        raise NotUnderstood("sid_invalid")
    if not webhook.status or len(webhook.status) > 40:
        raise NotUnderstood("status_invalid")
    message: Message | statuses.ShownStatus | None = statuses.lock_shown(session, webhook.account_sid, webhook.sid)
    erased = _is_erased(session, webhook, message)
    if erased:
        message = None
    elif message is not None and message.direction == "inbound":
        # Customers' messages have no status of ours; a word about one is kept, and changes nothing.
        message = None
    elif message is None and webhook.answered_attempt is not None:
        message = adoption.adopt_from_callback(session, _callback(webhook, *webhook.answered_attempt), at)
    event_id = statuses.add(
        session,
        {
            "account_sid": webhook.account_sid,
            "sid": webhook.sid,
            "status": webhook.status,
            "error_code": webhook.value("ErrorCode")[:20],
            "error_message": "" if erased else webhook.value("ErrorMessage") or webhook.value("ChannelStatusMessage"),
            "message_id": message.id if message else None,
            "journal_id": journal_id,
            "source": "callback",
            "occurred_at": webhook.occurred_at,
            "recorded_at": at,
        },
    )
    fault_points.reach(fault_points.IN_STATUS)
    if erased:
        erased_messages.forget_forms(session, webhook.account_sid, [journal_id] if journal_id else [])
    elif message is not None:
        shown_status.show(session, message, at, journal_id)
    elif event_id is not None:
        _announce_orphan(session, webhook, journal_id, at)
    if event_id is not None:
        counting.status_told(session, webhook.status, webhook.value("ErrorCode"))


def _is_erased(session: Session, webhook: Webhook, message: Message | statuses.ShownStatus | None) -> bool:
    """True for a message to somebody who was erased: of them nothing is kept again."""
    if message is not None:
        return message.kind == erased_messages.KIND
    if webhook.answered_attempt is None:
        return False
    found = messages.by_id(session, webhook.account_sid, webhook.answered_attempt[0])
    return found is not None and found.kind == erased_messages.KIND


def _callback(webhook: Webhook, message_id: int, attempt_id: int) -> adoption.Callback:
    return adoption.Callback(
        account_sid=webhook.account_sid,
        message_id=message_id,
        attempt_id=attempt_id,
        sid=webhook.sid,
        status=webhook.status,
        to_address=webhook.value("To"),
        from_address=webhook.value("From"),
    )


def _announce_orphan(session: Session, webhook: Webhook, journal_id: int | None, at: datetime) -> None:
    feed.append(
        session,
        webhook.account_sid,
        "status",
        at,
        word=webhook.status,
        journal_id=journal_id,
        sid=webhook.sid,
        orphan=True,
        error_code=webhook.value("ErrorCode")[:20],
    )
