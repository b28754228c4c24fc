"""Claim what may leave. The claim is committed before Twilio is called."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.domain.clock import now
from app.domain.gate import facts, refusals
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.media import grants
from app.domain.sending import preflight, variable_files
from app.domain.sending.rate_limit import Pace
from app.gateways.twilio.outcomes import Outgoing
from app.store import contacts
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import outbox
from app.store.messages import rows as messages
from app.store.tables import Message

# A send is open until its SID is known, it is refused, or this is over: nobody waits long for the one before.
OPEN_FOR = timedelta(seconds=60)
# A sender that was held up longer than this between claim and call leaves the call undone.
START_WITHIN_SECONDS = 20.0


@dataclass(frozen=True)
class Claimer:
    """The claimer of one account: a worker, with the pace it keeps and where callbacks come back to."""

    account_sid: str
    worker: str
    callback_base: str
    pace: Pace
    messaging_service_sid: str = ""
    # What the addresses of hosted files are signed with, and how long they live.
    media_key: str = field(default="", repr=False)
    media_lives: timedelta = grants.LIVES
    # Whether files have to have passed the preflight, which the worker runs beside the sender.
    preflight: bool = False


def claim(session: Session, claimer: Claimer, sender: str, limit: int) -> list[Outgoing]:
    """Claim up to `limit` messages of one sender: the gate is read again, and what it refuses now is blocked.

    For each recipient one send is open at a time, so that order is kept and evidence is unambiguous.
    """
    at = now()
    granted = claimer.pace.grant(session, claimer.account_sid, sender, limit, at)
    if not granted.count:
        return []
    waiting = outbox.claimable(session, claimer.account_sid, sender, at, granted.count)
    if claimer.preflight:
        waiting = preflight.passed(session, claimer.account_sid, claimer.callback_base, waiting)
    leaving = _let_through(session, claimer.account_sid, waiting, at) if waiting else []
    if not leaving:
        return []
    attempts = outbox.start_attempts(session, claimer.account_sid, [_attempt(claimer, *each, at) for each in leaving])
    told = [feed.About(message.conversation_id, message.id or 0) for message, *_ in leaving]
    feed.append_all(session, claimer.account_sid, "state", at, "sending", told)
    claimer.pace.spend(session, claimer.account_sid, sender, granted, len(leaving), at)
    tried = [(message, number) for (message, *_), number in zip(leaving, attempts, strict=True)]
    links = grants.MediaLinks(claimer.callback_base, claimer.media_key)
    media = grants.addresses(session, links, tried, at, claimer.media_lives)
    values = variable_files.values(session, links, tried, at, claimer.media_lives)
    return [_outgoing(claimer, message, number, tuple(media[number]), values[number]) for message, number in tried]


def _let_through(
    session: Session, account_sid: str, waiting: list[Message], at: datetime
) -> list[tuple[Message, Decision, bool]]:
    """The messages among these that the gate lets leave now, and whether each reaches somebody outside their window.

    Opt-outs and other senders' claims for a recipient take turns with this.
    """
    people = [message.contact_id for message in waiting if message.contact_id is not None]
    held = contacts.lock(session, account_sid, people, skip_locked=True)
    # Looked at again now that the people are held: an opt-out or another sender's claim may have come first.
    there = conversations.with_addresses(session, account_sid, [message.conversation_id for message in waiting])
    known = facts.of_conversations(
        session, account_sid, [pair for pair in there.values() if pair[0].contact_id in held]
    )
    taken = outbox.open_recipients(session, account_sid, [message.contact_id for message in waiting], at)
    leaving = []
    for message in waiting:
        about = known.get(message.conversation_id)
        if about is None or message.contact_id not in held or message.contact_id in taken:
            continue
        decision = gate.decide(about, Draft.of(message), at)
        if decision.allowed:
            outside = bool(message.content_sid) and not gate.window_open(about, at)
            leaving.append((message, decision, outside))
        else:
            _block(session, message, decision, at)
    return leaving


def _attempt(claimer: Claimer, message: Message, decision: Decision, outside: bool, at: datetime) -> dict[str, Any]:
    return {
        "account_sid": message.account_sid,
        "message_id": message.id,
        "contact_id": message.contact_id,
        "number": message.tries + 1,
        "from_address": message.from_address,
        "to_address": message.to_address,
        "messaging_service_sid": message.messaging_service_sid or claimer.messaging_service_sid,
        "decision": decision.as_json(),
        "outside_window": outside,
        "worker": claimer.worker,
        "started_at": at,
        "open_until": at + OPEN_FOR,
    }


def _block(session: Session, message: Message, refused: Decision, at: datetime) -> None:
    assert message.id is not None
    refusals.note(session, None, refused, message.to_address, message.from_address, message.id)
    messages.update(session, message.account_sid, message.id, state="blocked", reason=refused.rule)
    feed.append_all(
        session, message.account_sid, "state", at, "blocked", [feed.About(message.conversation_id, message.id)]
    )


def _outgoing(
    claimer: Claimer, message: Message, attempt_id: int, media_urls: tuple[str, ...], values: dict[str, str]
) -> Outgoing:
    assert message.id is not None
    return Outgoing(
        account_sid=message.account_sid,
        message_id=message.id,
        attempt_id=attempt_id,
        to=message.to_address,
        sender="" if message.details.get("sender_open") else message.from_address,
        messaging_service_sid=message.messaging_service_sid or claimer.messaging_service_sid,
        body=Draft.of(message).body,
        media_urls=media_urls,
        content_sid=message.content_sid,
        content_variables=values,
        status_callback=f"{claimer.callback_base}/twilio/status/{message.id}/{attempt_id}",
        max_price=str(message.details.get("max_price", "")),
        start_before=time.monotonic() + START_WITHIN_SECONDS,
    )
