"""`/templates/<id>`: one template in one language, how it looks, and what became of its approval."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.clock import now
from app.domain.contacts import fields
from app.domain.contacts.fields import NotKept
from app.domain.reports import performance
from app.domain.reports.performance import Counts
from app.domain.templates import fillings, groups, sendable, sync, types
from app.domain.templates.fillings import NotFilled
from app.domain.templates.rendering import needed
from app.gateways.twilio.content import ContentUnavailable
from app.store.database import Session
from app.store.tables import Template, TemplateChange
from app.store.templates import rows
from app.web.shell.current_user import actor, allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.templates import fillings_form, phone
from app.web.templates.fillings_form import Filled
from app.web.templates.page import unavailable
from app.web.templates.view import badge, language_views, variables_of
from app.web.words import reports as report_words
from app.web.words import templates as words
from app.web.words.fields import unknown, why
from app.web.words.gettext import _
from app.web.words.refusals import refusal
from app.web.words.times import zone
from app.web.words.variable_fields import FIELD_NAMES

blueprint = Blueprint("template", __name__, url_prefix="/templates")
MOST_CHANGES = 100
RESULT_DAYS = 30


@blueprint.get("/<int:template>")
def page(template: int) -> str:
    """The template with its languages."""
    return _shown(template)


@blueprint.post("/<int:template>/check")
def check(template: int) -> Response:
    """Ask Twilio about this one again."""
    who = allowed("template.sync")
    found = of_number(template)
    try:
        sync.check(services().database, services().contents, who, found.sid)
    except ContentUnavailable as error:
        flash(unavailable(error))
    else:
        flash(_("This is how it is at Twilio now."))
    return redirect(url_for("template.page", template=template), 303)


@blueprint.post("/<int:template>/group")
def group(template: int) -> Response:
    """Put it under another name."""
    who = actor()
    name = request.form.get("name", "")
    if not services().database.write(lambda session: groups.put_under(session, who, template, name)):
        abort(404)
    flash(_("Put under another name here. Twilio knows nothing of it."))
    return redirect(url_for("template.page", template=template), 303)


@blueprint.post("/<int:template>/fillings")
def fill(template: int) -> Response | tuple[str, int]:
    """Choose what fills its variables by itself."""
    who, chosen = actor(), fillings_form.chosen()
    try:
        if not services().database.write(lambda session: fillings.choose(session, who, template, chosen)):
            abort(404)
    except NotFilled as error:
        said = why(error.cause) if isinstance(error.cause, NotKept) else unknown(error.cause)
        return _shown(template, chosen, said, error.variable), 422
    flash(_("Saved. Runs and the form for one person begin with it."))
    return redirect(url_for("template.page", template=template), 303)


def of_number(template: int) -> Template:
    """The account's template with this number, or 404."""
    account_sid = actor().account_sid
    return services().database.read(lambda session: rows.by_id(session, account_sid, template)) or abort(404)


def report_of(template: Template) -> dict[str, str | int]:
    """The fields of the report of this template in this language."""
    return {
        "days": RESULT_DAYS,
        "template": groups.name_of(template),
        "language": template.language or report_words.UNKNOWN,
    }


def _shown(template: int, chosen: Mapping[str, str] | None = None, trouble: str = "", wrong: str = "") -> str:
    """The page; with what was `chosen` to fill the variables, where there was trouble with the one that is `wrong`."""
    who, here = allowed("template.read"), zone()
    account_sid, days = who.account_sid, performance.days_until(now(), RESULT_DAYS, here)

    def read(session: Session) -> str:
        found = rows.by_id(session, account_sid, template) or abort(404)
        others = rows.all_of(session, account_sid)
        group = groups.group_of(others if found.gone_at is None else [found], found)
        results = performance.of_template(session, who, found.sid, days, here)
        filled = Filled(chosen or found.fillings, trouble, wrong, fields.offered(session, account_sid))
        return _page(found, group, rows.changes(session, account_sid, template, MOST_CHANGES), results, filled)

    return services().database.read(read)


def _page(found: Template, group: groups.Group, changes: list[TemplateChange], results: Counts, filled: Filled) -> str:
    stopped = sendable.why_not(found)
    others = [name for name in found.content_types if name != found.kind]
    return render_template(
        "message_templates/detail.html",
        template=found,
        name=group.name,
        badge=badge(found),
        languages=language_views(group),
        phone=phone.as_written(found.content_types),
        others=[(words.kind(name), phone.as_written(found.content_types, name)) for name in others],
        variables=variables_of(found),
        field_names=FIELD_NAMES,
        filled=filled,
        names=needed(found.content_types),
        needs=len(needed(found.content_types)),
        why_not=refusal(stopped) if stopped else None,
        within=sendable.why_not(found, window_open=True) is None,
        approved_otherwise=bool(found.approved_type) and found.approved_type != found.kind,
        kind_name=words.kind,
        category=words.category(found.category),
        changes=changes,
        results=results,
        report=report_of(found),
        result_words=report_words,
        change_name=words.change,
        state_name=lambda word: words.state(word)[0] if word else "",
        is_draft=found.status == sync.UNSUBMITTED and found.gone_at is None,
        can_edit=found.kind in types.TYPES,
    )
