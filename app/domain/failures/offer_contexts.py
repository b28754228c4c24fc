"""Load what decides, beside each message, what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.clock import now
from app.domain.contacts.session_window import window
from app.domain.failures import gate_answers, offers
from app.domain.failures.gate_answers import GateAnswer
from app.domain.failures.offers import OfferContext
from app.domain.sending.error_effects import OPTED_OUT
from app.store.consent import records as consent
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.messages import resends, sender_rates
from app.store.tables import Message


def offered(session: Session, account_sid: str, messages: Sequence[Message]) -> dict[int, tuple[str, ...]]:
    """The offers on each of these messages, by number."""
    ours = [message for message in messages if message.direction == "outbound" and message.id is not None]
    numbers = [message.id or 0 for message in ours]
    held = conversations.with_addresses(session, account_sid, {message.conversation_id for message in ours})
    sent_again = resends.replaced(session, account_sid, numbers)
    recorded = consent.told_by(session, account_sid, [m.id or 0 for m in ours if m.error_code in OPTED_OUT])
    waits = any(message.error_code and offers.depends_on_senders(message.error_code) for message in ours)
    paused = waits and bool(sender_rates.paused(session, account_sid, now()))
    answers, found = gate_answers.of(session, account_sid, ours), {}
    for message in ours:
        conversation, _address = held[message.conversation_id]
        context = OfferContext(
            gate=answers.get(message.id or 0, GateAnswer()),
            window_open=window(conversation.last_inbound_at, now()).open,
            sent_again=message.id in sent_again,
            paused=paused,
            opt_out_recorded=message.id in recorded,
        )
        found[message.id or 0] = offers.on_one(message, context)
    return found
