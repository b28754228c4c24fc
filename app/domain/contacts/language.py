"""The language that templates for a contact are in."""

from __future__ import annotations

from app.domain import access, audit
from app.domain.actor import Actor
from app.store import contacts
from app.store.database import Session


def choose(session: Session, actor: Actor, contact_id: int, language: str) -> None:
    """Keep it with the contact. Raises NotAllowed."""
    access.require(actor, "message.send")
    contact = contacts.by_id(session, actor.account_sid, contact_id)
    if contact is not None and contact.language != language:
        # Before the change, which the row at hand shows too.
        audit.record(session, actor, "contact.language", "contact", contact_id, before=contact.language, after=language)
        contacts.change(session, actor.account_sid, contact_id, language=language[:20])
