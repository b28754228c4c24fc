"""The clock's jobs for runs of templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.domain.runs import planning
from app.domain.runs.dispatch import Dispatcher
from app.settings import Settings
from app.store.database import Database


class RunJobs:
    """The jobs of one worker; any number of workers may run them at once."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._account_sid = settings.twilio_account_sid
        self._database = database
        self._dispatcher = Dispatcher(database, settings.twilio_account_sid, settings.sender_rate)

    def all(self) -> list[tuple[Callable[[], None], timedelta]]:
        """Every job with its period. A run's messages enter the outbox within half a second of their turn."""
        return [
            (self.plan_runs, timedelta(seconds=1)),
            (self.dispatch_runs, timedelta(milliseconds=250)),
        ]

    def plan_runs(self) -> None:
        """Go on with runs whose lists are looked at."""
        planning.work(self._database, self._account_sid)

    def dispatch_runs(self) -> None:
        """Let the messages of runs into the outbox as those before them leave it."""
        self._dispatcher.work()
