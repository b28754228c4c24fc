"""Named points on the ways through the product, at which a fault run looks in. Nothing happens there otherwise."""

from __future__ import annotations

from collections.abc import Callable

BEFORE_INBOUND_INSERT = "before-inbound-insert"
AFTER_INBOUND_COMMIT = "after-inbound-commit"
BEFORE_MEDIA_JOB = "before-media-job"
BEFORE_CLAIM = "before-claim"
AFTER_CLAIM = "after-claim"
CALL_LEAVES = "call-leaves"
AFTER_ANSWER = "after-answer"
BEFORE_FRAME = "before-frame"
IN_STATUS = "in-status"
IN_CLOCK_JOB = "in-clock-job"
IN_MEDIA_MOVE = "in-media-move"

_watch: Callable[[str], None] | None = None


def watch(watcher: Callable[[str], None]) -> None:
    """Let `watcher` hear of every point that this process reaches, by name."""
    global _watch
    _watch = watcher


def reach(point: str) -> None:
    """This process is at the point."""
    if _watch is not None:
        _watch(point)
