"""The clock that bin/test-at moved, for processes that get an environment of their own."""

from __future__ import annotations

import os

VARIABLES = ("LD_PRELOAD", "MOVED_CLOCK_SECONDS")


def moved_clock() -> dict[str, str]:
    """The variables that move a process's clock as far as this one's; none where nobody moved it."""
    return {name: os.environ[name] for name in VARIABLES if name in os.environ}
