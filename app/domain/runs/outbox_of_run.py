"""The few messages of a run that are in the outbox: held with it, let go with it, called off with it."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Session
from app.store.feed import events as feed
from app.store.runs import recipients

_READY, _HELD = ("ready", ""), ("held", "run_paused")


def hold(session: Session, account_sid: str, run_id: int, at: datetime) -> None:
    """Hold the messages that no sender has claimed."""
    _change(session, account_sid, run_id, _READY, _HELD, at, "held")


def let_go(session: Session, account_sid: str, run_id: int, at: datetime) -> None:
    """Let the messages that are held leave."""
    _change(session, account_sid, run_id, _HELD, _READY, at, "ready")


def call_off(session: Session, account_sid: str, run_id: int, at: datetime) -> None:
    """Call the messages off that no sender has claimed."""
    for before in (_READY, _HELD):
        changed = _change(session, account_sid, run_id, before, ("cancelled", "run_stopped"), at, "cancelled")
        if changed:
            recipients.change(session, account_sid, changed, state="called_off", reason="")


def _change(
    session: Session,
    account_sid: str,
    run_id: int,
    before: tuple[str, str],
    after: tuple[str, str],
    at: datetime,
    word: str,
) -> list[int]:
    """The recipients whose messages were changed."""
    queued = {one.message_id: one for one in recipients.queued(session, account_sid, run_id)}
    if not queued:
        return []
    changed = recipients.change_messages(session, account_sid, list(queued), before, *after)
    about = [feed.About(queued[number].conversation_id, number) for number in changed]
    if about:
        feed.append_all(session, account_sid, "state", at, word, about)
    return [queued[number].id for number in changed]
