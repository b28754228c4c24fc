"""Logging in and out, and setting a password by a link."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask import session as form_session
from werkzeug.wrappers import Response

from app.domain.agents import logins, password_reset, passwords, sessions
from app.web.shell.current_user import (
    actor,
    actor_or_none,
    clear_cookie,
    left,
    logged_in,
    origin,
    set_cookie,
    touch,
    why_over,
)
from app.web.shell.guard import safe_next
from app.web.shell.services import services
from app.web.words import sessions as sentences
from app.web.words.gettext import _
from app.web.words.passwords import why_refused
from app.web.words.times import minutes_of

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def page() -> Response:
    """The login form; who is logged in already goes on."""
    if actor_or_none() is not None:
        return redirect(safe_next(request.args.get("next", "")), 303)
    over = why_over()
    return make_response(_form(target=request.args.get("next", ""), over="" if over == "out" else _why(over)))


@blueprint.get("/session")
def state() -> Response:
    """How this browser's session stands, for the page's script: `{left, agent}` or `{over, says}`. 200 either way.

    Asking does not prolong it; `active=1` says that the person acts.
    """
    found = logged_in()
    if found is None:
        over = why_over()
        return jsonify(over=over, says=_why(over))
    if request.args.get("active") == "1":
        touch()
    return jsonify(left=int(left().total_seconds()), agent=found.actor.id)


@blueprint.post("/login")
def log_in() -> Response:
    """Check login and password; 303 to where the person was going, with the session's cookie."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    target = request.form.get("next", "")
    try:
        token = logins.log_in(services().database, _account(), login, password, origin(), logged_in())
    except logins.WrongPassword as error:
        return make_response(_form(target, login, wrong=error.tries_left), 401)
    except logins.Throttled as error:
        return _wait(error.wait, _form(target, login, wait=minutes_of(error.wait)))
    except passwords.TooBusy:
        return _wait(timedelta(seconds=10), _form(target, login, busy=True))
    response = redirect(safe_next(target), 303)
    # A key that somebody may have planted before the login is worth nothing after it.
    form_session.clear()
    set_cookie(response, token)
    return response


@blueprint.post("/logout")
def log_out() -> Response:
    """End the session."""
    who, found = actor(), logged_in()
    if found:
        services().database.write(lambda session: sessions.end(session, who, found.session_id))
    form_session.clear()
    response = redirect(url_for("login.page"), 303)
    clear_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/login/reset/<token>")
def reset(token: str) -> Response:
    """The form that sets a password. Looking at it does not use the link up: mail scanners look too."""
    try:
        agent = services().database.read(lambda session: password_reset.owner(session, _account(), token))
    except password_reset.LinkSpent:
        return _spent()
    return make_response(render_template("login/reset.html", login=agent.login, name=agent.name))


@blueprint.post("/login/reset/<token>")
def set_password(token: str) -> Response:
    """Set the password and use the link up; 303 to the login."""
    try:
        agent = services().database.read(lambda session: password_reset.owner(session, _account(), token))
        password_reset.use_link(services().database, _account(), token, request.form.get("new_password", ""))
    except password_reset.LinkSpent:
        return _spent()
    except passwords.PasswordRefused as error:
        page = render_template("login/reset.html", login=agent.login, name=agent.name, refused=why_refused(error))
        return make_response(page, 422)
    flash(_("Your password is set. Log in with it."))
    return redirect(url_for("login.page"), 303)


def _form(target: str = "", login: str = "", **trouble: object) -> str:
    return render_template("login/page.html", next=target, login=login, **trouble)


def _wait(wait: timedelta, page: str) -> Response:
    response = make_response(page, 429)
    response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _spent() -> Response:
    return make_response(render_template("login/spent.html"), 410)


def _why(over: sessions.Over) -> str:
    return sentences.why_over(over, services().settings.session_idle)


def _account() -> str:
    return services().settings.twilio_account_sid
