"""`/consent/people/<contact>/fields`: a person's fields are added, changed and removed.

htmx gets the forms anew, whose dialog stays open; a form that is sent without scripts leads back to where it was.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.domain.contacts import fields
from app.domain.contacts.fields import NotKept
from app.store.database import Session
from app.store.tables import Contact
from app.web.consent.field_forms import NEW, FieldForms
from app.web.consent.person import of_contact, shown
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words import fields as words

blueprint = Blueprint("consent_fields", __name__, url_prefix="/consent/people")


@blueprint.get("/<int:contact>/fields")
def form(contact: int) -> str:
    """The forms alone, for the dialog beside a conversation."""
    who, beside = allowed("contact.field"), request.args.get("conversation", type=row_number)
    return of_contact(who, contact, lambda session, found: _forms(session, who, found, FieldForms(beside), whole=True))


@blueprint.post("/<int:contact>/fields")
def add(contact: int) -> Response:
    """Keep a new field. What is wrong is said by it, and all that was typed stays."""
    who, sent = allowed("contact.field"), _sent(adds=True)
    return _do(
        who,
        contact,
        sent,
        lambda session: fields.add(session, who, contact, sent.name, sent.value),
        lambda new: sent.went_well(words.added(fields.named(sent.name), new=new), NEW),
    )


@blueprint.post("/<int:contact>/fields/change")
def change(contact: int) -> Response:
    """Let a field hold something else, unless it holds another value by now than `was`."""
    who, sent, was = allowed("contact.field"), _sent(), request.form.get("was")
    return _do(
        who,
        contact,
        sent,
        lambda session: fields.change(session, who, contact, sent.name, sent.value, was),
        lambda new: sent.went_well(words.changed(fields.named(sent.name), new=new), fields.named(sent.name)),
    )


@blueprint.post("/<int:contact>/fields/remove")
def remove(contact: int) -> Response:
    """Remove a field, unless it holds another value by now than `was`."""
    who, sent, was = allowed("contact.field"), _sent(), request.form.get("was")

    def find_next(session: Session, _found: Contact) -> str:
        there = fields.of_contact(session, who.account_sid, contact)
        return next((name for name in there if name > sent.name), NEW)

    return _do(
        who,
        contact,
        sent,
        lambda session: fields.remove(session, who, contact, sent.name, was),
        lambda new: sent.went_well(words.removed(sent.name, new=new), of_contact(who, contact, find_next)),
    )


def _sent(*, adds: bool = False) -> FieldForms:
    form = request.form
    beside = form.get("conversation", type=row_number)
    return FieldForms(beside, form.get("name", ""), form.get("value", ""), adds)


def _do(
    who: Actor,
    contact: int,
    sent: FieldForms,
    verb: Callable[[Session], bool],
    then: Callable[[bool], FieldForms],
) -> Response:
    of_contact(who, contact, lambda _session, _found: None)
    try:
        forms, status = then(services().database.write(verb)), 200
    except NotKept as error:
        forms, status = sent.refused(error), 422
    if request.htmx:
        return make_response(
            of_contact(who, contact, lambda session, found: _forms(session, who, found, forms)), status
        )
    if status == 422:
        return make_response(
            of_contact(who, contact, lambda session, found: shown(session, who, found, forms=forms)), status
        )
    if forms.conversation is not None:
        # Its panel shows them.
        return redirect(f"/conversations/{forms.conversation}", 303)
    flash(forms.done)
    return redirect(url_for("consent_person.page", contact=contact, _anchor="fields"), 303)


def _forms(session: Session, who: Actor, contact: Contact, forms: FieldForms, *, whole: bool = False) -> str:
    return render_template(
        "consent/_fields.html" if whole else "consent/_field_forms.html",
        contact=contact.id,
        fields=fields.of_contact(session, who.account_sid, contact.id or 0),
        known_fields=fields.offered(session, who.account_sid),
        forms=forms,
        in_dialog=whole,
    )
