"""What an inbound message says about consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import webhook as twilio
from app.domain.consent import keywords, ledger
from app.domain.consent.entry import Entry
from app.domain.gate import in_force
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
    contact_id = contacts.lock_who_has(session, webhook.account_sid, found.address_id)
    sender = webhook.value("To")
    was_out = ledger.opted_out(session, webhook.account_sid, contact_id, sender)
    added = ledger.record(
        session, twilio(webhook.account_sid), _entry(webhook, heard, found, message_id), at, found.conversation_id
    )
    if (
        added is not None
        and heard.action == "opt_out"
        and not was_out
        and not webhook.value("OptOutType")
        and ledger.opted_out(session, webhook.account_sid, contact_id, sender)
    ):
        outbox.confirm_opt_out(session, webhook.account_sid, found.conversation_id, f"opt-out:{webhook.sid}")


def _entry(webhook: Webhook, heard: KeywordAction, found: ConversationKey, message_id: int) -> Entry:
    """The record of a keyword. START ends the opt-outs before it, so that what was granted earlier holds again.

    Whether an opt-out holds for all senders of ours or for the one that it was said to is in the rules file.
    """
    said_to_one = heard.action == "opt_out" and in_force.rules().file.opt_out.scope == "sender"
    return Entry(
        address_id=found.address_id,
        purpose="all",
        scope=webhook.value("To") if said_to_one else "",
        state="withdrawn" if heard.action == "opt_out" else "invalidated",
        source="twilio_keyword" if webhook.value("OptOutType") else "keyword",
        expressed_by="principal",
        event_type="explicit",
        keyword=heard.word,
        evidence_key=f"inbound:{webhook.sid}",
        message_id=message_id,
        message_sid=webhook.sid,
        occurred_at=webhook.occurred_at,
    )


def _keyword_action(webhook: Webhook) -> KeywordAction | None:
    """A keyword is the whole message, a button's text or payload, or what Twilio recognised itself."""
    for text in (webhook.value("OptOutType"), webhook.value("ButtonPayload"), webhook.value("Body")):
        word = keywords.keyword(text)
        action = keywords.action_of(word)
        if action:
            return KeywordAction(word, action)
    return None
