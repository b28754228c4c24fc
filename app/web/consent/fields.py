"""`/consent/people/<contact>/fields`: a person's fields are added, changed and removed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.domain.contacts import fields
from app.domain.contacts.fields import NotKept
from app.web.consent.person import TypedField, of_contact, shown
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.fields import why
from app.web.words.gettext import _

blueprint = Blueprint("consent_fields", __name__, url_prefix="/consent/people")


@blueprint.post("/<int:contact>/fields")
def put(contact: int) -> ResponseReturnValue:
    """Keep a field. What is wrong is said by it, and all that was typed stays."""
    who, name, value = allowed("contact.field"), request.form.get("name", ""), request.form.get("value", "")
    of_contact(who, contact, lambda _session, _found: None)
    try:
        services().database.write(lambda session: fields.put(session, who, contact, name, value))
    except NotKept as error:
        typed = TypedField(name, value, why(error.reason))
        return of_contact(who, contact, lambda session, found: shown(session, who, found, typed=typed)), 422
    flash(_("Kept. Templates can be filled with it."))
    return redirect(url_for("consent_person.page", contact=contact, _anchor="fields"), 303)


@blueprint.post("/<int:contact>/fields/remove")
def remove(contact: int) -> ResponseReturnValue:
    """Remove a field."""
    who, name = allowed("contact.field"), request.form.get("name", "")
    of_contact(who, contact, lambda _session, _found: None)
    try:
        services().database.write(lambda session: fields.remove(session, who, contact, name))
    except NotKept as error:
        flash(why(error.reason))
    return redirect(url_for("consent_person.page", contact=contact, _anchor="fields"), 303)
