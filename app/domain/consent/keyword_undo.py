"""Take back what a keyword was taken for: somebody here knows that it was no opt-out."""

from __future__ import annotations

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.store.consent import records
from app.store.database import Session
from app.store.tables import ConsentRecord

# Heard by us in a message. What Twilio or WhatsApp blocks for too, only the person's START ends.
_SOURCES = ("keyword", "button")


def may_be_undone(record: ConsentRecord) -> bool:
    """The record is an opt-out that we read out of a message ourselves."""
    return record.state == "withdrawn" and record.source in _SOURCES


def undo(session: Session, actor: Actor, record_id: int, conversation_id: int | None = None) -> bool:
    """Record that an opt-out was none, and take it out of force. False when it was undone already, or can't be.

    Raises NotAllowed.
    """
    access.require(actor, "consent.record")
    record = records.by_id(session, actor.account_sid, record_id)
    if record is None or not may_be_undone(record):
        return False
    entry = Entry.correcting(
        record,
        source="agent",
        expressed_by="agent",
        evidence_key=f"undo:{record.id}",
        occurred_at=now(),
        message_id=record.message_id,
        message_sid=record.message_sid,
    )
    added = ledger.record(session, actor, entry, now(), conversation_id)
    if added is not None:
        audit.record(session, actor, "consent.undo", "consent_record", record_id, correction=added)
    return added is not None
