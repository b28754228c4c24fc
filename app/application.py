"""Switchboard's web application."""

from __future__ import annotations

import sys

from flask import Flask

from app import logs, process_start
from app.domain.sending import routing
from app.process_start import START_FAULTS
from app.settings import Settings
from app.store.database import connect
from app.web import install
from app.web.shell.services import Services


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application: settings, database, extensions, blueprints, in that order.

    Without `settings` the environment is read; when it can't be used, its faults are printed and the process ends.
    """
    if settings is None:
        try:
            settings = process_start.read()
        except START_FAULTS as error:
            sys.exit(str(error))
        logs.set_up(settings.log_level)
        routing.warn()
    else:
        process_start.hold(settings)
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="switchboard_form",
        SESSION_COOKIE_SECURE=settings.public_base_url.startswith("https://"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions["services"] = Services.build(settings, connect(settings.database))
    install(app)
    return app
