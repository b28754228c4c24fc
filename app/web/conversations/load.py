"""Load what a request is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort

from app.domain.auditing import bodies
from app.store.conversations import threads
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.web.shell.current_user import allowed
from app.web.shell.services import services

T = TypeVar("T")


def of_thread(conversation_id: int, read: Callable[[Session, Thread], T]) -> T:
    """Read with the account's conversation at hand; any other number is 404. What an auditor opens is noted."""
    who = allowed("conversation.read")

    def find(session: Session) -> T:
        return read(session, threads.thread(session, who.account_sid, conversation_id) or abort(404))

    found = services().database.read(find)
    bodies.note_opened(services().database, who, "conversation", conversation_id)
    return found
