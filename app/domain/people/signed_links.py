"""Addresses that Twilio signs together are one person's, whichever came first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.actor import webhook as twilio
from app.domain.contacts import known_again
from app.domain.people import joins
from app.store import contacts
from app.store.contacts import ConversationKey
from app.store.database import Session


def link(session: Session, account_sid: str, found: ConversationKey, ids: Sequence[str], at: datetime) -> None:
    """Give these ids to the contact that was found. Where one is another contact's, the two are one person."""
    for one in ids:
        if contacts.add_address(session, account_sid, found.contact_id, one, found.identity, "signed", at):
            known_again.look(session, account_sid, [one], at)
            continue
        (there,) = contacts.by_address(session, account_sid, [one])
        joins.unite(session, twilio(account_sid), found.address_id, there.id or 0, "signed", at)
