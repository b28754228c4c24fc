"""The ids that Twilio signs beside a number: from then on they are the same person's (docs/twilio.md#addresses)."""

from __future__ import annotations

from datetime import datetime

from app.domain.contacts import addresses
from app.domain.people import signed_links
from app.domain.webhooks.webhook import Webhook
from app.store import contacts
from app.store.contacts import ConversationKey
from app.store.database import Session


def keep(session: Session, webhook: Webhook, found: ConversationKey, at: datetime) -> ConversationKey:
    """Link what the form signs together, for good. Returns where its message belongs then.

    Most forms tell what is known already, which costs a comparison.
    """
    told = " ".join(filter(None, map(webhook.value, ("ExternalUserId", "ParentExternalUserId"))))
    if not told or told == found.external_ids:
        return found
    ids = [one for one in told.split() if one != webhook.value("From") and addresses.is_address(one)]
    signed_links.link(session, webhook.account_sid, found, ids, at)
    known = contacts.conversation_key(session, webhook.account_sid, webhook.value("From"), webhook.value("To"))
    assert known is not None
    contacts.change(session, webhook.account_sid, known.contact_id, external_ids=told[:300])
    return known
