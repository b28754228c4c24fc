"""What people do with a conversation: see it, take it, close it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.store import agents
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.feed import events as feed
from app.store.tables import Conversation

ConversationState = Literal["open", "closed"]
# As the owner that a caller expects.
NOBODY = 0


class ConversationUnknown(Exception):
    """The account has no conversation with this number."""


class AgentUnknown(Exception):
    """The account has no agent with this number who may answer customers."""


class ChangedMeanwhile(Exception):
    """The conversation is not what the caller expected: somebody has changed it."""


@dataclass(frozen=True)
class Former:
    """What a conversation was before a change."""

    state: str
    assigned_agent_id: int | None


def mark_read(session: Session, actor: Actor, conversation_id: int, seen: int | None = None) -> bool:
    """The actor has seen the conversation up to message `seen` (None: all of it). Returns whether that changed it.

    What came after `seen` stays unread. Raises NotAllowed, ConversationUnknown.
    """
    access.require(actor, "conversation.change")
    conversation = _found(session, actor, conversation_id)
    account_sid = actor.account_sid
    unseen = 0 if seen is None else conversations.inbound_after(session, account_sid, conversation_id, seen)
    if unseen >= conversation.unread:
        return False
    conversations.change(session, account_sid, conversation_id, unread=unseen)
    _announce(session, actor, conversation_id, "read", unread=unseen)
    return True


def assign(
    session: Session, actor: Actor, conversation_id: int, agent_id: int | None, expected: int | None = None
) -> Former | None:
    """Give the conversation to an agent, or to nobody (None). Returns what it was, or None when it was so already.

    `expected` is the owner that it must still have (NOBODY for none); None takes it as it is. Raises NotAllowed,
    ConversationUnknown, ChangedMeanwhile, and AgentUnknown for who is disabled or may not write.
    """
    access.require(actor, "conversation.change")
    conversation = _found(session, actor, conversation_id)
    former = Former(conversation.state, conversation.assigned_agent_id)
    if expected is not None and expected != (former.assigned_agent_id or NOBODY):
        raise ChangedMeanwhile(conversation_id)
    if former.assigned_agent_id == agent_id:
        return None
    if agent_id is not None:
        agent = agents.by_id(session, actor.account_sid, agent_id)
        if agent is None or agent.disabled_at is not None or agent.role not in access.WRITERS:
            raise AgentUnknown(agent_id)
    conversations.change(session, actor.account_sid, conversation_id, assigned_agent_id=agent_id)
    _announce(session, actor, conversation_id, "assigned" if agent_id else "unassigned", agent_id=agent_id)
    return former


def set_state(
    session: Session,
    actor: Actor,
    conversation_id: int,
    state: ConversationState,
    expected: ConversationState | None = None,
) -> Former | None:
    """Close or reopen the conversation. Returns what it was, or None when it was so already.

    `expected` is the state that it must still have. Raises NotAllowed, ConversationUnknown, ChangedMeanwhile.
    """
    access.require(actor, "conversation.change")
    conversation = _found(session, actor, conversation_id)
    former = Former(conversation.state, conversation.assigned_agent_id)
    if expected is not None and expected != former.state:
        raise ChangedMeanwhile(conversation_id)
    if former.state == state:
        return None
    conversations.change(session, actor.account_sid, conversation_id, state=state)
    _announce(session, actor, conversation_id, "closed" if state == "closed" else "reopened")
    return former


def _found(session: Session, actor: Actor, conversation_id: int) -> Conversation:
    found = conversations.lock(session, actor.account_sid, conversation_id)
    if found is None or found.state == "erased":
        raise ConversationUnknown(conversation_id)
    return found


def _announce(session: Session, actor: Actor, conversation_id: int, word: str, **detail: Any) -> None:
    audit.record(session, actor, f"conversation.{word}", "conversation", conversation_id, **detail)
    feed.append(
        session,
        actor.account_sid,
        "conversation",
        now(),
        word=word,
        conversation_id=conversation_id,
        by=actor.name,
        **detail,
    )
