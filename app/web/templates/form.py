"""`/templates/new` and a draft's form, with its lint as one types; submitting and deleting. For admins."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.media.grants import MediaLinks
from app.domain.templates import lint, making, rendering
from app.domain.templates.draft import KINDS, TARGETS, DraftButton, TemplateDraft, of_template
from app.domain.templates.lint import Fault
from app.domain.templates.sendable import CATEGORIES
from app.gateways.twilio.content import ContentRefused, ContentUnavailable
from app.store.database import Session
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.templates import phone
from app.web.templates.detail import of_number
from app.web.templates.typed import MOST_BUTTONS, own_media, typed_draft
from app.web.words import templates as words
from app.web.words.gettext import _
from app.web.words.template_faults import why_fault

blueprint = Blueprint("template_form", __name__, url_prefix="/templates")


@blueprint.get("/new")
def new() -> Response:
    """An empty form, or one like another template."""
    allowed("template.manage")
    like = request.args.get("like", type=row_number)
    draft = of_template(of_number(like)) if like else TemplateDraft()
    return _form(draft, None)


@blueprint.post("/new")
def create() -> Response:
    """Make the template as a draft at Twilio."""
    who, draft = allowed("template.manage"), _typed()
    made: list[int] = []

    def deed() -> None:
        made.append(making.create(services().database, services().contents, who, draft))

    if (wrong := _tried(deed, draft, None)) is not None:
        return wrong
    flash(_("Made as a draft. Submit it for approval below."))
    return redirect(url_for("template.page", template=made[0]), 303)


@blueprint.get("/<int:template>/edit")
def edit(template: int) -> Response:
    """A draft's form."""
    allowed("template.manage")
    return _form(of_template(of_number(template)), template)


@blueprint.post("/<int:template>/edit")
def change(template: int) -> Response:
    """Change a draft at Twilio; it keeps its SID."""
    who, draft = allowed("template.manage"), _typed()
    found = of_number(template)
    wrong = _tried(lambda: making.edit(services().database, services().contents, who, found, draft), draft, template)
    if wrong is not None:
        return wrong
    flash(_("Changed at Twilio."))
    return redirect(url_for("template.page", template=template), 303)


@blueprint.post("/lint")
def look() -> str:
    """What is wrong with what was typed so far, its variables, and how it would look."""
    allowed("template.manage")
    draft = _typed()
    number = request.form.get("template", type=row_number)
    return render_template("message_templates/_lint.html", **_looked_at(draft, number, all_faults=False))


@blueprint.post("/<int:template>/submit")
def submit(template: int) -> Response:
    """Submit a draft for approval."""
    who, found = allowed("template.manage"), of_number(template)
    name, category = request.form.get("name", "").strip(), request.form.get("category", "")
    back = redirect(url_for("template.page", template=template), 303)
    try:
        making.submit(services().database, services().contents, who, found, name, category, _links().grant_at)
    except making.TemplateRefused as error:
        flash(" ".join(_why(fault) for fault in error.faults))
    except (ContentRefused, ContentUnavailable) as error:
        flash(_refused(error))
    else:
        flash(_("Submitted. Meta takes minutes, at times two days; its answer is read by itself."))
    return back


@blueprint.post("/<int:template>/delete")
def delete(template: int) -> Response:
    """Delete it at Twilio."""
    who, found = allowed("template.manage"), of_number(template)
    try:
        making.delete(services().database, services().contents, who, found)
    except (ContentRefused, ContentUnavailable) as error:
        flash(_refused(error))
        return redirect(url_for("template.page", template=template), 303)
    flash(_("Deleted at Twilio. What Meta approved stays in the WhatsApp account."))
    return redirect(url_for("templates.page"), 303)


def _links() -> MediaLinks:
    return MediaLinks(services().settings.public_base_url, services().settings.secret_key)


def _typed() -> TemplateDraft:
    return typed_draft(request.form, services().settings.public_base_url)


def _tried(deed: Callable[[], None], draft: TemplateDraft, template: int | None) -> Response | None:
    """Do it; the form with what is wrong where it can't be done."""
    try:
        deed()
    except making.TemplateRefused:
        return _form(draft, template, refused=_("It is not saved yet. Mend what the checks name, then save it again."))
    except (ContentRefused, ContentUnavailable) as error:
        return _form(draft, template, refused=_refused(error))
    return None


def _refused(error: ContentRefused | ContentUnavailable) -> str:
    if isinstance(error, ContentRefused):
        return _("Twilio refused: %(words)s (%(code)s)", words=error.words, code=error.code)
    return _(
        "Twilio gave no clear answer (%(why)s). Read the templates anew before you try again: it may be done.",
        why=str(error),
    )


def _form(draft: TemplateDraft, template: int | None, refused: str = "") -> Response:
    body = render_template(
        "message_templates/form.html",
        refused=refused,
        template=template,
        own_media=own_media(draft, services().settings.public_base_url),
        button_rows=[*draft.buttons, *[DraftButton("QUICK_REPLY", "")] * 3][: max(len(draft.buttons) + 1, 3)],
        kinds=[(kind, words.kind(kind)) for kind in KINDS],
        categories=[(category, words.category(category)) for category in CATEGORIES],
        targets=TARGETS,
        most_buttons=MOST_BUTTONS,
        variables_hint=_("Variables are written {{1}}, {{2}} …, with words around each."),
        **_looked_at(draft, template, all_faults=bool(refused)),
    )
    return make_response(body, 422 if refused else 200)


def _looked_at(draft: TemplateDraft, template: int | None, *, all_faults: bool) -> dict[str, object]:
    """What the lint's fragment shows. What isn't written yet is no fault before somebody wants to save it."""
    account_sid = allowed("template.manage").account_sid

    def read(session: Session) -> list[Fault]:
        return lint.lint(draft, making.others(session, account_sid, draft, template))

    faults = services().database.read(read)
    shown = [fault for fault in faults if all_faults or draft.body or not fault.code.endswith("_missing")]
    return {
        "draft": draft,
        "phone": phone.as_written(draft.content_types),
        "faults": [(fault, _why(fault)) for fault in sorted(shown, key=lambda fault: fault.hint)],
        "stops": lint.stops(faults),
        "variables": [(name, draft.samples.get(name, "")) for name in rendering.needed(draft.content_types)],
    }


def _why(fault: Fault) -> str:
    return why_fault(fault.code, fault.detail)
