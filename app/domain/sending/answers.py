"""Write down what a send's answer proved."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch
from typing import Any

from app.domain.clock import now
from app.domain.sending import (
    adoption,
    backoff,
    error_effects,
    rate_limit,
    settle_by_list,
    shown_status,
)
from app.domain.storable_text import storable
from app.gateways.twilio.outcomes import Accepted, Answer, NotSent, Outgoing, Refused, ResponseDetails, Unconfirmed
from app.store.database import Session
from app.store.feed import events as feed
from app.store.media import hosted as hosted_files
from app.store.messages import acceptance, attempts, outbox, resends
from app.store.messages import rows as messages
from app.store.runs import recipients as run_recipients
from app.store.runs import rows as runs
from app.store.tables import Attempt, Message

_OPEN = ("sending", "unconfirmed")
# A message that comes back while its run is paused or stopped.
_WAITS_WITH_RUN = {"paused": ("held", "run_paused"), "stopped": ("cancelled", "run_stopped")}


def record(session: Session, outgoing: Outgoing, answer: Answer) -> None:
    """Record the answer to one attempt. Late answers count as long as nothing has settled the attempt before."""
    message = messages.by_id(session, outgoing.account_sid, outgoing.message_id, lock=True)
    attempt = attempts.get(session, outgoing.account_sid, outgoing.message_id, outgoing.attempt_id)
    assert message is not None
    assert attempt is not None
    _record(answer, session, message, attempt, now())


def record_all(session: Session, told: list[tuple[Outgoing, Answer]]) -> None:
    """Record the answers to several attempts of one account at once, quickly where Twilio simply accepted."""
    plain = _simply_accepted(session, told)
    for outgoing, answer in told:
        if outgoing.attempt_id not in plain:
            record(session, outgoing, answer)


def _simply_accepted(session: Session, told: list[tuple[Outgoing, Answer]]) -> set[int]:
    """Record those that are under way, and whose SID nobody has heard of before; returns their attempts."""
    taken = {outgoing.attempt_id: answer for outgoing, answer in told if isinstance(answer, Accepted)}
    if not taken:
        return set()
    account_sid, at = told[0][0].account_sid, now()
    under_way = outbox.in_flight(session, account_sid, list(taken))
    # Looked at once the messages are held, for which a callback with one of these SIDs would have to wait.
    known = messages.known_sids(session, account_sid, [answer.sid for answer in taken.values()])
    rows = []
    for attempt_id, row in under_way.items():
        answer = taken[attempt_id]
        if answer.sid in known:
            continue
        known.add(answer.sid)
        rows.append(
            {
                "attempt": attempt_id,
                "message": row.message_id,
                "conversation": row.conversation_id,
                "its_sid": answer.sid,
                "word": answer.status,
                "http": answer.details.http_status,
                "request": storable(answer.details.twilio_request_id)[:80],
                "ask_at": at + shown_status.SILENT_AFTER,
            }
        )
    if rows:
        acceptance.accepted(session, account_sid, rows, at)
    return {row["attempt"] for row in rows}


@singledispatch
def _record(answer: Any, session: Session, message: Message, attempt: Attempt, at: datetime) -> None:
    raise TypeError(type(answer))


@_record.register
def _(answer: Accepted, session: Session, message: Message, attempt: Attempt, at: datetime) -> None:
    assert attempt.id is not None
    attempts.update(session, attempt.account_sid, attempt.id, **_support(answer.details))
    if not attempt.sid:
        adoption.adopt(session, message, attempt, answer.sid, "answer", at, status=answer.status)


@_record.register
def _(answer: Refused, session: Session, message: Message, attempt: Attempt, at: datetime) -> None:
    if not _settle(session, attempt, "refused", answer.details, at):
        return
    _move(session, message, at, "failed", **_blame(answer.details))
    error_effects.apply(session, message, answer.details.error_code, at)


@_record.register
def _(answer: NotSent, session: Session, message: Message, attempt: Attempt, at: datetime) -> None:
    if not _settle(session, attempt, "not_sent", answer.details, at):
        return
    wait = backoff.wait(message.tries, answer.retry_after)
    if (code := answer.details.error_code) in error_effects.SENDER_LIMITS:
        rate_limit.slow_down(session, message.account_sid, message.from_address, code)
    assert message.id is not None
    again = resends.resent_as(session, message.account_sid, [message.id]).get(message.id)
    if again is not None and not resends.is_called_off(again):
        # It was shown as not confirmed, and a person sent it anew: this one must not follow.
        _move(session, message, at, "cancelled", reason="sent_again")
    elif wait is None or again is not None:
        # What a person called off doesn't follow by itself either.
        _move(session, message, at, "failed", reason="gave_up", **_blame(answer.details))
    else:
        state, reason = _WAITS_WITH_RUN.get(_state_of_run(session, message), ("ready", "waiting_to_retry"))
        _move(session, message, at, state, next_attempt_at=at + wait, reason=reason)


def _state_of_run(session: Session, message: Message) -> str:
    """The state of the message's run, which is held so that nobody pauses or stops it meanwhile; '' without one."""
    found = run_recipients.run_of(session, message.account_sid, message.id or 0) if message.origin == "run" else None
    run = runs.get(session, message.account_sid, found, lock=True) if found else None
    return run.state if run else ""


@_record.register
def _(answer: Unconfirmed, session: Session, message: Message, attempt: Attempt, at: datetime) -> None:
    if _settle(session, attempt, "unconfirmed", answer.details, at, cause=answer.cause):
        settle_by_list.begin_looking(session, attempt, at)
        _move(session, message, at, "unconfirmed")
        _prove_by_fetch(session, attempt, at)


def _prove_by_fetch(session: Session, attempt: Attempt, at: datetime) -> None:
    """Twilio may have fetched the message's file before its answer was lost."""
    assert attempt.id is not None
    if hosted_files.was_fetched(session, attempt.account_sid, attempt.id):
        adoption.prove_by_fetch(session, attempt.account_sid, attempt.message_id, attempt.id, at)


def give_up_waiting(session: Session, attempt: Attempt) -> None:
    """The sender never said what became of the attempt: it crashed or was stopped. It is not confirmed."""
    message = messages.by_id(session, attempt.account_sid, attempt.message_id, lock=True)
    again = attempts.get(session, attempt.account_sid, attempt.message_id, attempt.id or 0)
    if message is not None and again is not None and again.outcome == "":
        nothing = Unconfirmed(ResponseDetails(error_message="no answer was recorded"), "stopped")
        _record(nothing, session, message, again, now())


def _settle(
    session: Session, attempt: Attempt, outcome: str, details: ResponseDetails, at: datetime, cause: str = ""
) -> bool:
    """Close the attempt unless evidence has closed it already."""
    if attempt.sid or attempt.outcome in ("accepted", "refused", "not_sent"):
        return False
    assert attempt.id is not None
    attempts.update(
        session,
        attempt.account_sid,
        attempt.id,
        outcome=outcome,
        settled_by="answer",
        ended_at=at,
        cause=cause,
        **_support(details),
    )
    return True


def _support(details: ResponseDetails) -> dict[str, Any]:
    return {
        "http_status": details.http_status,
        "twilio_request_id": storable(details.twilio_request_id)[:80],
        **_blame(details),
    }


def _blame(details: ResponseDetails) -> dict[str, str]:
    return {"error_code": storable(details.error_code)[:20], "error_message": storable(details.error_message)[:1000]}


def _move(session: Session, message: Message, at: datetime, state: str, **columns: Any) -> None:
    if message.state not in _OPEN:
        return
    assert message.id is not None
    messages.update(session, message.account_sid, message.id, state=state, **columns)
    feed.of_message(session, message, "state", at, state, error_code=columns.get("error_code", ""))
