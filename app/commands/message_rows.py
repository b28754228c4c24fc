"""Messages of ours as rows of a command's output."""

from __future__ import annotations

import re

from app.commands import output
from app.commands.context import Installation
from app.domain.failures import offer_contexts
from app.domain.messages import resource
from app.domain.sending import shown_status
from app.store.database import Session
from app.store.messages import lists as message_lists
from app.store.messages.lists import MessageFilter
from app.store.messages.rows import by_id
from app.store.tables import Message


def rows_of(
    session: Session, installation: Installation, wanted: MessageFilter, limit: int, page_size: int
) -> list[output.Row]:
    """The messages that a list asks for, newest first."""
    account_sid = installation.actor.account_sid
    found = list(message_lists.messages(session, account_sid, wanted, limit, page_size))
    tried = message_lists.attempts_of(session, account_sid, [row.id for row in found if row.id is not None])
    offered = offer_contexts.offered(session, account_sid, found)
    return [resource.message(row, tried.get(row.id or 0, []), offered.get(row.id or 0, ())) for row in found]


def row_of_sid(session: Session, account_sid: str, sid: str) -> output.Row | None:
    """One message by its SID, or by our own number of it."""
    found = of_sid(session, account_sid, sid)
    if found is None or found.id is None:
        return None
    tried = message_lists.attempts_of(session, account_sid, [found.id])
    offered = offer_contexts.offered(session, account_sid, [found])
    return resource.message(found, tried[found.id], offered.get(found.id, ()))


def of_sid(session: Session, account_sid: str, sid: str) -> Message | None:
    """By its SID or that of an earlier attempt, or by our own number."""
    if re.fullmatch(r"[0-9]{1,18}", sid):
        return by_id(session, account_sid, int(sid))
    return shown_status.find(session, account_sid, sid, lock=False) if sid else None
