"""Several files as one thing for who sends them: a message for each, in order, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.gate import facts, refusals
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.media import files, outgoing
from app.domain.sending import outbox, preflight
from app.domain.visible_text import has_text
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.feed import events as feed
from app.store.media import hosted as hosted_files
from app.store.messages import rows as messages
from app.store.tables import Message

MOST_FILES = 10
UNDONE = "undone"


@dataclass(frozen=True)
class Asked:
    """The result: the messages in their order, or none and the rule that refused one of them."""

    message_ids: tuple[int, ...]
    decision: Decision
    repeated: bool = False


def enqueue(
    session: Session, actor: Actor, conversation_id: int, body: str, file_ids: Sequence[int], request_key: str
) -> Asked:
    """Ask to send a text and hosted files in a conversation. The same `request_key` makes them once.

    Raises NotAllowed.
    """
    access.require(actor, "message.send")
    drafts, rule = drafts_with(session, actor.account_sid, Draft(body=body), file_ids)
    if rule:
        return Asked((), Decision(False, rule))
    return enqueue_all(session, actor, conversation_id, drafts, request_key)


def drafts_with(session: Session, account_sid: str, draft: Draft, file_ids: Sequence[int]) -> tuple[list[Draft], str]:
    """The drafts that a text and hosted files become, or none and the rule that refuses them."""
    if len(file_ids) > MOST_FILES:
        return [], "too_many_at_once"
    known = hosted_files.files(session, account_sid, set(file_ids))
    types = [(files.reference(number), known[number].content_type) for number in file_ids if number in known]
    return ([], "file_gone") if len(types) < len(file_ids) else (drafts_of(draft, types), "")


def drafts_of(draft: Draft, carried: Sequence[tuple[str, str]]) -> list[Draft]:
    """A message for each file, told by reference or URL and type ('' for a type that nobody knows).

    The text goes with the first file where such a file carries one; else it is a message of its own before it.
    """
    if draft.content_sid or not carried:
        return [replace(draft, media_urls=tuple(url for url, _ in carried))]
    drafts = [replace(draft, body="", media_urls=(url,)) for url, _ in carried]
    first_type = carried[0][1]
    if has_text(draft.body) and first_type and not outgoing.carries_text(first_type):
        drafts.insert(0, replace(draft, media_urls=()))
    else:
        drafts[0] = replace(drafts[0], body=draft.body)
    if len(drafts) == 1:
        return drafts
    return [replace(one, part=(place, len(drafts))) for place, one in enumerate(drafts, 1)]


def enqueue_all(
    session: Session, actor: Actor, conversation_id: int, drafts: Sequence[Draft], request_key: str
) -> Asked:
    """Ask to send all of these, or none: the gate is asked about each before the first is put into the outbox."""
    access.require(actor, "message.send")
    family = outbox.bounded(request_key, room=len(":99"))
    keys = keys_of(family, len(drafts))
    refused = None if _was_asked(session, actor, keys[0]) else _refusal(session, actor, conversation_id, drafts)
    if refused is not None:
        return Asked((), refused)
    done = [
        outbox.enqueue(session, actor, conversation_id, draft, key) for draft, key in zip(drafts, keys, strict=True)
    ]
    numbers = tuple(one.message_id for one in done if one.message_id is not None)
    whole = len(numbers) == len(done)
    if not whole and not all(one.repeated for one in done if one.message_id is not None):
        raise RuntimeError("the gate let a part pass that it refuses now, in one transaction")
    return Asked(numbers if whole else (), done[-1].decision, done[0].repeated)


def keys_of(family: str, count: int) -> list[str]:
    """The request keys of messages that are sent together; of one alone the request's own."""
    return [family] if count == 1 else [f"{family}:{place}" for place in range(1, count + 1)]


def part_of(message: Message) -> tuple[int, int]:
    """Which of how many it is; (0, 0) for one by itself."""
    part = message.details.get("part")
    return (int(part[0]), int(part[1])) if isinstance(part, list) and len(part) == 2 else (0, 0)


def siblings_keys(message: Message) -> list[str]:
    """The request keys of all that were asked for with this message, itself among them."""
    family, _, _ = message.request_key.rpartition(":")
    return keys_of(family, part_of(message)[1]) if part_of(message)[1] else []


def has_not_left(message: Message) -> bool:
    """It waits to leave, or for its file to be where Twilio can fetch it."""
    return message.state == "ready" or preflight.is_held(message)


def undo(session: Session, actor: Actor, message_id: int) -> int:
    """Cancel what has not left yet of the messages that were asked for with this one; returns how many.

    Raises NotAllowed.
    """
    access.require(actor, "message.send")
    first, at, undone = messages.by_id(session, actor.account_sid, message_id), now(), 0
    for key in siblings_keys(first) if first else []:
        found = messages.by_request_key(session, actor.account_sid, key)
        held = messages.by_id(session, actor.account_sid, found.id, lock=True) if found and found.id else None
        if held is None or not has_not_left(held):
            continue
        messages.update(session, actor.account_sid, held.id or 0, state="cancelled", reason=UNDONE)
        feed.of_message(session, held, "state", at, "cancelled", reason=UNDONE, by=actor.name)
        audit.record(session, actor, "message.undo", "message", held.id)
        undone += 1
    return undone


def _was_asked(session: Session, actor: Actor, key: str) -> bool:
    return bool(key) and messages.by_request_key(session, actor.account_sid, key) is not None


def _refusal(session: Session, actor: Actor, conversation_id: int, drafts: Sequence[Draft]) -> Decision | None:
    found = conversations.with_address(session, actor.account_sid, conversation_id)
    if found is None:
        return Decision(False, "conversation_unknown")
    there, at = facts.of_conversation(session, actor.account_sid, *found), now()
    for draft in drafts:
        decision = gate.decide(there, outbox.storable_draft(draft), at)
        if not decision.allowed:
            refusals.note(session, actor, decision, there.address, there.sender)
            return decision
    here = all(outbox.files_are_here(session, actor.account_sid, draft, at) for draft in drafts)
    return None if here else Decision(False, "file_gone")
