"""Records that don't count though they stand in the ledger: those of an import that isn't applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.store.consent import imports
from app.store.database import Session
from app.store.tables import ConsentRecord


@dataclass(frozen=True)
class NotCounting:
    """Why a record doesn't count: its import was taken back, then and by whom, or is still being applied.

    `state` is taken_back or applying.
    """

    state: str
    taken_back_at: datetime | None
    taken_back_by: str


def among(session: Session, account_sid: str, records: Iterable[ConsentRecord]) -> dict[int, NotCounting]:
    """The records among these that don't count, by number, each with why."""
    brought = {record.id or 0: record.import_id for record in records if record.import_id is not None}
    found = imports.by_ids(session, account_sid, set(brought.values())) if brought else {}
    return {
        number: NotCounting(one.state, one.taken_back_at, one.taken_back_by)
        for number, import_id in brought.items()
        if (one := found[import_id]).state != "applied"
    }
