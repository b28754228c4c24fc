"""Does a worker live, as a web process knows it: the heartbeat is asked for only once the one that it knows is old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.clock import now
from app.domain.health import WORKER_SILENT
from app.store import leases
from app.store.database import Database


@dataclass(frozen=True)
class WorkerSilence:
    """No worker lives. `since` is when one was last alive, None when there never was one."""

    since: datetime | None


class WorkerWatch:
    """What a process knows of the workers; /healthz calls them missing after the same time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last_beat: datetime | None = None

    def silence(self) -> WorkerSilence | None:
        """None while a worker lives. Raises DatabaseUnavailable."""
        if not self._alive():
            self._last_beat = self._database.read(lambda session: leases.last_beat(session, "worker"))
        return None if self._alive() else WorkerSilence(self._last_beat)

    def _alive(self) -> bool:
        return self._last_beat is not None and now() - self._last_beat <= WORKER_SILENT
