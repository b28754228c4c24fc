"""Write down who did what, in the transaction of the deed."""

from __future__ import annotations

from typing import Any

from app.domain.actor import Actor
from app.domain.clock import now
from app.store import audit as rows
from app.store.database import Session


def record(session: Session, actor: Actor, verb: str, subject_kind: str, subject_id: object, **detail: Any) -> None:
    """One audit row: the actor did `verb` to the subject. `detail` holds codes and numbers, never bodies."""
    rows.add(
        session,
        actor.account_sid,
        now(),
        actor_kind=actor.kind,
        actor_id=actor.id if actor.kind == "agent" else None,
        actor_name=actor.name,
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        detail=detail,
    )
