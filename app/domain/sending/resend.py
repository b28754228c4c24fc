"""What a person decides about a message that isn't confirmed, or that failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.sending import adoption, outbox
from app.domain.sending.outbox import Enqueued
from app.domain.statuses import FAILURES
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import attempts, resends
from app.store.messages import rows as messages
from app.store.tables import Message


def check_again(session: Session, actor: Actor, message_id: int) -> bool:
    """Look at Twilio's list for this message at the clock's next tick. False when it is settled already."""
    access.require(actor, "message.settle")
    message = _unconfirmed(session, actor, message_id)
    last = attempts.last_of(session, actor.account_sid, message_id)
    if message is None or last is None or last.id is None:
        return False
    attempts.update(session, actor.account_sid, last.id, check_at=now())
    audit.record(session, actor, "message.check_again", "message", message_id)
    feed.of_message(session, message, "state", now(), "check_again", by=actor.name)
    return True


def send_again(session: Session, actor: Actor, message_id: int) -> Enqueued:
    """Send what a message held that isn't confirmed, failed or was blocked as a new message, linked to the old one.

    It passes the gate like any other; however often it is asked, one new message comes of it, and another one only
    after a person called that off before it left.
    """
    return _send_in_place(
        session, actor, message_id, lambda message: replace(Draft.of(message), origin=""), unchanged=True
    )


def send_changed(session: Session, actor: Actor, message_id: int, draft: Draft) -> Enqueued:
    """As `send_again`, with another text, template or files in place of the message's own.

    Sender and highest price stay as they were where the draft names none. What was sent again before stays one
    message, whatever the draft says now: it is answered as repeated.
    """
    return _send_in_place(session, actor, message_id, lambda message: _routed(draft, Draft.of(message)))


def _send_in_place(
    session: Session, actor: Actor, message_id: int, held: Callable[[Message], Draft], *, unchanged: bool = False
) -> Enqueued:
    access.require(actor, "message.send")
    message = messages.by_id(session, actor.account_sid, message_id, lock=True)
    if message is None or not may_be_sent_again(message):
        return Enqueued(None, Decision(False, "not_to_be_sent_again"))
    if message.text_deleted_at is not None and unchanged:
        return Enqueued(None, Decision(False, "text_deleted"))
    key = f"again:{message_id}"
    called_off = resends.free_key(session, actor.account_sid, message_id)
    asked = outbox.enqueue(session, actor, message.conversation_id, held(message), key, resend_of=message_id)
    if called_off is not None and asked.message_id is None:
        # It stays the newest try, so that nothing sends the message by itself.
        messages.update(session, actor.account_sid, called_off, request_key=key)
    return asked


def _routed(draft: Draft, earlier: Draft) -> Draft:
    service = draft.messaging_service_sid or earlier.messaging_service_sid
    return replace(draft, messaging_service_sid=service, max_price=draft.max_price or earlier.max_price)


def may_be_sent_again(message: Message) -> bool:
    """Only what surely or possibly did not arrive, and what we sent ourselves."""
    unsure = message.direction == "outbound" and message.state == "unconfirmed"
    return message.origin != "elsewhere" and (unsure or did_not_arrive(message))


def did_not_arrive(message: Message) -> bool:
    """A message from us, whoever sent it, that Twilio refused or lost, or that was stopped here."""
    lost = message.state == "accepted" and message.status in FAILURES
    called_off = message.state == "cancelled" and message.reason == adoption.EARLIER_ARRIVED
    return message.direction == "outbound" and (lost or called_off or message.state in ("failed", "blocked"))


def it_arrived(session: Session, actor: Actor, message_id: int) -> bool:
    """A person knows that it arrived; evidence that comes later still adds its SID. False when it is settled."""
    access.require(actor, "message.settle")
    message = _unconfirmed(session, actor, message_id)
    if message is None:
        return False
    messages.update(session, actor.account_sid, message_id, state="accepted", reason="said_arrived")
    _settled_by(session, actor, message_id, "person")
    adoption.call_off_another_try(session, message, now())
    audit.record(session, actor, "message.it_arrived", "message", message_id)
    feed.of_message(session, message, "state", now(), "said_arrived", by=actor.name)
    return True


def not_sure(session: Session, actor: Actor, message_id: int) -> bool:
    """Take It arrived back. False when nobody said so, or evidence came meanwhile. What was called off stays so."""
    access.require(actor, "message.settle")
    message = messages.by_id(session, actor.account_sid, message_id, lock=True)
    if message is None or not said_to_have_arrived(message):
        return False
    messages.update(session, actor.account_sid, message_id, state="unconfirmed", reason="")
    _settled_by(session, actor, message_id, "")
    audit.record(session, actor, "message.not_sure", "message", message_id)
    feed.of_message(session, message, "state", now(), "not_sure", by=actor.name)
    return True


def _settled_by(session: Session, actor: Actor, message_id: int, whom: str) -> None:
    last = attempts.last_of(session, actor.account_sid, message_id)
    if last is not None and last.id is not None:
        attempts.update(session, actor.account_sid, last.id, settled_by=whom)


def said_to_have_arrived(message: Message) -> bool:
    """A person said so, and no evidence has come."""
    return message.state == "accepted" and message.reason == "said_arrived" and not message.sid


def _unconfirmed(session: Session, actor: Actor, message_id: int) -> Message | None:
    message = messages.by_id(session, actor.account_sid, message_id, lock=True)
    return message if message is not None and message.state == "unconfirmed" else None
