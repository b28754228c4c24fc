"""What came instead of a clear answer, where an attempt is not confirmed."""

from __future__ import annotations

from typing import get_args

from app.gateways.twilio.client import READ_SECONDS
from app.gateways.twilio.outcomes import Cause
from app.store.tables import Attempt

CAUSES: tuple[str, ...] = get_args(Cause)
ANSWER_WITHIN_SECONDS = int(READ_SECONDS)


def cause_of(attempt: Attempt | None) -> str:
    """The cause, silent where none is known."""
    return attempt.cause if attempt is not None and attempt.cause in CAUSES else "silent"
