"""Whom a message reaches that a person addresses by hand: checked before anything is kept or asked of Twilio."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import access
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts import addresses, find_or_create
from app.domain.gate import facts, refusals
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.sending import outbox, routing
from app.domain.sending.outbox import Enqueued
from app.store import contacts
from app.store.database import Session


@dataclass(frozen=True)
class Recipient:
    """An address that can be reached, our sender for it, and the conversation between them, where there is one."""

    address: str
    sender: str
    conversation_id: int | None


def find(session: Session, actor: Actor, typed: str, sender: str) -> Recipient | Decision:
    """The recipient that `typed` means (`whatsapp:` may be left out); or why nothing may go there from `sender`.

    Without `sender` the routes say which one. Raises NotAllowed.
    """
    access.require(actor, "message.send")
    address = addresses.recipient(typed)
    if address is None:
        return Decision(False, "address_invalid")
    sender = sender or routing.way_to(session, actor.account_sid, address).sender
    known = contacts.conversation_key(session, actor.account_sid, address, sender)
    conversation_id = known.conversation_id if known else None
    there = facts.of_recipient(session, actor.account_sid, address, sender)
    refused = gate.unreachable(there, now(), known=conversation_id is not None)
    return refused or Recipient(address, sender, conversation_id)


def enqueue(session: Session, actor: Actor, typed: str, sender: str, draft: Draft, request_key: str) -> Enqueued:
    """Ask to send to what a person typed as the recipient, from one of our senders, else from the one of the routes.

    Of a refusal nothing is kept.
    """
    access.require(actor, "message.send")
    address, at = addresses.recipient(typed), now()
    if address is None:
        decision = Decision(False, "address_invalid")
    else:
        sender = sender or routing.way_to(session, actor.account_sid, address).sender
        decision = gate.decide(facts.of_recipient(session, actor.account_sid, address, sender), draft, at)
    if address is None or not decision.allowed:
        refusals.note(session, actor, decision, address or "", sender)
        return Enqueued(None, decision)
    conversation_id = find_or_create.conversation_with(session, actor.account_sid, address, sender, at)
    return outbox.enqueue(session, actor, conversation_id, draft, request_key)
