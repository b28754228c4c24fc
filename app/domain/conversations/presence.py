"""Who looks at a conversation, and who writes in it just now. What is typed is nobody's business here.

It is no event and no history: a console says it every few seconds, and what is not said again is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain import access
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.conversations.changes import ConversationUnknown
from app.store import presence as rows
from app.store.conversations import threads
from app.store.database import Database, Session
from app.store.feed import events as feed
from app.vocabulary import Doing

# A console says what it has open every ten seconds; a browser that died is gone after this.
LASTS = timedelta(seconds=30)
# What was said with at least this left need not be written again.
FRESH = timedelta(seconds=15)


def say(database: Database, actor: Actor, conversation_id: int, doing: Doing) -> None:
    """The actor has the conversation open and does this. Raises NotAllowed, ConversationUnknown.

    Writes only what others see, or what would soon be over.
    """
    access.require(actor, "conversation.read")
    at = now()
    if database.read(lambda session: _is_known(session, actor, conversation_id, doing, at)):
        return
    database.write(lambda session: _put(session, actor, conversation_id, doing, at))


def leave(session: Session, actor: Actor, conversation_id: int) -> None:
    """The actor has the conversation open no more. Raises NotAllowed."""
    access.require(actor, "conversation.read")
    if rows.remove(session, actor.account_sid, actor.id or 0, conversation_id):
        feed.wake(session)


def _is_known(session: Session, actor: Actor, conversation_id: int, doing: Doing, at: datetime) -> bool:
    if threads.thread(session, actor.account_sid, conversation_id) is None:
        raise ConversationUnknown(conversation_id)
    known = rows.one(session, actor.account_sid, actor.id or 0, conversation_id)
    return known is not None and known.doing == doing and known.until - at > FRESH


def _put(session: Session, actor: Actor, conversation_id: int, doing: Doing, at: datetime) -> None:
    known = rows.one(session, actor.account_sid, actor.id or 0, conversation_id)
    rows.put(session, actor.account_sid, actor.id or 0, conversation_id, doing, at + LASTS)
    if known is None or known.doing != doing or known.until <= at:
        rows.forget(session, actor.account_sid, at)
        feed.wake(session)
