"""Customers' messages whose webhook never came: taken in as if it had, marked as recovered."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from app.domain.clock import now
from app.domain.webhooks.receive import receive
from app.domain.webhooks.webhook import Webhook
from app.gateways.twilio.listed import Listed, ListUnavailable
from app.gateways.twilio.records import TwilioRecords
from app.store import pull_marks
from app.store.database import Database, Session
from app.store.messages import rows as messages

log = structlog.get_logger()

# Listed again each time: Twilio may show a message late, and our clock may be off.
OVERLAP = timedelta(hours=1)


def pull_missed_inbound(database: Database, twilio: TwilioRecords, account_sid: str, sender: str) -> int:
    """Take in what customers wrote to `sender` and no webhook brought; returns how many.

    Raises ListUnavailable when Twilio can't be asked; the mark stays, so nothing is passed over. One message whose
    files Twilio does not tell holds up no other.
    """
    name, began = f"received:{sender}", now()
    mark = database.read(lambda session: pull_marks.watermark(session, account_sid, name)) or began
    listed = twilio.received_by(sender, mark - OVERLAP)
    taken, trouble = 0, None
    for row in database.read(lambda session: unknown_messages(session, account_sid, listed)):
        try:
            webhook = _as_webhook(twilio, account_sid, row)
        except ListUnavailable as error:
            trouble = error
            continue
        received = database.write(lambda session, webhook=webhook: receive(session, webhook))  # type: ignore[misc]
        if received.journal_id is not None:
            log.info("pull.recovered", sid=row.sid, quarantined=received.quarantined)
            taken += 1
    if trouble is not None:
        raise trouble
    database.write(lambda session: pull_marks.set_watermark(session, account_sid, name, began))
    return taken


def unknown_messages(session: Session, account_sid: str, listed: list[Listed]) -> list[Listed]:
    """The listed messages that are unknown to the account: none of its messages or attempts has their SID."""
    sids = messages.unknown_sids(session, account_sid, [row.sid for row in listed])
    return [row for row in listed if row.sid in sids]


def _as_webhook(twilio: TwilioRecords, account_sid: str, row: Listed) -> Webhook:
    """The form that Twilio would have posted, as far as the resource tells it."""
    pairs = [
        ("MessageSid", row.sid),
        ("AccountSid", account_sid),
        ("From", row.from_address),
        ("To", row.to_address),
        ("Body", row.body),
        ("NumMedia", str(row.num_media)),
        ("MessagingServiceSid", row.messaging_service_sid),
    ]
    for position, (url, content_type) in enumerate(twilio.media_of(row.sid) if row.num_media else []):
        pairs += [(f"MediaUrl{position}", url), (f"MediaContentType{position}", content_type)]
    return Webhook(
        account_sid=account_sid,
        kind="inbound",
        pairs=tuple((name, value) for name, value in pairs if value),
        path="",
        occurred_at=_happened(row),
        source="pull",
    )


def _happened(row: Listed) -> datetime:
    return row.created_at or row.sent_at or now()
