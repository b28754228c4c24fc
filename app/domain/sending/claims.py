"""Claim what may leave. The claim is committed before Twilio is called."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import gate
from app.domain.gate import Draft
from app.domain.moments import now
from app.domain.sending.pace import Pace
from app.gateways.answer import Outgoing
from app.store import attempts, contacts, feed, messages
from app.store.database import Session
from app.store.tables import Message

# design.md: "open" ends with a SID, with a refusal, or after 60 s as unconfirmed, so nobody waits long.
OPEN_FOR = timedelta(seconds=60)
# A sender that was held up longer than this between claim and call leaves the call undone.
START_WITHIN_SECONDS = 20.0


@dataclass(frozen=True)
class Claimer:
    """Who claims for one account: a worker, with the pace it keeps and where callbacks come back to."""

    account_sid: str
    worker: str
    callback_base: str
    pace: Pace
    messaging_service_sid: str = ""


def claim(session: Session, claimer: Claimer, sender: str, limit: int) -> list[Outgoing]:
    """Claim up to `limit` messages of one sender: the gate is read again, and what it refuses now is blocked.

    For each recipient one send is open at a time, so that order is kept and evidence is unambiguous.
    """
    at = now()
    granted = claimer.pace.grant(session, claimer.account_sid, sender, limit, at)
    if not granted:
        return []
    waiting = attempts.claimable(session, claimer.account_sid, sender, at, granted)
    claimed = [outgoing for message in waiting if (outgoing := _claim_one(session, claimer, message, at))]
    claimer.pace.spend(session, claimer.account_sid, sender, len(claimed), at)
    return claimed


def _claim_one(session: Session, claimer: Claimer, message: Message, at: datetime) -> Outgoing | None:
    found = contacts.conversation(session, message.account_sid, message.conversation_id)
    assert found is not None
    assert message.id is not None
    conversation, address = found
    assert address.id is not None
    # Opt-outs and other senders' claims for this recipient take turns with this one.
    held = contacts.lock_address(session, message.account_sid, address.id)
    assert held is not None
    if attempts.is_open(session, message.account_sid, message.to_address, at):
        return None
    draft = Draft(
        body=message.body,
        origin=message.origin,
        content_sid=message.content_sid,
        media_urls=tuple(message.media_urls),
    )
    decision = gate.decide(conversation, held, draft, at)
    if not decision.allowed:
        _change(session, message, at, "blocked", reason=decision.rule)
        return None
    number = message.tries + 1
    attempt_id = attempts.add(
        session,
        {
            "account_sid": message.account_sid,
            "message_id": message.id,
            "number": number,
            "from_address": message.from_address,
            "to_address": message.to_address,
            "messaging_service_sid": message.messaging_service_sid or claimer.messaging_service_sid,
            "decision": decision.as_json(),
            "worker": claimer.worker,
            "started_at": at,
            "open_until": at + OPEN_FOR,
        },
    )
    _change(session, message, at, "sending", tries=number, reason="")
    return _outgoing(claimer, message, attempt_id)


def _change(session: Session, message: Message, at: datetime, state: str, **columns: object) -> None:
    assert message.id is not None
    messages.tell(session, message.account_sid, message.id, state=state, **columns)
    feed.append(
        session,
        message.account_sid,
        "state",
        at,
        word=state,
        conversation_id=message.conversation_id,
        message_id=message.id,
    )


def _outgoing(claimer: Claimer, message: Message, attempt_id: int) -> Outgoing:
    assert message.id is not None
    return Outgoing(
        account_sid=message.account_sid,
        message_id=message.id,
        attempt_id=attempt_id,
        to=message.to_address,
        sender=message.from_address,
        messaging_service_sid=message.messaging_service_sid or claimer.messaging_service_sid,
        body=message.body,
        media_urls=tuple(message.media_urls),
        content_sid=message.content_sid,
        content_variables={name: str(value) for name, value in message.content_variables.items()},
        status_callback=f"{claimer.callback_base}/twilio/status/{message.id}/{attempt_id}",
        max_price=str(message.details.get("max_price", "")),
        start_before=time.monotonic() + START_WITHIN_SECONDS,
    )
