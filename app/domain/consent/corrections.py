"""A record that is wrong is corrected by another one, which may be corrected too."""

from __future__ import annotations

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import ledger, not_counting, standing
from app.domain.consent.entry import Entry
from app.store import contact_joins, contacts
from app.store.consent import records
from app.store.database import Session

LONGEST_REASON = 1000


class NotCorrected(Exception):
    """The record can't be corrected; `reason` is the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def correct(session: Session, actor: Actor, record_id: int, reason: str) -> int:
    """Take a record out of force, for a reason. Correcting a correction takes that back. Returns the new record.

    Raises NotAllowed, and NotCorrected: without a reason, for what is out of force already or never came into it, and
    for an opt-out that Twilio or WhatsApp hold too.
    """
    access.require(actor, "consent.record")
    found = records.by_id(session, actor.account_sid, record_id)
    if found is None:
        raise NotCorrected("record_unknown")
    if not reason.strip():
        raise NotCorrected("reason_missing")
    if len(reason) > LONGEST_REASON:
        raise NotCorrected("text_too_long")
    if standing.stands_at_twilio(found):
        raise NotCorrected("blocked_at_twilio")
    if not_counting.among(session, actor.account_sid, [found]):
        raise NotCorrected("import_not_applied")
    contact_id = contacts.lock_who_has(session, actor.account_sid, found.address_id)
    history = [record for record, _ in records.of_contact(session, actor.account_sid, contact_id)]
    if record_id in standing.out_of_force(history):
        raise NotCorrected("corrected_already")
    earlier = sum(one.supersedes == record_id for one in history)
    threads = contact_joins.conversations_of(session, actor.account_sid, contact_id)
    entry = Entry.correcting(
        found,
        source="agent",
        expressed_by="agent",
        evidence_key=f"correction:{record_id}:{earlier}",
        occurred_at=now(),
        proof=reason.strip(),
    )
    added = ledger.record(session, actor, entry, now(), threads[-1] if threads else None)
    if added is None:
        raise NotCorrected("corrected_already")
    audit.record(session, actor, "consent.correct", "contact", contact_id, record=record_id, correction=added)
    return added
