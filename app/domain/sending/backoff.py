"""When to try again after a send that surely did not happen."""

from __future__ import annotations

import random
from datetime import timedelta

MAX_TRIES = 10
_FIRST_SECONDS = 1.0
_MOST_SECONDS = 300.0


def wait(tries: int, retry_after: float | None) -> timedelta | None:
    """How long to wait after `tries` tries, or None when it is enough.

    Exponential with full jitter; what Twilio asked for by Retry-After is waited for at least.
    """
    if tries >= MAX_TRIES:
        return None
    ceiling = min(_MOST_SECONDS, _FIRST_SECONDS * 2 ** (tries - 1))
    jittered = random.uniform(0, ceiling)
    return timedelta(seconds=max(jittered, retry_after or 0.0))
