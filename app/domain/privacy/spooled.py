"""Webhooks of a person that wait in the spool: forgotten, with their keys kept, so that none comes back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from app.domain.privacy.mentions import Mentions
from app.domain.webhooks import intake
from app.domain.webhooks.webhook import Webhook
from app.store.database import Database
from app.store.privacy import messages
from app.store.spool import Spool


def forget(database: Database, spool: Spool, account_sid: str, addresses: Collection[str], upto: datetime) -> int:
    """Forget what came of this person until then; returns how many."""
    named, done = Mentions(addresses), 0
    for entry, remove in spool.entries():
        webhook = intake.webhook_of(entry, source="spool")
        if webhook.account_sid == account_sid and webhook.occurred_at <= upto and named.in_form(webhook.pairs):
            # The keys first: whoever takes the entry in meanwhile finds it a repeat.
            database.write(partial(messages.keep_keys, account_sid=account_sid, keys=keys_of(webhook), at=upto))
            remove()
            done += 1
    return done


def keys_of(webhook: Webhook) -> list[str]:
    """The keys under which a webhook, or a pull of its message, would come."""
    pulled = [f"{kind}:{webhook.sid}" for kind in ("inbound", "pulled")]
    return pulled if webhook.sid and webhook.kind == "inbound" else [webhook.key]
