"""What everybody who takes part works with: the account's line to Twilio, the database, the files, and the time."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.media.grants import MediaLinks
from app.domain.webhooks import intake
from app.domain.webhooks.webhook import Webhook, WebhookKind
from app.gateways.media_store import MediaStore
from app.store.database import Database
from demo.timeline import Timeline
from simulator.forms import Line


@dataclass(frozen=True)
class Stage:
    """One demo. `line` is its account and sender, `store` keeps its files, `links` are where Twilio fetches them."""

    line: Line
    database: Database
    store: MediaStore
    links: MediaLinks
    timeline: Timeline

    @property
    def account_sid(self) -> str:
        """The account that all of it belongs to."""
        return self.line.account_sid

    def webhook(self, kind: WebhookKind, form: Mapping[str, str], path: str = "") -> None:
        """Twilio posts this form now."""
        came = Webhook(
            account_sid=self.account_sid,
            kind=kind,
            pairs=tuple(form.items()),
            path=path or f"/twilio/{kind}",
            occurred_at=self.timeline.at,
            request_id=secrets.token_hex(8),
            idempotency_token=str(uuid.uuid4()),
        )
        intake.take_in(self.database, None, came)
