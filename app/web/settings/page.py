"""`/settings`: what a person decides for themselves. How the console looks is kept in their browser."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.agents import logins, password_reset, passwords, sessions
from app.domain.clock import now
from app.web.shell.current_user import actor, logged_in, origin
from app.web.shell.preferences import keep_preferences
from app.web.shell.services import services
from app.web.words import times
from app.web.words.gettext import _, ngettext
from app.web.words.passwords import why_refused

blueprint = Blueprint("settings_page", __name__, url_prefix="/settings")


@blueprint.get("")
def page() -> str:
    """Look, password, and the browsers where one is logged in."""
    return _page()


@blueprint.post("/view")
def view() -> Response:
    """Keep theme, time zone and letter keys in this browser."""
    response = redirect(url_for("settings_page.page"), 303)
    keep_preferences(response, request.form)
    flash(_("Saved for this browser."))
    return response


@blueprint.post("/password")
def password() -> Response | tuple[str, int]:
    """Change one's own password, which ends one's other sessions."""
    old, new = request.form.get("old_password", ""), request.form.get("new_password", "")
    try:
        ended = password_reset.change_own(services().database, actor(), _session_id(), old, new, origin().ip)
    except passwords.PasswordRefused as error:
        return _page(new_wrong=why_refused(error)), 422
    except logins.WrongPassword as error:
        left = ngettext("%(num)d try left.", "%(num)d tries left.", error.tries_left)
        return _page(old_wrong=_("This is not your password.") + " " + left), 422
    except logins.Throttled as error:
        return _page(old_wrong=_("Too many tries. Wait %(time)s.", time=times.minutes_of(error.wait))), 429
    except passwords.TooBusy:
        return _page(old_wrong=_("The server is busy. Wait ten seconds, then send it again.")), 429
    flash(_("Your password is changed.") + " " + _others_ended(ended))
    return redirect(url_for("settings_page.page"), 303)


@blueprint.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    """Log one of one's own browsers out."""
    who = actor()
    if services().database.write(lambda session: sessions.end(session, who, session_id)):
        flash(_("That browser is logged out."))
    else:
        flash(_("That browser was logged out already."))
    return redirect(url_for("settings_page.page"), 303)


def _page(**trouble: str) -> str:
    who = actor()
    idle = services().settings.session_idle
    held = services().database.read(lambda session: sessions.mine(session, who, now(), idle))
    return render_template(
        "settings/page.html",
        sessions=held,
        this_session=_session_id(),
        idle=times.minutes_of(idle),
        zones=times.zone_choices(),
        chosen_zone=request.cookies.get(times.CHOSEN_ZONE_COOKIE, ""),
        browser_zone=times.browser_zone(),
        **trouble,
    )


def _session_id() -> int:
    found = logged_in()
    return found.session_id if found else 0


def _others_ended(count: int) -> str:
    if not count:
        return _("No other browser was logged in.")
    return ngettext("%(num)d other browser was logged out.", "%(num)d other browsers were logged out.", count)
