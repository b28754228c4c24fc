"""Why a message that is ready has not left yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.store.database import Session
from app.store.messages import attempts, outbox, sender_rates
from app.store.tables import Attempt, Message, SenderPace

Why = Literal["rate", "retry", "open_send", "turn"]

# A send that began less than this ago is about to be answered: to wait for it is nothing to speak of.
SOON = timedelta(seconds=1)


@dataclass(frozen=True)
class Wait:
    """`rate`: the sender is paused; `retry`: Twilio surely did not take it; `open_send`: an earlier send to the same
    person is open; `turn`: an earlier message to them is ready too.

    `until` is when it ends, at the latest for an open send; None where that depends on the other message. `last` is
    the attempt that a retry follows, `code` the error that paused the sender.
    """

    why: Why
    until: datetime | None = None
    last: Attempt | None = None
    code: str = ""


def waits(session: Session, account_sid: str, messages: Sequence[Message], at: datetime) -> dict[int, Wait]:
    """By number those of the messages that are ready and have to wait, in four queries at most."""
    ready = [message for message in messages if message.state == "ready"]
    if not ready:
        return {}
    recipients = {message.contact_id for message in ready}
    paused = {pace.sender: pace for pace in sender_rates.paused(session, account_sid, at)}
    opened = outbox.open_until(session, account_sid, recipients, at, at - SOON)
    first = outbox.first_ready(session, account_sid, recipients)
    retried = [message.id or 0 for message in ready if message.reason == "waiting_to_retry"]
    last = attempts.last_of_each(session, account_sid, retried)
    found = {}
    for message in ready:
        number, recipient = message.id or 0, message.contact_id
        is_first = first.get(recipient, number) == number
        wait = _own(message, paused.get(message.from_address), last.get(number), at)
        wait = wait or _others(opened.get(recipient), is_first)
        if wait is not None:
            found[number] = wait
    return found


def _own(message: Message, pace: SenderPace | None, last: Attempt | None, at: datetime) -> Wait | None:
    """The wait that the message or its sender is in."""
    due = message.next_attempt_at
    if pace is not None and pace.paused_until is not None:
        return Wait("rate", max(pace.paused_until, due or pace.paused_until), code=pace.pause_reason)
    if due is None or due <= at:
        return None
    if message.reason == "waiting_for_rate":
        return Wait("rate", due)
    return Wait("retry", due, last) if message.reason == "waiting_to_retry" else None


def _others(open_until: datetime | None, is_first: bool) -> Wait | None:
    """The wait that other messages to the same person cause."""
    if not is_first:
        return Wait("turn")
    return Wait("open_send", open_until) if open_until is not None else None
