"""Ask to send: through the gate into the outbox. The sender does the rest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain import access, audit
from app.domain.actor import Actor, webhook
from app.domain.clock import now
from app.domain.gate import facts, refusals
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.sending import routing
from app.domain.sending.routing import Way
from app.domain.storable_text import storable
from app.domain.templates import using
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.feed import events as feed
from app.store.media import hosted as hosted_files
from app.store.messages import rows as messages
from app.store.tables import Address, Conversation

_KEY_LENGTH = 120
_HELD = {"state": "held", "reason": "waiting_for_answer"}


@dataclass(frozen=True)
class Enqueued:
    """The result of a request to send: the message in the outbox, or None and the rule that refused it.

    `repeated` is True when the same request had made the message before.
    """

    message_id: int | None
    decision: Decision
    repeated: bool = False


def enqueue_text(
    session: Session,
    actor: Actor,
    conversation_id: int,
    body: str,
    request_key: str,
    *,
    resend_of: int | None = None,
) -> Enqueued:
    """Ask to send free text in a conversation; see `enqueue`."""
    return enqueue(session, actor, conversation_id, Draft(body=body), request_key, resend_of=resend_of)


def enqueue(
    session: Session,
    actor: Actor,
    conversation_id: int,
    draft: Draft,
    request_key: str,
    *,
    resend_of: int | None = None,
) -> Enqueued:
    """Ask to send in a conversation. The same `request_key` makes one message, however often it is asked.

    Raises NotAllowed when the actor's role may not send.
    """
    access.require(actor, "message.send")
    found = conversations.with_address(session, actor.account_sid, conversation_id)
    if found is None:
        return Enqueued(None, Decision(False, "conversation_unknown"))
    request_key = bounded(request_key)
    earlier = messages.by_request_key(session, actor.account_sid, request_key) if request_key else None
    if earlier is not None:
        return Enqueued(earlier.id, Decision(True, "ok"), repeated=True)
    at, draft = now(), storable_draft(draft)
    there = facts.of_conversation(session, actor.account_sid, *found)
    decision = gate.decide(there, draft, at)
    if not decision.allowed:
        refusals.note(session, actor, decision, there.address, there.sender)
        return Enqueued(None, decision)
    if not files_are_here(session, actor.account_sid, draft, at):
        return Enqueued(None, Decision(False, "file_gone"))
    message_id = put(session, actor, *found, draft, request_key, at, resend_of=resend_of)
    if message_id is None:
        earlier = messages.by_request_key(session, actor.account_sid, request_key)
        return Enqueued(earlier.id if earlier else None, decision, repeated=True)
    audit.record(session, actor, "message.send", "message", message_id, rule=decision.rule)
    return Enqueued(message_id, decision)


def files_are_here(session: Session, account_sid: str, draft: Draft, at: datetime) -> bool:
    """Take the hosted files of a draft along; False when one was deleted."""
    hosted = [number for url in draft.media_urls if (number := files.referred(url)) is not None]
    return all(hosted_files.take(session, account_sid, number, at) for number in hosted)


def storable_draft(draft: Draft) -> Draft:
    """The draft with what can't be kept shown as the replacement sign."""
    return replace(
        draft,
        body=storable(draft.body),
        content_variables=tuple((storable(name), storable(value)) for name, value in draft.content_variables),
        media_urls=tuple(map(storable, draft.media_urls)),
    )


def bounded(request_key: str, room: int = 0) -> str:
    """The request's key as the column takes it, with so much room left; a longer one by its digest."""
    key = storable(request_key)
    return key if len(key) <= _KEY_LENGTH - room else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def enqueue_by_itself(
    session: Session, account_sid: str, conversation_id: int, draft: Draft, key: str, *, resend_of: int | None = None
) -> int | None:
    """Put what nobody asked for into the outbox, once, where the gate lets it pass. Returns the new message."""
    found = conversations.with_address(session, account_sid, conversation_id)
    assert found is not None
    at = now()
    if not gate.decide(facts.of_conversation(session, account_sid, *found), draft, at).allowed:
        return None
    return put(session, webhook(account_sid), *found, draft, key, at, resend_of=resend_of)


def put(
    session: Session,
    actor: Actor,
    conversation: Conversation,
    address: Address,
    draft: Draft,
    request_key: str,
    at: datetime,
    *,
    resend_of: int | None = None,
    waits_for_answer: bool = False,
) -> int | None:
    """A new message of ours, ready to leave, or held until the customer answers; None when the request made one."""
    values = {
        "account_sid": actor.account_sid,
        "conversation_id": conversation.id,
        "contact_id": conversation.contact_id,
        "direction": "outbound",
        "from_address": conversation.sender,
        "to_address": address.address,
        **(_HELD if waits_for_answer else {"state": "ready", "next_attempt_at": at}),
        "request_key": request_key,
        "author_id": actor.id if actor.kind == "agent" else None,
        "author_kind": actor.kind,
        "resend_of": resend_of,
        "occurred_at": at,
        "recorded_at": at,
        **_content(draft),
        **_way(draft, routing.within(conversation, address.address)),
    }
    if draft.content_sid:
        values["body"] = using.use(session, actor.account_sid, draft.content_sid, draft.content_variables, at)
    message_id = messages.add_with_request_key(session, values)
    if message_id is not None:
        assert conversation.id is not None
        place = {"conversation_id": conversation.id, "message_id": message_id}
        if not waits_for_answer:
            conversations.touch_outbound(session, actor.account_sid, at=at, **place)
        word = "kept" if waits_for_answer else "ready"
        feed.append(session, actor.account_sid, "outbound", at, word=word, occurred_at=at, **place)
    return message_id


def _details(draft: Draft) -> dict[str, object]:
    given = {"max_price": draft.max_price, "part": list(draft.part) if draft.part[1] else None}
    return {name: value for name, value in given.items() if value}


def _content(draft: Draft) -> dict[str, object]:
    return {
        "kind": "template" if draft.content_sid else "text",
        "body": draft.body,
        "content_sid": draft.content_sid,
        "content_variables": dict(draft.content_variables),
        "media_urls": list(draft.media_urls),
        "num_media": len(draft.media_urls),
        "hosted_file_id": next((number for place in _places(draft) if (number := files.referred(place))), None),
        "origin": draft.origin,
    }


def _places(draft: Draft) -> tuple[str, ...]:
    """Where a file of ours may be named."""
    return (*draft.media_urls, *(value for _name, value in draft.content_variables))


def _way(draft: Draft, way: Way) -> dict[str, object]:
    """The service and, with what else is asked of Twilio, whether that may choose the number."""
    service = draft.messaging_service_sid or way.messaging_service_sid
    is_open = way.sender_open and service == way.messaging_service_sid
    return {"messaging_service_sid": service, "details": _details(draft) | ({"sender_open": True} if is_open else {})}
