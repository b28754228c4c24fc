"""What a failure's code changes beyond its message: the sender's pace, consent, a new attempt, a template."""

from __future__ import annotations

from datetime import datetime

from app.domain.actor import Actor
from app.domain.actor import webhook as twilio
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.sending import rate_limit, window_closed
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import attempts, resends
from app.store.messages import rows as messages
from app.store.tables import ConsentRecord, Message

# docs/twilio.md#opt-outs: the recipient opted out at Twilio, or blocked the sender and withdrew consent.
OPTED_OUT = frozenset({"21610", "63014"})
# The person stopped marketing messages of this sender in WhatsApp; answers and service messages still go.
STOPPED_MARKETING = "63033"
# docs/twilio.md#queues-and-rates: WhatsApp's limits, of the sender or the whole portfolio; a sender's full queue.
QUEUE_FULL = "21611"
SENDER_LIMITS = frozenset({"63018", QUEUE_FULL})
MOST_TRIES_AT_A_LIMIT = 3
# What a consent event names as its source when a code told of it; the code follows.
_SOURCE = "twilio_error_"
# The origin of what another program sent through the account (domain/reconcile/sent_elsewhere.py).
SENT_ELSEWHERE = "elsewhere"


def apply(session: Session, message: Message, code: str, at: datetime) -> None:
    """Do what `code` asks for once it is known of a message that failed."""
    if code in OPTED_OUT or code == STOPPED_MARKETING:
        record_opt_out(session, twilio(message.account_sid), message, code, at)
    elif code in SENDER_LIMITS:
        _slow_down(session, message, code, at)
    elif code == window_closed.CODE:
        window_closed.send_template(session, message, at)


def told_by_code(event: ConsentRecord) -> str:
    """The error code that told of an opt-out, '' where a person did."""
    if event.source == "whatsapp_preference":
        return STOPPED_MARKETING
    return event.source.removeprefix(_SOURCE) if event.source.startswith(_SOURCE) else ""


def record_opt_out(session: Session, actor: Actor, message: Message, code: str, at: datetime) -> int | None:
    """Record the opt-out that `code` tells of, whoever learns of it. Returns the address, None when it was recorded.

    63033 takes back marketing from that sender alone; the others take back all.
    It was in force when Twilio was asked to send (by another program perhaps): a START that came later still holds, and
    a callback, a pull and a person all write the same.
    """
    found = conversations.with_address(session, message.account_sid, message.conversation_id)
    if found is None or found[1].id is None:
        return None
    last = attempts.last_of(session, message.account_sid, message.id or 0)
    only_marketing = code == STOPPED_MARKETING
    entry = Entry(
        address_id=found[1].id,
        purpose="marketing" if only_marketing else "all",
        state="withdrawn",
        scope=message.from_address if only_marketing else "",
        source="whatsapp_preference" if only_marketing else f"{_SOURCE}{code}",
        expressed_by="principal",
        evidence_key=f"error:{code}:{message.id}",
        message_id=message.id,
        message_sid=message.sid,
        occurred_at=last.started_at if last is not None else message.occurred_at,
    )
    recorded = ledger.record(session, actor, entry, at, message.conversation_id)
    return found[1].id if recorded is not None else None


def _slow_down(session: Session, message: Message, code: str, at: datetime) -> None:
    goes_on_at = rate_limit.slow_down(session, message.account_sid, message.from_address, code)
    if message.id is None or message.tries >= MOST_TRIES_AT_A_LIMIT:
        return
    if message.origin == SENT_ELSEWHERE:
        # Another program's: whether it is tried again is that program's business.
        return
    if resends.resent_as(session, message.account_sid, [message.id]):
        # A person sent it anew while it was not confirmed: this one must not follow.
        return
    # It definitely did not arrive, so a new attempt can't double it; the old one keeps its SID.
    last = attempts.last_of(session, message.account_sid, message.id)
    if last is not None and last.id is not None:
        attempts.update(session, message.account_sid, last.id, error_code=code)
    messages.update(
        session,
        message.account_sid,
        message.id,
        state="ready",
        reason="waiting_for_rate",
        sid="",
        status="",
        error_code="",
        error_message="",
        next_attempt_at=goes_on_at,
        check_at=None,
    )
    feed.of_message(session, message, "state", at, "ready", reason="waiting_for_rate")
