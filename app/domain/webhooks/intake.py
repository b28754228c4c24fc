"""Where a signed webhook is made safe: in the database, or in the spool when that can't be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from app import fault_points
from app.domain.webhooks.receive import Received, receive
from app.domain.webhooks.webhook import Webhook
from app.logs import said_of
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.spool import Spool

log = structlog.get_logger()


class NotSafe(Exception):
    """Neither the database nor the spool took it; it must not be answered 2xx."""


def take_in(database: Database, spool: Spool | None, webhook: Webhook) -> Received | None:
    """Store and apply the webhook; None when it waits in the spool. Raises NotSafe when nothing took it."""
    fault_points.reach(fault_points.BEFORE_INBOUND_INSERT)
    try:
        # Without a spool, to wait is all that can be done.
        write = database.write if spool is None else database.write_or_leave
        received = write(lambda session: receive(session, webhook))
        fault_points.reach(fault_points.AFTER_INBOUND_COMMIT)
        return received
    except DatabaseUnavailable as error:
        trouble: Exception = error
    except Exception as error:
        # Not migrated yet, or a mistake of ours: whatever it is, what came must not be lost by it.
        log.exception("webhook.not_taken", kind=webhook.kind, sid=webhook.sid)
        trouble = error
    if spool is None:
        raise NotSafe(said_of(trouble)) from trouble
    try:
        spool.put(entry(webhook))
    except OSError as disk:
        raise NotSafe(f"{said_of(trouble)}; {disk}") from disk
    return None


def take_in_together(database: Database, webhooks: Sequence[Webhook]) -> list[Received | None]:
    """Store and apply many at a time; None for one that has to be taken in by itself, as `take_in` does."""
    fault_points.reach(fault_points.BEFORE_INBOUND_INSERT)
    found = database.write_together([partial(receive, webhook=webhook) for webhook in webhooks])
    fault_points.reach(fault_points.AFTER_INBOUND_COMMIT)
    return [None if isinstance(one, BaseException) else one for one in found]


def drain(database: Database, spool: Spool) -> int:
    """Take in what waits in the spool. Raises DatabaseUnavailable when the database still can't be reached."""

    def take(kept: dict[str, Any]) -> None:
        webhook = webhook_of(kept, source="spool")
        database.write(lambda session: receive(session, webhook))

    return spool.drain(take)


def entry(webhook: Webhook) -> dict[str, Any]:
    """The webhook as JSON, for a file."""
    return {
        "account_sid": webhook.account_sid,
        "kind": webhook.kind,
        "pairs": webhook.pairs,
        "path": webhook.path,
        "occurred_at": webhook.occurred_at.isoformat(),
        "source": webhook.source,
        "request_id": webhook.request_id,
        "idempotency_token": webhook.idempotency_token,
    }


def webhook_of(kept: dict[str, Any], source: str) -> Webhook:
    """The webhook that a file keeps; what was pulled stays so, for it lacks what only a webhook tells."""
    return Webhook(
        account_sid=kept["account_sid"],
        kind=kept["kind"],
        pairs=tuple((name, value) for name, value in kept["pairs"]),
        path=kept["path"],
        occurred_at=datetime.fromisoformat(kept["occurred_at"]),
        source="pull" if kept.get("source") == "pull" else source,
        request_id=kept["request_id"],
        idempotency_token=kept["idempotency_token"],
    )
