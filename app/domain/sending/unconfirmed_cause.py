"""What came instead of a clear answer, where an attempt is not confirmed."""

from __future__ import annotations

from typing import Literal

from app.gateways.twilio.client import READ_SECONDS
from app.gateways.twilio.outcomes import UNREADABLE
from app.store.tables import Attempt

Code = Literal["error", "unreadable", "late", "cut", "stopped", "silent"]

# What an attempt says whose sender crashed or was stopped.
NOT_RECORDED = "no answer was recorded"
ANSWER_WITHIN_SECONDS = int(READ_SECONDS)


def code_of(attempt: Attempt | None) -> Code:
    """An error or an unreadable answer, none in time, a cut connection, a stopped sender; silent where nothing tells.

    An error is one that proves nothing: Twilio may have taken the message before it failed.
    """
    if attempt is None:
        return "silent"
    said, status = attempt.error_message, attempt.http_status
    if said.startswith(UNREADABLE) and (status is None or status < 500):
        return "unreadable"
    if status is not None:
        return "error"
    if said == NOT_RECORDED:
        return "stopped"
    if said == "ReadTimeout":
        return "late"
    return "cut" if said in ("ConnectionError", "ChunkedEncodingError", "ContentDecodingError") else "silent"
