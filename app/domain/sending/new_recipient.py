"""Whom a message reaches that a person addresses by hand: checked before anything is kept or asked of Twilio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain import access
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts import addresses, find_or_create
from app.domain.gate import facts, refusals
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.sending import routing, together
from app.domain.sending.outbox import Enqueued
from app.domain.sending.together import Asked
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
    asked = enqueue_all(session, actor, typed, sender, [draft], request_key)
    return Enqueued(asked.message_ids[0] if asked.message_ids else None, asked.decision, asked.repeated)


def enqueue_all(
    session: Session, actor: Actor, typed: str, sender: str, drafts: Sequence[Draft], request_key: str
) -> Asked:
    """As `enqueue`, for messages that go together: all of them or none."""
    access.require(actor, "message.send")
    address, at = addresses.recipient(typed), now()
    if address is None:
        decision = Decision(False, "address_invalid")
    else:
        sender = sender or routing.way_to(session, actor.account_sid, address).sender
        there = facts.of_recipient(session, actor.account_sid, address, sender)
        decisions = [gate.decide(there, draft, at) for draft in drafts]
        decision = next((one for one in decisions if not one.allowed), decisions[-1])
    if address is None or not decision.allowed:
        refusals.note(session, actor, decision, address or "", sender)
        return Asked((), decision)
    conversation_id = find_or_create.conversation_with(session, actor.account_sid, address, sender, at)
    return together.enqueue_all(session, actor, conversation_id, drafts, request_key)
