"""What happened to one message, step by step, as its popover shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.failures import support_details
from app.domain.sending import unconfirmed_cause
from app.domain.sending.pending_reply import KEPT_REPLY
from app.store import agents
from app.store.conversations import threads
from app.store.database import Session
from app.store.journal import rows as journal
from app.store.media import hosted as hosted_files
from app.store.messages import attempts, statuses
from app.store.tables import Attempt, FeedEvent, HostedFile, MediaFetch, Message, StatusEvent
from app.web.messages.file_steps import check_steps, file_steps
from app.web.messages.tick import status_tick
from app.web.words.gettext import N_, _
from app.web.words.numbers import size
from app.web.words.refusals import refusal
from app.web.words.times import zone

_OUTCOMES = {
    "accepted": ("queued", N_("Twilio took it")),
    "refused": ("failed", N_("Twilio refused it")),
    "not_sent": ("redo", N_("Not sent, to be tried again")),
}
_UNSURE = {
    "error": N_("Twilio answered with an error"),
    "unreadable": N_("Twilio's answer could not be read"),
    "late": N_("Twilio did not answer within %(seconds)s s"),
    "cut": N_("The connection to Twilio broke before its answer came"),
    "stopped": N_("The sender stopped before Twilio's answer was written down"),
    "silent": N_("Twilio did not answer"),
}
# Only what no attempt and no status tells of.
_STATES = {
    "unconfirmed": ("unsure", N_("Not confirmed")),
    "said_arrived": ("check", N_("Somebody here said that it arrived")),
    "not_sure": ("unsure", N_("It arrived was taken back")),
    "check_again": ("redo", N_("Somebody here asked to compare it with Twilio's list")),
    "blocked": ("failed", N_("Stopped here before it was sent")),
    "ready": ("queued", N_("Waits for its next attempt")),
    "held": ("pause", N_("Held here before it was sent")),
    "answered": ("in", N_("They answered: it may leave now")),
    "cancelled": ("x", N_("Cancelled here before it was sent")),
}
_SOURCES = {
    "callback": N_("Twilio's callback"),
    "answer": N_("Twilio's answer"),
    "list": N_("Twilio's list"),
    "media": N_("Twilio fetched its file"),
    "pull": N_("pulled from Twilio"),
    "person": N_("a person"),
    "request": N_("webhook"),
    "spool": N_("webhook, kept on disk first"),
    "replay": N_("replayed"),
    "archive": N_("replayed from the archive"),
}
_REASONS = {
    "waiting_for_rate": N_("the sender was paused by WhatsApp's rate limit"),
    "waiting_to_retry": N_("Twilio did not take it"),
    "run_paused": N_("the run that it belongs to is paused"),
    "waiting_for_answer": N_("it waits until the customer writes again"),
    "preflight": N_("its file was checked through the public URL"),
    "called_off": N_("somebody here called it off"),
    "erased": N_("the person was erased"),
    "run_stopped": N_("the run that it belongs to was stopped"),
    "undone": N_("somebody here cancelled it before it left"),
    "replaced": N_("another reply was kept in its place"),
    "earlier_arrived": N_("the message that it repeats had arrived"),
    "sent_again": N_("it was sent anew"),
}


@dataclass(frozen=True)
class Step:
    """One line: icon, what happened, when to the millisecond, who said so, an error code, and what support asks for."""

    icon: str
    word: str
    at: datetime
    time: str
    source: str = ""
    code: str = ""
    note: str = ""


@dataclass(frozen=True)
class TimelineView:
    """A message's steps in their order, and what Twilio's support asks for. `form` is the raw inbound form."""

    message_id: int
    steps: list[Step]
    sid: str
    kind: str
    support: support_details.Lines = field(default_factory=list)
    support_text: str = ""
    form: list[tuple[str, str]] = field(default_factory=list)


def timeline(session: Session, account_sid: str, message: Message) -> TimelineView:
    """The steps of one message."""
    assert message.id is not None
    if message.direction == "inbound":
        forms = threads.forms(session, account_sid, message.sid)
        steps = [_step("in", _("The customer wrote"), message.occurred_at)]
        steps += [_step("hook", _("Received"), row.recorded_at, row.source) for row in forms]
        steps += [_step(i, word, at, note=note) for i, word, at, note in file_steps(session, account_sid, message.id)]
        form = journal.pairs_of(forms[0]) if forms else []
        return TimelineView(message.id, _in_order(steps), message.sid, message.kind, form=form)
    tried = attempts.of_message(session, account_sid, message.id)
    told = statuses.of_message(session, account_sid, message.id)
    steps = [_asked(session, message), *_changes(session, message, tried)]
    for attempt in tried:
        steps += _tried(attempt)
    steps += [_told(event) for event in told]
    steps += [_fetched(fetch, file) for fetch, file in hosted_files.fetches(session, account_sid, message.id)]
    steps += [_step(i, word, at, note=note) for i, word, at, note in check_steps(session, message)]
    lines = support_details.details(message, tried, told)
    return TimelineView(message.id, _in_order(steps), message.sid, message.kind, lines, support_details.as_text(lines))


def _in_order(steps: list[Step]) -> list[Step]:
    """By time; of what one transaction wrote, causes first: a wait is planned after the answer that asks for it."""
    return sorted(steps, key=lambda step: (step.at, step.word == _("Waits for its next attempt")))


def _asked(session: Session, message: Message) -> Step:
    if message.origin == "elsewhere":
        return _step("out", _("Another program sent it"), message.occurred_at, "pull")
    author = agents.by_id(session, message.account_sid, message.author_id) if message.author_id else None
    if message.origin == KEPT_REPLY:
        word = _("%(name)s kept it until they answer", name=author.name) if author else _("Kept until they answer")
        return _step("clock", word, message.recorded_at)
    word = _("%(name)s asked to send it", name=author.name) if author else _("Asked to send it")
    return _step("queued", word, message.recorded_at)


def _tried(attempt: Attempt) -> list[Step]:
    steps = [_step("sending", _("Handed to Twilio, attempt %(number)d", number=attempt.number), attempt.started_at)]
    if attempt.outcome and attempt.ended_at:
        icon, word = _outcome(attempt)
        # A rate limit told later stands beside the attempt; what Twilio answered then was not an error.
        code = attempt.error_code if attempt.outcome != "accepted" else ""
        source = attempt.settled_by if attempt.outcome != "unconfirmed" else ""
        steps.append(_step(icon, word, attempt.ended_at, source, code, _proof(attempt)))
    return steps


def _outcome(attempt: Attempt) -> tuple[str, str]:
    if attempt.outcome == "unconfirmed":
        return "unsure", _(
            _UNSURE[unconfirmed_cause.cause_of(attempt)], seconds=unconfirmed_cause.ANSWER_WITHIN_SECONDS
        )
    icon, word = _OUTCOMES.get(attempt.outcome, ("unsure", attempt.outcome))
    return icon, _(word)


def _proof(attempt: Attempt) -> str:
    # What Twilio answered is no proof of what was found out otherwise.
    answered = attempt.http_status if attempt.outcome == "unconfirmed" or attempt.settled_by == "answer" else None
    status = _("HTTP %(status)d", status=answered) if answered else ""
    return " · ".join(part for part in (attempt.sid, status, attempt.twilio_request_id) if part)


def _changes(session: Session, message: Message, tried: list[Attempt]) -> list[Step]:
    """The steps that the feed tells of beside the attempts: that it waited, was not confirmed, was stopped."""
    assert message.id is not None
    seen = {"unconfirmed"} if any(attempt.outcome == "unconfirmed" for attempt in tried) else set()
    events = threads.states_of(session, message.account_sid, message.conversation_id, message.id)
    return [_changed(event, message) for event in events if event.word in _STATES and event.word not in seen]


def _changed(event: FeedEvent, message: Message) -> Step:
    icon, word = _STATES[event.word]
    reason, who = str(event.detail.get("reason", "")), str(event.detail.get("by", ""))
    said = _(_REASONS[reason]) if reason in _REASONS else reason or who
    if event.word == "blocked" and message.state == "blocked":
        said = refusal(message.reason).what
    return _step(icon, _(word), event.occurred_at, note=said)


def _told(event: StatusEvent) -> Step:
    tick = status_tick(event.status)
    return _step(tick.code, tick.word, event.occurred_at, event.source, event.error_code)


def _fetched(fetch: MediaFetch, file: HostedFile) -> Step:
    word = _("Twilio asked for %(name)s", name=file.name)
    asked = f"{fetch.method} {fetch.status} · {size(fetch.size)} · {fetch.ip} · {fetch.user_agent}"
    return _step("file", word, fetch.occurred_at, note=asked)


def _step(icon: str, word: str, at: datetime, source: str = "", code: str = "", note: str = "") -> Step:
    here = at.astimezone(zone())
    time = here.strftime("%H:%M:%S.") + f"{here.microsecond // 1000:03d}"
    return Step(icon, word, at, time, _(_SOURCES[source]) if source in _SOURCES else source, code, note)
