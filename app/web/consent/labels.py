"""`/consent/people/<contact>/labels`: a person's labels are given and taken away."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.actor import Actor
from app.domain.contacts import labels
from app.domain.contacts.labels import NotLabelled
from app.store.database import Session
from app.store.tables import Contact
from app.web.consent.person import of_contact, shown
from app.web.consent.person_view import person_view
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
        added = services().database.write(lambda session: labels.add(session, who, contact, typed))
    except NotLabelled as error:
        return _refused(who, contact, {"typed": typed, "why": why(error.reason)}), 422
    return _done(who, contact, "" if added else _("They have this label."))


@blueprint.post("/<int:contact>/labels/take")
def take(contact: int) -> ResponseReturnValue:
    """Take a label from the person."""
    who, label = allowed("contact.label"), request.form.get("label", "")
    of_contact(who, contact, lambda _session, _found: None)
    services().database.write(lambda session: labels.remove(session, who, contact, label))
    return _done(who, contact)


def _done(who: Actor, contact: int, told: str = "") -> ResponseReturnValue:
    if request.htmx:
        return _section(who, contact, {"why": told})
    if told:
        flash(told)
    return redirect(url_for("consent_person.page", contact=contact, _anchor="labels"), 303)


def _refused(who: Actor, contact: int, label: Mapping[str, str]) -> str:
    if request.htmx:
        return _section(who, contact, label)
    return of_contact(who, contact, lambda session, found: shown(session, who, found, label=label))


def _section(who: Actor, contact: int, label: Mapping[str, str]) -> str:
    """The labels alone: what is being written elsewhere on the page stays."""

    def read(session: Session, found: Contact) -> str:
        return render_template("consent/_labels.html", person=person_view(session, who, found), label=label, anew=True)

    return of_contact(who, contact, read)
