"""What another program sent through the same account joins the thread, to read only."""

from __future__ import annotations

from datetime import timedelta

from app.domain.clock import now
from app.domain.contacts import addresses, find_or_create
from app.domain.reconcile import statuses_behind
from app.domain.reconcile.missed_inbound import OVERLAP, unknown_messages
from app.domain.redaction import forms as redaction
from app.domain.sending import shown_status
from app.domain.sending.error_effects import SENT_ELSEWHERE
from app.gateways.twilio.listed import Listed
from app.gateways.twilio.records import TwilioRecords
from app.store import pull_marks
from app.store.conversations import rows as conversations
from app.store.database import Database, Session
from app.store.feed import events as feed
from app.store.messages import attempts, statuses
from app.store.messages import rows as messages

# One of our own may be listed before its answer is written down.
OURS_MAY_BE_LATE = timedelta(minutes=2)


def pull_sent_elsewhere(database: Database, twilio: TwilioRecords, account_sid: str, sender: str) -> int:
    """Take in what went out from `sender` without us; returns how many. Raises ListUnavailable.

    Of our own it learns what no callback told.
    """
    name, began = f"sent:{sender}", now()
    mark = database.read(lambda session: pull_marks.watermark(session, account_sid, name)) or began
    listed = [row for row in twilio.sent_by(sender, mark - OVERLAP) if addresses.is_address(row.to_address)]
    # Nearly all are our own.
    foreign = database.read(lambda session: unknown_messages(session, account_sid, listed))
    strange = {row.sid for row in foreign}
    statuses_behind.catch_up(database, account_sid, [row for row in listed if row.sid not in strange])
    taken = sum(database.write(lambda session, row=row: _join(session, account_sid, row)) for row in foreign)  # type: ignore[misc]
    database.write(lambda session: pull_marks.set_watermark(session, account_sid, name, began))
    return taken


def _join(session: Session, account_sid: str, row: Listed) -> bool:
    at = now()
    created = row.created_at or at
    if at - created < OURS_MAY_BE_LATE or messages.sid_is_known(session, account_sid, row.sid):
        return False
    # It may be a send of ours that isn't confirmed yet; settling decides that, and only on a single match.
    if attempts.unconfirmed_near(session, account_sid, row.to_address, created):
        return False
    found = find_or_create.find_or_create(session, account_sid, row.to_address, row.from_address, created)
    conversation_id = find_or_create.conversation_id(found)
    place = {"conversation_id": conversation_id, "contact_id": found.contact_id}
    message_id = messages.add_with_sid(session, {**_values(account_sid, row), **place})
    if message_id is None:
        return False
    conversations.touch_outbound(session, account_sid, conversation_id, message_id, created)
    feed.append(
        session,
        account_sid,
        "outbound",
        at,
        word="elsewhere",
        conversation_id=conversation_id,
        message_id=message_id,
        occurred_at=created,
        sid=row.sid,
    )
    statuses.adopt(session, account_sid, row.sid, message_id)
    message = messages.by_id(session, account_sid, message_id)
    assert message is not None
    shown_status.learn(session, message, row, at)
    return True


def _values(account_sid: str, row: Listed) -> dict[str, object]:
    at = now()
    return {
        "account_sid": account_sid,
        "direction": "outbound",
        "kind": "text" if not row.num_media else "document",
        "sid": row.sid,
        "body": redaction.text(row.body),
        "from_address": row.from_address,
        "to_address": row.to_address,
        "messaging_service_sid": row.messaging_service_sid,
        "num_media": row.num_media,
        "state": "accepted",
        "origin": SENT_ELSEWHERE,
        "occurred_at": row.created_at or at,
        "recorded_at": at,
    }
