"""What /metrics reads when it is asked: the state of the database and the spool, and what the workers counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.clock import now
from app.metrics import Facts, Key
from app.store import worker_counts
from app.store.database import Database, Session
from app.store.errors import DatabaseUnavailable
from app.store.failures import unsettled
from app.store.messages import outbox_depth
from app.store.spool import Spool


@dataclass(frozen=True)
class Scrape:
    """`facts` by the metric's name, as in app.metrics.FACTS; `by_workers` what they counted."""

    facts: Facts
    by_workers: dict[Key, float] = field(default_factory=dict)


def scrape(database: Database, spool: Spool | None, account_sid: str) -> Scrape:
    """Look; without the database there is what needs none."""
    here = {"switchboard_webhooks_spooled": {"": float(spool.waiting())}} if spool else {}
    try:
        found = database.read(lambda session: _of_database(session, account_sid, now()))
    except DatabaseUnavailable:
        return Scrape({**here, "switchboard_database_up": {"": 0.0}})
    return Scrape({**here, **found.facts, "switchboard_database_up": {"": 1.0}}, found.by_workers)


def _of_database(session: Session, account_sid: str, at: datetime) -> Scrape:
    depths = {
        "ready": outbox_depth.ready(session, account_sid, at),
        "sending": outbox_depth.sending(session, account_sid),
        "unconfirmed": outbox_depth.unconfirmed(session, account_sid),
    }
    counts = unsettled.counts(session, account_sid, at)
    facts = {
        "switchboard_outbox_messages": {state: float(depth.count) for state, depth in depths.items()},
        "switchboard_outbox_oldest_seconds": {state: _age(depth.oldest, at) for state, depth in depths.items()},
        "switchboard_webhooks_quarantined": {"": float(counts.quarantined)},
        "switchboard_statuses_orphaned": {"": float(counts.orphans)},
    }
    return Scrape(facts, worker_counts.totals(session))


def _age(since: datetime | None, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds()) if since else 0.0
