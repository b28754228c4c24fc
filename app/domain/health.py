"""Is the installation ready, and if not, why: facts as codes and seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.clock import now
from app.store import leases
from app.store.database import Database, Session
from app.store.errors import DatabaseUnavailable
from app.store.messages import outbox
from app.store.schema_version import at_head
from app.store.spool import Spool

WORKER_SILENT = timedelta(seconds=30)
BACKLOG_OLD = timedelta(minutes=5)


@dataclass(frozen=True)
class Health:
    """Ready when `faults` is empty; `facts` are what was looked at."""

    faults: list[str]
    facts: dict[str, Any]


def examine(database: Database, spool: Spool | None, account_sid: str) -> Health:
    """Look at the database, the schema, the worker's heartbeat, and the age of what waits."""
    at = now()
    facts: dict[str, Any] = {"spooled_webhooks": spool.waiting() if spool else 0}
    try:
        facts["schema_at_head"] = at_head(database)
        if not facts["schema_at_head"]:
            return Health(["schema_not_at_head"], facts)
        facts |= database.read(lambda session: _waiting(session, account_sid, at))
    except DatabaseUnavailable as error:
        return Health(["database_unreachable"], facts | {"database": str(error)})
    return Health(_faults(facts, database.trouble), facts | {"database": database.trouble or "ok"})


def _waiting(session: Session, account_sid: str, at: datetime) -> dict[str, Any]:
    return {
        "worker_silent_seconds": _age(leases.last_beat(session, "worker"), at),
        "backlog_seconds": _age(outbox.oldest_ready(session, account_sid, at), at),
    }


def _age(since: datetime | None, at: datetime) -> float | None:
    return None if since is None else round((at - since).total_seconds(), 1)


def _faults(facts: dict[str, Any], trouble: str) -> list[str]:
    silent, waiting = facts["worker_silent_seconds"], facts["backlog_seconds"]
    found = {
        "database_does_not_take_writes": bool(trouble),
        "worker_missing": silent is None or silent > WORKER_SILENT.total_seconds(),
        "backlog_old": waiting is not None and waiting > BACKLOG_OLD.total_seconds(),
        "webhooks_wait_in_spool": facts["spooled_webhooks"] > 0,
    }
    return [code for code, is_so in found.items() if is_so]
