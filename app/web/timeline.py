"""What happened to one message, step by step, as its popover shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.store import agents, attempts, journal, messages, threads
from app.store.database import Session
from app.store.tables import Attempt, Message, StatusEvent
from app.web.texts import _, mark
from app.web.texts_time import zone
from app.web.ticks import status_tick

_OUTCOMES = {
    "accepted": ("queued", mark("Twilio took it")),
    "refused": ("failed", mark("Twilio refused it")),
    "not_sent": ("redo", mark("Not sent, to be tried again")),
    "unconfirmed": ("unsure", mark("Twilio did not answer")),
}
_SOURCES = {
    "callback": mark("Twilio's callback"),
    "answer": mark("Twilio's answer"),
    "list": mark("Twilio's list"),
    "pull": mark("pulled from Twilio"),
    "person": mark("a person"),
    "request": mark("webhook"),
    "spool": mark("webhook, kept on disk first"),
    "replay": mark("replayed"),
}


@dataclass(frozen=True)
class Step:
    """One line: icon, what happened, when to the millisecond, who said so, and an error code."""

    icon: str
    word: str
    at: datetime
    time: str
    source: str = ""
    code: str = ""


@dataclass(frozen=True)
class TimelineView:
    """All steps in their order, and what Twilio's support asks for. `form` is the raw inbound form."""

    message_id: int
    steps: list[Step]
    sid: str
    requests: list[str]
    kind: str
    form: list[tuple[str, str]] = field(default_factory=list)


def timeline(session: Session, account_sid: str, message: Message) -> TimelineView:
    """The steps of one message."""
    assert message.id is not None
    steps = _heard(session, message) if message.direction == "inbound" else _sent(session, account_sid, message)
    tried = attempts.of_message(session, account_sid, message.id)
    forms = threads.forms(session, account_sid, message.sid) if message.direction == "inbound" else []
    return TimelineView(
        message_id=message.id,
        steps=sorted(steps, key=lambda step: step.at),
        sid=message.sid,
        requests=[attempt.twilio_request_id for attempt in tried if attempt.twilio_request_id],
        kind=message.kind,
        form=journal.pairs_of(forms[0]) if forms else [],
    )


def _heard(session: Session, message: Message) -> list[Step]:
    steps = [_step("in", _("The customer wrote"), message.occurred_at)]
    for row in threads.forms(session, message.account_sid, message.sid):
        steps.append(_step("hook", _("Received"), row.recorded_at, row.source))
    return steps


def _sent(session: Session, account_sid: str, message: Message) -> list[Step]:
    assert message.id is not None
    author = agents.by_id(session, account_sid, message.author_id) if message.author_id else None
    asked = _("%(name)s asked to send it", name=author.name) if author else _("Asked to send it")
    steps = [_step("queued", asked, message.recorded_at)]
    for attempt in attempts.of_message(session, account_sid, message.id):
        steps += _tried(attempt)
    for event in messages.statuses(session, account_sid, message.id):
        steps.append(_told(event))
    return steps


def _tried(attempt: Attempt) -> list[Step]:
    steps = [_step("sending", _("Handed to Twilio, attempt %(number)d", number=attempt.number), attempt.started_at)]
    if attempt.outcome and attempt.ended_at:
        icon, word = _OUTCOMES.get(attempt.outcome, ("unsure", attempt.outcome))
        code = attempt.error_code or (_("HTTP %(status)d", status=attempt.http_status) if _is_error(attempt) else "")
        steps.append(_step(icon, _(word), attempt.ended_at, attempt.settled_by, code))
    return steps


def _is_error(attempt: Attempt) -> bool:
    return attempt.http_status is not None and attempt.http_status >= 400


def _told(event: StatusEvent) -> Step:
    tick = status_tick(event.status)
    return _step(tick.code, tick.word, event.occurred_at, event.source, event.error_code)


def _step(icon: str, word: str, at: datetime, source: str = "", code: str = "") -> Step:
    here = at.astimezone(zone())
    time = here.strftime("%H:%M:%S.") + f"{here.microsecond // 1000:03d}"
    return Step(icon, word, at, time, _(_SOURCES[source]) if source in _SOURCES else source, code)
