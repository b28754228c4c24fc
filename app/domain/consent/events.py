"""Opt-outs and opt-ins: heard in what people write, recorded as events, derived by when they happened."""

from __future__ import annotations

from datetime import datetime

from app.domain.actor import Actor
from app.domain.consent import keywords
from app.store import consent as events
from app.store import contacts
from app.store.database import Session
from app.store.feed import events as feed


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
