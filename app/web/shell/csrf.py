"""Every form proves that it came from our own page. Twilio's doors are locked by signatures instead."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from app.domain.agents import sessions
from app.web.shell.error_pages import Explanation, explain, typed
from app.web.shell.public import PUBLIC_BLUEPRINTS
from app.web.words.gettext import N_

STALE = Explanation(
    N_("This page was open for too long, or you logged in anew in another tab, so its form had expired."),
    N_("Nothing was sent or changed. Send it again now."),
)


def install(app: Flask) -> None:
    """Check the key of every form and of every htmx request that changes something."""
    app.config["WTF_CSRF_TIME_LIMIT"] = int(sessions.LONGEST.total_seconds())
    protect = CSRFProtect(app)
    for name in PUBLIC_BLUEPRINTS & app.blueprints.keys():
        protect.exempt(app.blueprints[name])
    app.register_error_handler(CSRFError, _on_stale)


def _on_stale(error: CSRFError) -> Response:
    answer = _login_anew() if request.endpoint == "login.log_in" else explain(400, STALE, kept=typed())
    # The page's script takes the fresh key, so that pressing again works. Other sites can't read headers.
    answer.headers["X-CSRFToken"] = generate_csrf()
    return answer


def _login_anew() -> Response:
    login, target = request.form.get("login", ""), request.form.get("next", "")
    return make_response(render_template("login/page.html", login=login, next=target, stale=True), 400)
