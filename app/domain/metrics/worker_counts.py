"""What a worker counts goes into the database, for the /metrics of the web process: a worker has no HTTP door."""

from __future__ import annotations

import threading

from app import metrics
from app.metrics import Key
from app.store import worker_counts
from app.store.database import Database


class WorkerCounts:
    """Adds what this process counted since the last time; what the database did not take goes with the next."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stored: dict[Key, float] = {}
        # The clock and the end of the process may come at the same moment.
        self._storing = threading.Lock()

    def store(self) -> None:
        """Store what is new. Raises DatabaseUnavailable; then nothing of it is stored."""
        with self._storing:
            counted = metrics.counted()
            risen = {key: value - self._stored.get(key, 0.0) for key, value in counted.items()}
            new = {key: rise for key, rise in risen.items() if rise or self._is_new_bucket(key)}
            if new:
                self._database.write(lambda session: worker_counts.add(session, new))
            self._stored = counted

    def _is_new_bucket(self, key: Key) -> bool:
        # A quantile is wrong where an empty bucket is missing.
        return key.sample.endswith("_bucket") and key not in self._stored
