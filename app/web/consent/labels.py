"""`/consent/people/<contact>/labels`: a person's labels are given and taken away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.domain.contacts import labels
from app.domain.contacts.labels import NotLabelled
from app.web.consent.person import of_contact, shown
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.gettext import _
from app.web.words.labels import why

blueprint = Blueprint("consent_labels", __name__, url_prefix="/consent/people")


@blueprint.post("/<int:contact>/labels")
def add(contact: int) -> ResponseReturnValue:
    """Give the person the label that was typed. What is wrong is said by the field, and what was typed stays."""
    who, typed = allowed("contact.label"), request.form.get("label", "")
    of_contact(who, contact, lambda _session, _found: None)
    try:
        if not services().database.write(lambda session: labels.add(session, who, contact, typed)):
            flash(_("They have this label."))
    except NotLabelled as error:
        label = {"typed": typed, "why": why(error.reason)}
        return of_contact(who, contact, lambda session, found: shown(session, who, found, label=label)), 422
    return redirect(url_for("consent_person.page", contact=contact, _anchor="labels"), 303)


@blueprint.post("/<int:contact>/labels/take")
def take(contact: int) -> ResponseReturnValue:
    """Take a label from the person."""
    who, label = allowed("contact.label"), request.form.get("label", "")
    of_contact(who, contact, lambda _session, _found: None)
    services().database.write(lambda session: labels.remove(session, who, contact, label))
    return redirect(url_for("consent_person.page", contact=contact, _anchor="labels"), 303)
