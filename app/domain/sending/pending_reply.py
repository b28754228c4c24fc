"""A reply that is kept until the customer writes again, for the session window is closed: a message, or several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.gate import facts, refusals
from app.domain.gate import rules as gate
from app.domain.gate.draft import Draft
from app.domain.sending import outbox, preflight, together
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import pending_replies
from app.store.messages import rows as messages
from app.store.tables import Message

KEPT_REPLY = "kept_reply"
WAITING = "waiting_for_answer"


# Refusals that the customer's next message ends.
ENDED_BY_THEIR_MESSAGE = ("window_closed", "consent_missing", "consent_stale")


@dataclass(frozen=True)
class Kept:
    """The result of a request to keep a reply: its messages in their order, or none and the rule that refused it.

    `waiting` is the reply that waits already, where that is why.
    """

    message_ids: tuple[int, ...]
    rule: str = ""
    waiting: int | None = None


def waits_for_answer(message: Message) -> bool:
    """The message is held until the customer writes again."""
    return message.state == "held" and message.reason == WAITING


def keep(
    session: Session,
    actor: Actor,
    conversation_id: int,
    body: str,
    request_key: str,
    *,
    file_ids: Sequence[int] = (),
    replaces: int | None = None,
) -> Kept:
    """Keep a text and hosted files until the customer writes again. `replaces` calls off the reply that waits already.

    Refused while the window is open. The same `request_key` makes one reply. Raises NotAllowed.
    """
    access.require(actor, "message.send")
    # Held, so that an answer that comes now finds the reply, or is found by it.
    if conversations.lock(session, actor.account_sid, conversation_id) is None:
        return Kept((), "conversation_unknown")
    drafts, rule = together.drafts_with(session, actor.account_sid, Draft(body=body, origin=KEPT_REPLY), file_ids)
    keys = together.keys_of(outbox.bounded(request_key, room=len(":99")), len(drafts)) if request_key else []
    earlier = messages.by_request_keys(session, actor.account_sid, keys)
    if earlier:
        return Kept(tuple(sorted(message.id or 0 for message in earlier)))
    at = now()
    rule = rule or _refusal_of_all(session, actor, conversation_id, drafts, at)
    if rule:
        return Kept((), rule)
    waiting = pending_replies.of_conversation(session, actor.account_sid, conversation_id)
    if waiting and replaces not in {message.id for message in waiting}:
        return Kept((), "reply_kept_already", waiting[-1].id)
    for message in waiting:
        _cancel(session, message, "replaced", actor, at)
    return Kept(tuple(_put(session, actor, conversation_id, drafts, keys or [""] * len(drafts), at)))


def call_off(session: Session, actor: Actor, message_id: int) -> bool:
    """Don't send a message that is held; of a kept reply, all that was kept with it.

    False when it has left, or was called off. Raises NotAllowed.
    """
    access.require(actor, "message.send")
    message = messages.by_id(session, actor.account_sid, message_id, lock=True)
    if message is None or not (waits_for_answer(message) or preflight.is_held(message)):
        return False
    called_off = [message]
    if waits_for_answer(message):
        keys = set(together.siblings_keys(message))
        all_waiting = pending_replies.of_conversation(session, actor.account_sid, message.conversation_id, lock=True)
        called_off += [one for one in all_waiting if one.id != message.id and one.request_key in keys]
    for one in called_off:
        _cancel(session, one, "called_off", actor, now())
        audit.record(session, actor, "message.call_off", "message", one.id)
    return True


def release(session: Session, account_sid: str, conversation_id: int, at: datetime) -> None:
    """They wrote: what waits for it is ready to leave, or is stopped by the gate, as after a STOP.

    A message that came so late that it opens no window leaves it waiting.
    """
    for message in pending_replies.of_conversation(session, account_sid, conversation_id, lock=True):
        found = conversations.with_address(session, account_sid, conversation_id)
        assert found is not None
        there = facts.of_conversation(session, account_sid, *found)
        decision = gate.decide(there, Draft.of(message), at)
        if decision.allowed:
            _let_go(session, message, at)
        elif decision.rule not in ENDED_BY_THEIR_MESSAGE:
            refusals.note(session, None, decision, there.address, there.sender, message.id)
            messages.update(session, account_sid, message.id or 0, state="blocked", reason=decision.rule)
            feed.of_message(session, message, "state", at, "blocked")


def _put(
    session: Session, actor: Actor, conversation_id: int, drafts: Sequence[Draft], keys: Sequence[str], at: datetime
) -> Iterator[int]:
    found = conversations.with_address(session, actor.account_sid, conversation_id)
    assert found is not None
    for draft, key in zip(drafts, keys, strict=True):
        number = outbox.put(session, actor, *found, outbox.storable_draft(draft), key, at, waits_for_answer=True)
        assert number is not None
        audit.record(session, actor, "message.keep", "message", number)
        yield number


def _refusal_of_all(session: Session, actor: Actor, conversation_id: int, drafts: Sequence[Draft], at: datetime) -> str:
    """The first rule that forbids to keep one of these; all of them are kept, or none."""
    storable = [outbox.storable_draft(draft) for draft in drafts]
    rules = (_refusal(session, actor, conversation_id, draft, at) for draft in storable)
    if rule := next(filter(None, rules), ""):
        return rule
    here = all(outbox.files_are_here(session, actor.account_sid, draft, at) for draft in storable)
    return "" if here else "file_gone"


def _refusal(session: Session, actor: Actor, conversation_id: int, draft: Draft, at: datetime) -> str:
    """The rule that forbids to keep this, '' where their next message makes it possible."""
    found = conversations.with_address(session, actor.account_sid, conversation_id)
    assert found is not None
    there = facts.of_conversation(session, actor.account_sid, *found)
    decision = gate.decide(there, draft, at)
    if decision.allowed:
        return "window_open"
    if decision.rule in ENDED_BY_THEIR_MESSAGE:
        decision = gate.content_violation(draft) or decision
    if decision.rule in ENDED_BY_THEIR_MESSAGE:
        return ""
    refusals.note(session, actor, decision, there.address, there.sender)
    return decision.rule


def _let_go(session: Session, message: Message, at: datetime) -> None:
    assert message.id is not None
    # It is said now, below what they wrote.
    messages.update(
        session, message.account_sid, message.id, state="ready", reason="", next_attempt_at=at, occurred_at=at
    )
    conversations.touch_outbound(session, message.account_sid, message.conversation_id, message.id, at)
    feed.of_message(session, message, "state", at, "answered")


def _cancel(session: Session, message: Message, reason: str, actor: Actor, at: datetime) -> None:
    messages.update(session, message.account_sid, message.id or 0, state="cancelled", reason=reason)
    feed.of_message(session, message, "state", at, "cancelled", reason=reason, by=actor.name)
