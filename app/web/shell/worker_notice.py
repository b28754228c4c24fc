"""The notice on every page while no worker lives: what stands still, what is kept, and what to do."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Flask, g, render_template

from app.domain.worker_watch import WorkerSilence
from app.store.errors import DatabaseUnavailable
from app.web.shell.current_user import known_already
from app.web.shell.error_pages import wants_page
from app.web.shell.requests import request
from app.web.shell.services import services

blueprint = Blueprint("worker_notice", __name__)


def install(app: Flask) -> None:
    """Look before a page is built, so that templates ask no database."""

    @app.before_request
    def look() -> None:
        if known_already() is not None and wants_page() and not request.htmx:
            with suppress(DatabaseUnavailable):
                g.worker_silence = services().worker_watch.silence()


def worker_silence() -> WorkerSilence | None:
    """What was found for this request; None while a worker lives."""
    found: WorkerSilence | None = g.get("worker_silence")
    return found


@blueprint.get("/worker-notice")
def notice() -> str:
    """The notice as it is now, without words while a worker lives."""
    g.worker_silence = services().worker_watch.silence()
    return render_template("_worker_notice.html")
