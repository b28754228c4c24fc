"""Which messages of a conversation are on the screen: the newest, or those before, after or around one of them."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.conversations import threads
from app.store.conversations.threads import PAGE, Thread
from app.store.database import Session
from app.store.tables import Message
from app.web.shell.requests import request, row_number

# So many older ones stand above a message that was found.
ABOVE = 15


@dataclass(frozen=True)
class AskedSpan:
    """The message that the shown ones come before or after, or that was found; at most one of them is given."""

    before: Message | None = None
    after: Message | None = None
    found: Message | None = None


@dataclass(frozen=True)
class Span:
    """Messages, oldest first. There are more before the message `older`, and more after `newer`; None where not."""

    messages: list[Message]
    older: int | None = None
    newer: int | None = None


def asked_span(session: Session, thread: Thread) -> AskedSpan:
    """What the request's address names; what isn't a message of the conversation is as if it weren't there."""
    return AskedSpan(*(_named(session, thread, name) for name in ("before", "after", "message")))


def span_of(session: Session, account_sid: str, conversation_id: int, asked: AskedSpan) -> Span:
    """The messages that were asked for."""
    if asked.after is not None:
        return _with_later(session, account_sid, conversation_id, Span([]), asked.after)
    before, limit = (asked.found, ABOVE) if asked.found is not None else (asked.before, PAGE)
    found = threads.messages(session, account_sid, conversation_id, before, limit + 1)
    shown = found[-limit:]
    if asked.found is None:
        return Span(shown, shown[0].id if len(found) > limit else None)
    span = Span([*shown, asked.found], shown[0].id if len(found) > limit else None)
    return _with_later(session, account_sid, conversation_id, span, asked.found)


def _with_later(session: Session, account_sid: str, conversation_id: int, span: Span, after: Message) -> Span:
    found = threads.messages_after(session, account_sid, conversation_id, after, PAGE + 1)
    newer = found[PAGE - 1].id if len(found) > PAGE else None
    return Span([*span.messages, *found[:PAGE]], span.older, newer)


def _named(session: Session, thread: Thread, name: str) -> Message | None:
    number = request.args.get(name, type=row_number)
    if number is None:
        return None
    found = threads.message(session, thread.conversation.account_sid, number)
    return found if found and found.conversation_id == thread.conversation.id else None
