"""Each web process says once, when it begins, with which settings it did; the audit keeps what is new in them."""

from __future__ import annotations

import threading

import structlog

from app.domain.auditing.settings_changes import Start
from app.domain.gate import in_force
from app.domain.sending import routing
from app.store.errors import DatabaseUnavailable
from app.web.shell.services import Services

log = structlog.get_logger()

TRY_AGAIN_SECONDS = 5.0


class SettingsNoting:
    """A thread that ends once the settings are noted: a database that is away holds no request up."""

    def __init__(self, services: Services) -> None:
        rules, routes = in_force.rules().file, routing.in_force().file
        files = (rules.model_dump(mode="json"), routes.model_dump(mode="json"))
        self._start = Start(services.database, services.settings, *files)
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin; called by the server once its process is there."""
        threading.Thread(target=self._run, name="settings", daemon=True).start()

    def close(self) -> None:
        """Try no more."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._start.note_settings()
            except DatabaseUnavailable as error:
                log.warning("settings.wait_for_the_database", error=str(error))
            except Exception:
                log.exception("settings.not_noted")
            else:
                return
            self._ended.wait(TRY_AGAIN_SECONDS)
