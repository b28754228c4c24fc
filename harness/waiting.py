"""The one place where tests wait."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], seconds: float = 10, every: float = 0.02) -> T:
    """Ask `condition` every `every` seconds until it returns something true, and return that.

    Raises AssertionError, with what was awaited and the last answer, when `seconds` have passed.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {_wording(condition)}; the last answer was {answer!r}")
        time.sleep(every)
    return answer


def _wording(condition: Callable[[], object]) -> str:
    try:
        return " ".join(inspect.getsource(condition).split())
    except (OSError, TypeError):
        return repr(condition)
