"""Who read what customers wrote. To answer is an agent's work; what an auditor opens is written down."""

from __future__ import annotations

from typing import Literal

from app.domain import audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.store import audit as rows
from app.store import sessions
from app.store.database import Database, Session

Opened = Literal["conversation", "journal", "file", "sent_file", "contact", "run"]
_VERBS: dict[Opened, str] = {
    "conversation": "conversation.opened",
    "journal": "journal.opened",
    "file": "file.opened",
    "sent_file": "file.opened",
    "contact": "contact.opened",
    "run": "run.opened",
}


def note_opened(database: Database, actor: Actor, kind: Opened, number: int) -> None:
    """Write down that an auditor opened this: once an hour, however often they look. Call it before it is shown."""
    if actor.role != "auditor":
        return
    if not database.read(lambda session: _is_noted(session, actor, kind, number)):
        database.write(lambda session: _note(session, actor, kind, number))


def _note(session: Session, actor: Actor, kind: Opened, number: int) -> None:
    # A page and its parts are asked for at once, and are one look.
    sessions.wait_turn(session, actor.account_sid)
    if not _is_noted(session, actor, kind, number):
        audit.record(session, actor, _VERBS[kind], kind, number)


def _is_noted(session: Session, actor: Actor, kind: Opened, number: int) -> bool:
    hour = now().replace(minute=0, second=0, microsecond=0)
    return rows.was_done(session, actor.account_sid, actor.id, _VERBS[kind], (kind, str(number)), hour)
