"""`/consent/people/<contact>/fields`: a person's fields are added, changed and removed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.contacts import fields
from app.domain.contacts.fields import NotKept
from app.store.database import Session
from app.store.tables import Contact
from app.web.consent.person import TypedField, of_contact, shown
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words.fields import why

blueprint = Blueprint("consent_fields", __name__, url_prefix="/consent/people")


@blueprint.get("/<int:contact>/fields")
def form(contact: int) -> str:
    """The forms alone, for the dialog beside a conversation."""
    who, beside = allowed("contact.field"), request.args.get("conversation", type=row_number)

    def read(session: Session, _found: Contact) -> str:
        return render_template(
            "consent/_fields.html",
            contact=contact,
            fields=fields.of_contact(session, who.account_sid, contact),
            known_fields=fields.offered(session, who.account_sid),
            conversation=beside,
            typed=TypedField(),
        )

    return of_contact(who, contact, read)


@blueprint.post("/<int:contact>/fields")
def put(contact: int) -> ResponseReturnValue:
    """Keep a field. What is wrong is said by it, and all that was typed stays."""
    who, name, value = allowed("contact.field"), request.form.get("name", ""), request.form.get("value", "")
    of_contact(who, contact, lambda _session, _found: None)
    try:
        services().database.write(lambda session: fields.put(session, who, contact, name, value))
    except NotKept as error:
        typed = TypedField(name, value, why(error.reason), request.form.get("conversation", type=row_number))
        return of_contact(who, contact, lambda session, found: shown(session, who, found, typed=typed)), 422
    return _back(contact)


@blueprint.post("/<int:contact>/fields/remove")
def remove(contact: int) -> ResponseReturnValue:
    """Remove a field."""
    who, name = allowed("contact.field"), request.form.get("name", "")
    of_contact(who, contact, lambda _session, _found: None)
    try:
        services().database.write(lambda session: fields.remove(session, who, contact, name))
    except NotKept as error:
        flash(why(error.reason))
    return _back(contact)


def _back(contact: int) -> ResponseReturnValue:
    """To the conversation, whose panel shows them, or to the person's page."""
    conversation = request.form.get("conversation", type=row_number)
    if conversation is not None:
        return redirect(f"/conversations/{conversation}", 303)
    return redirect(url_for("consent_person.page", contact=contact, _anchor="fields"), 303)
