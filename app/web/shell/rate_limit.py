"""How many requests one asker may make, counted in this process and in bounded memory.

The count holds up a program that runs wild and a person who tries numbers; it is no quota that is sold, so it needs no
row, and several web processes each count for themselves.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict


class RateLimit:
    """`burst` requests at once, and after them one every 60/`per_minute` seconds (GCRA: one number for each asker)."""

    def __init__(self, per_minute: float, burst: int, most_askers: int = 10_000) -> None:
        self._every = 60 / per_minute
        self._ahead = self._every * burst
        self._most = most_askers
        self._due: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, asker: str, at: float | None = None) -> float:
        """Count a request of this asker. 0, or the seconds until the next one is taken; that one isn't counted."""
        at = time.monotonic() if at is None else at
        with self._lock:
            due = max(self._due.pop(asker, at), at)
            late = due + self._every - self._ahead - at
            self._due[asker] = due if late > 0 else due + self._every
            # Whoever asked longest ago goes first, and has most likely none to wait for any more.
            while len(self._due) > self._most:
                self._due.popitem(last=False)
        return max(late, 0.0)
