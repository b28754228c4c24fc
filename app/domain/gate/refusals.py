"""Every refusal of the gate is counted and logged, whichever door asked."""

from __future__ import annotations

import structlog

from app.domain.gate.decision import Decision
from app.domain.metrics import counting
from app.logs import mask
from app.store.database import Session, after_commit

log = structlog.get_logger()


def note(session: Session, refused: Decision, to: str, sender: str, message_id: int | None = None) -> None:
    """Count and log a refusal once what it belongs to is committed; numbers are shortened, texts are left out."""
    counting.gate_refused(session, refused.rule)
    told = {"to": mask(to), "sender": mask(sender), "message_id": message_id, "evidence": refused.evidence}
    after_commit(session, lambda: log.info("gate.refused", rule=refused.rule, way_out=refused.way_out, **told))
