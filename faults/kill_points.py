"""Kills this process at one of the product's fault points, as a power cut would.

`CRASH_AT=<name>` kills at the first time the point is reached, `CRASH_AT=<name>:<n>` at the n-th.
"""

from __future__ import annotations

import os
import signal
import threading

from app import fault_points

# From where a call leaves to where its bytes are on their way and no answer can have come.
_LEFT_SECONDS = 0.02


class KillPoint:
    """Counts how often the point is reached, and kills when it is the n-th time."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._left = times
        self._lock = threading.Lock()

    def reached(self, point: str) -> None:
        """Hear of a point; a call is given the time to leave."""
        if point != self._name:
            return
        if point == fault_points.CALL_LEAVES:
            threading.Timer(_LEFT_SECONDS, self._count).start()
        else:
            self._count()

    def _count(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def arm() -> None:
    """Watch for the point that CRASH_AT names, if it names one."""
    name, _, times = os.environ.get("CRASH_AT", "").partition(":")
    if name:
        fault_points.watch(KillPoint(name, int(times or 1)).reached)
