"""Named points at which a fault run can kill this process, as a power cut would.

`CRASH_AT=<name>` kills at the first time the point is reached, `CRASH_AT=<name>:<n>` at the n-th. Without it a point
costs a comparison. `bin/faults` sets it; nothing else does.
"""

from __future__ import annotations

import os
import signal
import threading

BEFORE_INBOUND_INSERT = "before-inbound-insert"
AFTER_INBOUND_COMMIT = "after-inbound-commit"
BEFORE_MEDIA_JOB = "before-media-job"
BEFORE_CLAIM = "before-claim"
AFTER_CLAIM = "after-claim"
AFTER_CALL_LEFT = "after-call-left"
AFTER_ANSWER = "after-answer"
BEFORE_FRAME = "before-frame"
IN_STATUS = "in-status"
IN_CLOCK_JOB = "in-clock-job"

_name, _, _count = os.environ.get("CRASH_AT", "").partition(":")
_left = int(_count or 1)
_lock = threading.Lock()


def armed(point: str) -> bool:
    """Whether this run dies at this point, for points that need preparing."""
    return point == _name


def reach(point: str) -> None:
    """Die here when this is the point and the time for it."""
    if point != _name:
        return
    global _left
    with _lock:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
