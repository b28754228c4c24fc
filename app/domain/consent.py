"""Opt-outs and opt-ins: heard in what people write, recorded as events, derived by when they happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain import keywords, outbox
from app.domain.actor import Actor
from app.domain.actor import webhook as twilio
from app.domain.webhooks.webhook import Webhook
from app.store import consent as events
from app.store import contacts, feed
from app.store.contacts import Place
from app.store.database import Session


@dataclass(frozen=True)
class Heard:
    """A keyword in a message, and what it asks for."""

    word: str
    action: keywords.Action


def hear(session: Session, webhook: Webhook, found: Place, message_id: int, at: datetime) -> None:
    """Record what an inbound message says about consent; a new opt-out is confirmed once, unless Twilio did."""
    heard = _heard(webhook)
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


def _heard(webhook: Webhook) -> Heard | None:
    """A keyword is the whole message, a button's text or payload, or what Twilio recognised itself."""
    for text in (webhook.value("OptOutType"), webhook.value("ButtonPayload"), webhook.value("Body")):
        word = keywords.keyword(text)
        action = keywords.action_of(word)
        if action:
            return Heard(word, action)
    return None


def record(
    session: Session,
    actor: Actor,
    *,
    address_id: int,
    action: keywords.Action,
    source: str,
    evidence_key: str,
    occurred_at: datetime,
    at: datetime,
    keyword: str = "",
    message_id: int | None = None,
    conversation_id: int | None = None,
) -> bool:
    """Add one event and derive what is in force. Returns False when this evidence was recorded before."""
    contacts.lock_address(session, actor.account_sid, address_id)
    event_id = events.add(
        session,
        {
            "account_sid": actor.account_sid,
            "address_id": address_id,
            "action": action,
            "source": source,
            "keyword": keyword,
            "evidence_key": evidence_key,
            "message_id": message_id,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "occurred_at": occurred_at,
            "recorded_at": at,
        },
    )
    if event_id is None:
        return False
    derive(session, actor.account_sid, address_id)
    told = {"message_id": message_id, "conversation_id": conversation_id}
    feed.append(
        session, actor.account_sid, "consent", at, word=action, occurred_at=occurred_at, keyword=keyword, **told
    )
    return True


def in_force(session: Session, account_sid: str, address_id: int) -> bool:
    """True when the address is opted out now."""
    latest = events.latest(session, account_sid, address_id)
    return latest is not None and latest.action == "opt_out"


def derive(session: Session, account_sid: str, address_id: int) -> None:
    """Set the opt-out in force by `occurred_at`: a STOP learned of late can't undo a later START."""
    latest = events.latest(session, account_sid, address_id)
    opted_out = latest is not None and latest.action == "opt_out"
    contacts.set_opt_out(session, account_sid, address_id, latest.id if latest and opted_out else None)
