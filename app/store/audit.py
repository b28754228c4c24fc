"""The audit's rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.store.inserts import insert
from app.store.tables import Audit


def add(session: Session, account_sid: str, at: datetime, **columns: Any) -> None:
    """Write one row in the caller's transaction."""
    insert(session, Audit, {"account_sid": account_sid, "occurred_at": at, "recorded_at": at, **columns})
