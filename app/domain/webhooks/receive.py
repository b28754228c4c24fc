"""Take a webhook in: into the journal, applied, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.clock import now
from app.domain.webhooks import inbound, status
from app.domain.webhooks.webhook import NotUnderstood, Webhook
from app.store.database import Session
from app.store.errors import is_the_databases_fault
from app.store.feed import events as feed
from app.store.journal import rows as journal
from app.store.savepoint import savepoint
from app.store.tables import Journal


@dataclass(frozen=True)
class Received:
    """The result of taking in a webhook: its journal row (None for a repeat), and why it is in quarantine, if it is."""

    journal_id: int | None
    quarantined: str = ""


def receive(session: Session, webhook: Webhook) -> Received:
    """Store the form and apply it. A repeat changes nothing; what can't be applied waits in quarantine."""
    at = now()
    if webhook.kind == "inbound":
        inbound.foresee(session, webhook)
    journal_id = journal.add(
        session,
        webhook.account_sid,
        webhook.key,
        webhook.pairs,
        kind=webhook.kind,
        sid=webhook.sid,
        path=webhook.path[:300],
        state="applied",
        source=webhook.source,
        request_id=webhook.request_id,
        idempotency_token=webhook.idempotency_token[:100],
        occurred_at=webhook.occurred_at,
        recorded_at=at,
        applied_at=at,
    )
    if journal_id is None:
        return Received(None)
    reason = apply(session, webhook, journal_id, at)
    if reason:
        journal.quarantine(session, webhook.account_sid, journal_id, reason)
        feed.append(session, webhook.account_sid, "quarantine", at, word=reason[:60], journal_id=journal_id)
    return Received(journal_id, reason)


def apply(session: Session, webhook: Webhook, journal_id: int, at: datetime) -> str:
    """Do what the form means, inside a savepoint; may run twice. Returns '' or the reason it could not be applied."""
    try:
        with savepoint(session):
            if webhook.kind == "inbound":
                inbound.apply(session, webhook, journal_id, at)
            else:
                status.apply(session, webhook, journal_id, at)
    except NotUnderstood as error:
        return error.reason
    except Exception as error:
        if is_the_databases_fault(error):
            raise
        return f"error:{type(error).__name__}"
    return ""


def apply_again(session: Session, row: Journal) -> str:
    """Apply a stored form again, as it came; what is right already stays as it is."""
    assert row.id is not None
    return settle(session, row, apply(session, stored(row), row.id, now()))


def settle(session: Session, row: Journal, reason: str) -> str:
    """Say of a row that it is applied, or (with a reason) in quarantine. Returns the reason."""
    assert row.id is not None
    if reason:
        journal.quarantine(session, row.account_sid, row.id, reason)
    else:
        journal.applied(session, row.account_sid, row.id, now())
    return reason


def stored(row: Journal) -> Webhook:
    """The webhook that a journal row keeps."""
    return Webhook(
        account_sid=row.account_sid,
        kind="inbound" if row.kind == "inbound" else "status",
        pairs=tuple(journal.pairs_of(row)),
        path=row.path,
        occurred_at=row.occurred_at,
        source="pull" if row.source == "pull" else "replay",
        request_id=row.request_id,
        idempotency_token=row.idempotency_token,
    )
