"""A worker of several that is behind ends a connection now and then, so that another worker has the next request."""

from __future__ import annotations

import itertools

# With more requests under way than this a worker of several is behind, and ends one connection in so many.
MOST_UNDER_WAY = 8
ONE_IN = 16


class Balance:
    """Chooses the connections that end with their answer.

    A client that takes the connection it used last would send the next request where the last answer came late. Told
    to close, it connects anew, and whichever worker has time accepts; that costs as much as a webhook.
    """

    def __init__(self, workers: int) -> None:
        self._is_alone = workers == 1
        self._answers = itertools.count()

    def ends_one(self, under_way: int) -> bool:
        """True when the connection of the answer that is asked about is to end, with so many requests under way."""
        return not self._is_alone and under_way > MOST_UNDER_WAY and next(self._answers) % ONE_IN == 0
