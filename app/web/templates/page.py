"""`/templates`: every template by its name, with its languages, and reading Twilio's list anew."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.templates import sync
from app.gateways.twilio.content import ContentUnavailable
from app.store.database import Session
from app.store.templates import rows
from app.web.shell.current_user import actor, allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.templates.view import Asked, group_views
from app.web.words import templates as words
from app.web.words.gettext import _, ngettext

blueprint = Blueprint("templates", __name__, url_prefix="/templates")


@blueprint.get("")
def page() -> str:
    """The list, and what it may be narrowed to."""
    account_sid = allowed("template.read").account_sid
    asked = _asked()

    def read(session: Session) -> str:
        templates = rows.all_of(session, account_sid)
        return render_template(
            "message_templates/page.html",
            groups=group_views(templates, asked),
            asked=asked,
            total=len(templates),
            listed_at=rows.listed_at(session, account_sid),
            states=[(state, words.state(state)[0]) for state in sorted({one.status for one in templates})],
            categories=[(name, words.category(name)) for name in sorted({one.category for one in templates} - {""})],
            languages=sorted({one.language for one in templates} - {""}),
        )

    return services().database.read(read)


@blueprint.post("/sync")
def read_anew() -> Response:
    """Read Twilio's list to its end."""
    try:
        done = sync.sync(services().database, services().contents, actor())
    except ContentUnavailable as error:
        flash(unavailable(error))
    else:
        news = ngettext("%(num)d is new or changed.", "%(num)d are new or changed.", done.news)
        found = ngettext("%(num)d template read from Twilio.", "%(num)d templates read from Twilio.", done.total)
        flash(f"{found} {news if done.news else _('Nothing changed.')}")
    return redirect(url_for("templates.page"), 303)


def unavailable(error: ContentUnavailable) -> str:
    """That Twilio could not be asked, in words."""
    return _("Twilio could not be asked (%(why)s). What is shown is as it was read last; try again.", why=str(error))


def _asked() -> Asked:
    def one(name: str, longest: int = 100) -> str:
        return request.args.get(name, "").strip()[:longest]

    return Asked(one("q"), one("state"), one("category"), one("language"))
