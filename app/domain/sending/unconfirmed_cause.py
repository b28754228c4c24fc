"""What came instead of a clear answer, where an attempt is not confirmed."""

from __future__ import annotations

from app.gateways.twilio.client import READ_SECONDS
from app.store.tables import Attempt
from app.vocabulary import CAUSES

ANSWER_WITHIN_SECONDS = int(READ_SECONDS)


def cause_of(attempt: Attempt | None) -> str:
    """The cause, silent where none is known."""
    return attempt.cause if attempt is not None and attempt.cause in CAUSES else "silent"
