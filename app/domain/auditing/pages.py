"""Look at the audit, page by page, or take it along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from app.domain import audit
from app.domain.access import require
from app.domain.actor import Actor
from app.domain.clock import now
from app.store import audit as rows
from app.store.audit import AuditFilter
from app.store.database import Database, Session
from app.store.tables import Audit

EXPORTED_AT_ONCE = 500


def page(session: Session, actor: Actor, wanted: AuditFilter, below: int | None, limit: int) -> list[Audit]:
    """Rows that fit, newest first, below the row with this number. Raises NotAllowed."""
    require(actor, "audit.read")
    place = rows.place(session, actor.account_sid, below) if below is not None else None
    return rows.rows(session, actor.account_sid, wanted, place, limit)


def export(database: Database, actor: Actor, wanted: AuditFilter) -> Iterator[list[Audit]]:
    """All rows that fit and are there now, newest first; that they were exported is a row itself. Raises NotAllowed."""
    require(actor, "audit.read")
    at = now()
    codes = {"person": wanted.actor_kind, "verbs": list(wanted.verbs), "subject": wanted.subject_kind}
    # The row stands before anything leaves, and whoever reads slowly gets no rows that came meanwhile.
    database.write(lambda session: audit.record(session, actor, "audit.export", "audit", "", **codes))
    until = min(at, wanted.until) if wanted.until else at
    return _pages(database, actor, replace(wanted, until=until))


def _pages(database: Database, actor: Actor, wanted: AuditFilter) -> Iterator[list[Audit]]:
    below: int | None = None
    while found := database.read(partial(page, actor=actor, wanted=wanted, below=below, limit=EXPORTED_AT_ONCE)):
        yield found
        below = found[-1].id
