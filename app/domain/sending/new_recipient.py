"""Whom a message reaches that a person addresses by hand: checked before anything is kept or asked of Twilio."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import access
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import standing
from app.domain.contacts import addresses, find_or_create
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.metrics import counting
from app.domain.sending import outbox
from app.domain.sending.outbox import Enqueued
from app.store import contacts
from app.store.database import Session


@dataclass(frozen=True)
class Recipient:
    """An address that can be reached, and the conversation with it, where there is one."""

    address: str
    conversation_id: int | None


def find(session: Session, actor: Actor, typed: str, sender: str) -> Recipient | Decision:
    """The recipient that `typed` means (`whatsapp:` may be left out); or why nothing may go there from `sender`.

    Raises NotAllowed.
    """
    access.require(actor, "message.send")
    address = addresses.recipient(typed)
    if address is None:
        return Decision(False, "address_invalid")
    if not addresses.is_address(sender):
        return Decision(False, "sender_invalid")
    if address == sender:
        return Decision(False, "recipient_is_sender")
    if addresses.country_of(address) in addresses.UNROUTABLE:
        return Decision(False, "country_unroutable", {"country": addresses.country_of(address)})
    known = contacts.conversation_key(session, actor.account_sid, address, sender)
    if known is not None:
        there = standing.of_contact(session, actor.account_sid, known.contact_id)
        refused = gate.suppression(there, sender, known.identity, Draft())
        if refused is not None:
            return refused
    return Recipient(address, known.conversation_id if known else None)


def enqueue(session: Session, actor: Actor, typed: str, sender: str, draft: Draft, request_key: str) -> Enqueued:
    """Ask to send to what a person typed as the recipient, from one of our senders. Of a refusal nothing is kept."""
    found = find(session, actor, typed, sender)
    if isinstance(found, Decision):
        counting.gate_refused(session, found.rule)
        return Enqueued(None, found)
    if found.conversation_id is None and (refused := gate.decide_new_recipient(draft, now())) is not None:
        counting.gate_refused(session, refused.rule)
        return Enqueued(None, refused)
    conversation_id = find_or_create.conversation_with(session, actor.account_sid, found.address, sender, now())
    return outbox.enqueue(session, actor, conversation_id, draft, request_key)
