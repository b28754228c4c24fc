"""What a customer's own words in a message mean for consent, as an agent reads them."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.consent.opt_out_phrases import may_be_opt_out
from app.store import contacts
from app.store.consent import records
from app.store.database import Session
from app.store.messages import rows as messages
from app.store.tables import Message

# In a message's details: somebody read it and says that it asks for nothing.
_IS_NONE = "no_opt_out"
LONGEST_PROOF = 1000


def flagged(session: Session, account_sid: str, shown: Iterable[Message]) -> frozenset[int]:
    """The messages among these that may be an opt-out, and that nobody decided about."""
    found = {
        message.id
        for message in shown
        if message.id is not None
        and message.direction == "inbound"
        and _IS_NONE not in message.details
        and may_be_opt_out(message.body)
    }
    return frozenset(found - records.told_by(session, account_sid, found))


def record_opt_out(session: Session, actor: Actor, message_id: int) -> bool:
    """A message asks for no more messages: all are opted out of. False when a record rests on it already.

    Raises NotAllowed.
    """
    access.require(actor, "consent.record")
    message = _inbound(session, actor, message_id)
    if message is None or records.told_by(session, actor.account_sid, [message_id]):
        return False
    (address, *_) = contacts.by_address(session, actor.account_sid, [message.from_address])
    entry = Entry(
        address_id=address.id or 0,
        purpose="all",
        state="withdrawn",
        source="agent",
        expressed_by="principal",
        proof=message.body[:LONGEST_PROOF],
        evidence_key=f"said:{message.sid}",
        message_id=message_id,
        message_sid=message.sid,
        occurred_at=message.occurred_at,
    )
    added = ledger.record(session, actor, entry, now(), message.conversation_id)
    if added is not None:
        audit.record(
            session, actor, "consent.record", "contact", address.contact_id, message=message_id, records=[added]
        )
    return added is not None


def dismiss(session: Session, actor: Actor, message_id: int) -> bool:
    """A message that may have been an opt-out is none. False when that was said already. Raises NotAllowed."""
    access.require(actor, "consent.record")
    message = _inbound(session, actor, message_id)
    if message is None or _IS_NONE in message.details:
        return False
    messages.update(session, actor.account_sid, message_id, details={**message.details, _IS_NONE: True})
    audit.record(session, actor, "consent.dismiss", "message", message_id)
    return True


def _inbound(session: Session, actor: Actor, message_id: int) -> Message | None:
    message = messages.by_id(session, actor.account_sid, message_id, lock=True)
    return message if message is not None and message.direction == "inbound" else None
