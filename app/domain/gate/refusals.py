"""Every refusal of the gate is counted and logged, whichever door asked."""

from __future__ import annotations

from typing import Any

import structlog

from app.domain.actor import Actor
from app.domain.gate.decision import Decision
from app.domain.metrics import counting
from app.logs import mask
from app.store.database import Session, after_commit

log = structlog.get_logger()


def note(
    session: Session, by: Actor | None, refused: Decision, to: str, sender: str, message_id: int | None = None
) -> None:
    """Count and log a refusal once what it belongs to is committed; numbers are shortened, texts are left out.

    `by` is who asked, None for the claim. A command tells it on its own standard error.
    """
    counting.gate_refused(session, refused.rule)
    if by is not None and by.kind == "command":
        return
    told: dict[str, Any] = {
        "to": mask(to),
        "sender": mask(sender),
        "message_id": message_id,
        "by": by.kind if by else "claim",
    }
    told |= {"rule": refused.rule, "way_out": refused.way_out, "evidence": refused.evidence}
    after_commit(session, lambda: log.info("gate.refused", **told))
