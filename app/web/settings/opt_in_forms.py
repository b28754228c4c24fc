"""`/settings/opt-in-forms`: the pages where people opt in. For admins."""

from __future__ import annotations

import itertools

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.consent_words import PURPOSES
from app.domain.consent import opt_in_forms
from app.domain.consent.opt_in_draft import MOST_LANGUAGES, Draft, Fault, Wording
from app.web.shell.current_user import actor, allowed
from app.web.shell.services import services
from app.web.words.gettext import _
from app.web.words.opt_in_faults import purpose_name, why_fault

blueprint = Blueprint("opt_in_forms", __name__, url_prefix="/settings/opt-in-forms")

EMPTY = Wording("", "", "", {}, "")


@blueprint.get("")
def page() -> str:
    """Every form, with its address."""
    who = actor()
    forms = services().database.read(lambda session: opt_in_forms.everything(session, who))
    base = services().settings.public_base_url
    return render_template("settings/opt_in_forms.html", forms=forms, base=base, purpose_name=purpose_name)


@blueprint.get("/new")
def new() -> Response:
    """An empty form."""
    allowed("opt_in_form.manage")
    sender = services().settings.twilio_whatsapp_from
    return _form(Draft("", "", sender, "", (), ()), None)


@blueprint.post("/new")
def add() -> Response:
    """Publish a new form."""
    return _save(None)


@blueprint.get("/<int:form_id>")
def edit(form_id: int) -> Response:
    """A form as it was typed last."""
    who = actor()
    draft = services().database.read(lambda session: opt_in_forms.draft_of(session, who, form_id))
    return _form(draft or abort(404), form_id)


@blueprint.post("/<int:form_id>")
def change(form_id: int) -> Response:
    """Publish a form's next version."""
    return _save(form_id)


def _save(form_id: int | None) -> Response:
    who = allowed("opt_in_form.manage")
    if form_id is not None and not services().database.read(
        lambda session: opt_in_forms.draft_of(session, who, form_id)
    ):
        abort(404)
    draft = _typed()
    try:
        services().database.write(lambda session: opt_in_forms.save(session, who, draft, form_id))
    except opt_in_forms.FormRefused as error:
        return _form(draft, form_id, error.faults)
    flash(_("Published.") if draft.is_open else _("Saved. The form is closed."))
    return redirect(url_for("opt_in_forms.page"), 303)


def _typed() -> Draft:
    sender = _field("sender").replace(" ", "")
    names = [f"wording-{index}" for index in range(MOST_LANGUAGES + 1)]
    wordings = [_wording(name) for name in itertools.takewhile(lambda name: f"{name}-language" in request.form, names)]
    return Draft(
        slug=_field("slug"),
        business=_field("business"),
        sender=f"whatsapp:{sender.removeprefix('whatsapp:')}" if sender else "",
        privacy_url=_field("privacy_url"),
        purposes=tuple(purpose for purpose in PURPOSES if request.form.get(f"purpose-{purpose}") == "on"),
        wordings=tuple(wording for wording in wordings if wording != EMPTY),
        double_opt_in=request.form.get("double_opt_in") == "on",
        is_open=request.form.get("is_open") == "on",
    )


def _wording(name: str) -> Wording:
    boxes = {purpose: text for purpose in PURPOSES if (text := _field(f"{name}-box-{purpose}"))}
    language, title, text = (_field(f"{name}-{field}") for field in ("language", "title", "text"))
    return Wording(language, title, text, boxes, _field(f"{name}-stop"))


def _field(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _form(draft: Draft, form_id: int | None, faults: list[Fault] | None = None) -> Response:
    # One more than there are, for a language that is added.
    wordings = [*draft.wordings, EMPTY][:MOST_LANGUAGES]
    body = render_template(
        "settings/opt_in_form.html",
        draft=draft,
        form_id=form_id,
        wordings=wordings,
        purposes=PURPOSES,
        purpose_name=purpose_name,
        faults={fault.field: why_fault(fault.code) for fault in reversed(faults or [])},
    )
    return make_response(body, 422 if faults else 200)
