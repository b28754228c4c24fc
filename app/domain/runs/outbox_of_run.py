"""The messages of a run that no sender has: held with it, let go with it, called off with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.store.database import Session
from app.store.feed import events as feed
from app.store.runs import recipients


def hold(session: Session, account_sid: str, run_id: int, at: datetime) -> None:
    """Hold the messages that no sender has claimed, or that came back to be tried again."""
    _change(session, account_sid, run_id, ("ready",), ("held", "run_paused"), at)


def let_go(session: Session, account_sid: str, run_id: int, at: datetime) -> None:
    """Let the messages that are held leave."""
    _change(session, account_sid, run_id, ("held",), ("ready", ""), at)


def call_off(session: Session, account_sid: str, run_id: int, at: datetime) -> None:
    """Call the messages off that Twilio doesn't have."""
    changed = _change(session, account_sid, run_id, ("ready", "held"), ("cancelled", "run_stopped"), at)
    if changed:
        recipients.change(session, account_sid, changed, state="called_off", reason="")


def _change(
    session: Session, account_sid: str, run_id: int, before: Collection[str], after: tuple[str, str], at: datetime
) -> list[int]:
    """The recipients whose messages were changed; the feed's word is the new state."""
    unsent = {one.message_id: one for one in recipients.unsent(session, account_sid, run_id)}
    if not unsent:
        return []
    changed = recipients.change_messages(session, account_sid, list(unsent), before, *after)
    about = [feed.About(unsent[number].conversation_id, number) for number in changed]
    if about:
        feed.append_all(session, account_sid, "state", at, after[0], about)
    return [unsent[number].id for number in changed]
