"""The country whose rules hold for a contact, where it isn't the number's."""

from __future__ import annotations

import phonenumbers

from app.domain import access, audit
from app.domain.actor import Actor
from app.store import contacts
from app.store.database import Session


class RegionNotSet(Exception):
    """It can't be set; `reason` is region_unknown or contact_unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def choose(session: Session, actor: Actor, contact_id: int, region: str) -> None:
    """Set a contact's region (two letters); '' leaves it to the number. Raises NotAllowed, RegionNotSet."""
    access.require(actor, "contact.region")
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        raise RegionNotSet("region_unknown")
    # The claim of a message holds the person too: what is claimed after this goes by the new rules.
    contacts.lock(session, actor.account_sid, [contact_id])
    contact = contacts.by_id(session, actor.account_sid, contact_id)
    if contact is None or contact.erased_at is not None or contact.joined_into_id is not None:
        raise RegionNotSet("contact_unknown")
    if contact.region == region:
        return
    told = {"before": contact.region or contact.country, "after": region or contact.country}
    contacts.change(session, actor.account_sid, contact_id, region=region)
    verb = "contact.region" if region else "contact.region_by_number"
    audit.record(session, actor, verb, "contact", contact_id, **told)
