"""What an inbound message says about consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import webhook as twilio
from app.domain.consent import keywords
from app.domain.consent.events import in_force, record
from app.domain.sending import outbox
from app.domain.webhooks.webhook import Webhook
from app.store import contacts
from app.store.contacts import ConversationKey
from app.store.database import Session


@dataclass(frozen=True)
class KeywordAction:
    """A keyword in a message, and what it asks for."""

    word: str
    action: keywords.Action


def apply_keyword(session: Session, webhook: Webhook, found: ConversationKey, message_id: int, at: datetime) -> None:
    """Record what an inbound message says about consent; a new opt-out is confirmed once, unless Twilio did."""
    heard = _keyword_action(webhook)
    if heard is None or found.conversation_id is None:
        return
    # Held before it is looked at: of two opt-outs at once one is confirmed.
    held = contacts.lock_address(session, webhook.account_sid, found.address_id)
    was_out = held is not None and held.opt_out_event_id is not None
    changed = record(
        session,
        twilio(webhook.account_sid),
        address_id=found.address_id,
        action=heard.action,
        keyword=heard.word,
        source="twilio_keyword" if webhook.value("OptOutType") else "keyword",
        evidence_key=f"inbound:{webhook.sid}",
        message_id=message_id,
        conversation_id=found.conversation_id,
        occurred_at=webhook.occurred_at,
        at=at,
    )
    if (
        changed
        and heard.action == "opt_out"
        and not was_out
        and not webhook.value("OptOutType")
        and in_force(session, webhook.account_sid, found.address_id)
    ):
        outbox.confirm_opt_out(session, webhook.account_sid, found.conversation_id, f"opt-out:{webhook.sid}")


def _keyword_action(webhook: Webhook) -> KeywordAction | None:
    """A keyword is the whole message, a button's text or payload, or what Twilio recognised itself."""
    for text in (webhook.value("OptOutType"), webhook.value("ButtonPayload"), webhook.value("Body")):
        word = keywords.keyword(text)
        action = keywords.action_of(word)
        if action:
            return KeywordAction(word, action)
    return None
