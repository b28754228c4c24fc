"""What happens when: deeds in the order of their moments, each done while the product's clock shows its own."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

from app.domain import clock

Deed = Callable[[], object]


class Timeline:
    """A clock that goes from one deed to the next."""

    def __init__(self, begins_at: datetime) -> None:
        self.at = begins_at
        self._planned: list[tuple[datetime, int, Deed]] = []
        self._numbers = itertools.count()

    def plan(self, at: datetime, deed: Deed) -> None:
        """Do this at that moment; what is planned for the same one happens in the order of planning."""
        heapq.heappush(self._planned, (at, next(self._numbers), deed))

    def play(self, until: datetime) -> None:
        """Do everything that is planned before `until`, and what comes of it; the clock shows `until` at the end."""
        with clock.reading(lambda: self.at):
            while self._planned and self._planned[0][0] < until:
                self.at, _, deed = heapq.heappop(self._planned)
                deed()
        self.at = until
