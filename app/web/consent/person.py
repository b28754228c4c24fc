"""`/consent/people/<contact>`: a person's whole history, and what is recorded about them here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import phonenumbers
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import may
from app.domain.actor import Actor
from app.domain.auditing import bodies
from app.domain.consent import corrections, recording
from app.domain.consent.corrections import NotCorrected
from app.domain.consent.recording import NotRecorded
from app.domain.contacts import fields
from app.store import contacts
from app.store.database import Session
from app.store.tables import Contact
from app.web.consent import form as record_form
from app.web.consent.field_forms import FieldForms
from app.web.consent.form import RecordForm
from app.web.consent.person_view import person_view
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words.consent import fault, purpose_name
from app.web.words.gettext import _

blueprint = Blueprint("consent_person", __name__, url_prefix="/consent/people")
T = TypeVar("T")
blueprint.add_app_template_filter(purpose_name)


@blueprint.get("/<int:contact>")
def page(contact: int) -> ResponseReturnValue:
    """The person's page; that of a contact who was joined leads to the one they are now."""
    who = allowed("consent.read")
    bodies.note_opened(services().database, who, "contact", contact)
    form = RecordForm(conversation=request.args.get("conversation", type=row_number))

    def read(session: Session, found: Contact) -> ResponseReturnValue:
        if found.joined_into_id is not None:
            return redirect(url_for(".page", contact=found.joined_into_id))
        return shown(session, who, found, form)

    return of_contact(who, contact, read)


@blueprint.get("/<int:contact>/state")
def state(contact: int) -> str:
    """What is in force, the history and the joins, as they are now."""
    who = allowed("consent.read")

    def read(session: Session, found: Contact) -> str:
        person = person_view(session, who, found, _start())
        return render_template("consent/_state.html", person=person, start=_start())

    return of_contact(who, contact, read)


@blueprint.get("/<int:contact>/record")
def form(contact: int) -> str:
    """The form alone, for the dialog beside a conversation."""
    who = allowed("consent.record")
    empty = RecordForm(conversation=request.args.get("conversation", type=row_number))

    def read(session: Session, found: Contact) -> str:
        blocked = recording.is_blocked(session, who.account_sid, contact)
        return render_template("consent/_record.html", contact=contact, form=empty, blocked=blocked, in_dialog=True)

    return of_contact(who, contact, read)


@blueprint.post("/<int:contact>/record")
def record(contact: int) -> ResponseReturnValue:
    """Add what the person said. What is wrong is said by the field, and all that was typed stays."""
    who = allowed("consent.record")
    typed, said = record_form.sent()
    try:
        if said is None:
            raise NotRecorded(at="moment_unknown")
        added = services().database.write(lambda session: recording.record(session, who, contact, said))
    except NotRecorded as error:
        again = record_form.with_faults(typed, dict(error.faults))
        return of_contact(who, contact, lambda session, found: shown(session, who, found, again)), 422
    if typed.conversation is not None:
        # The panel beside it shows the record.
        return redirect(f"/conversations/{typed.conversation}", 303)
    flash(_("It is recorded.") if added else _("It was recorded already."))
    return redirect(url_for(".page", contact=contact), 303)


@blueprint.post("/<int:contact>/correct")
def correct(contact: int) -> ResponseReturnValue:
    """Take one record out of force, for a reason."""
    who = allowed("consent.record")
    number, reason = request.form.get("record", type=row_number), request.form.get("reason", "")
    try:
        if number is None:
            raise NotCorrected("record_unknown")
        services().database.write(lambda session: corrections.correct(session, who, number, reason))
    except NotCorrected as error:
        wrong = {"record": number, "reason": reason, "why": fault(error.reason)}
        return of_contact(who, contact, lambda session, found: shown(session, who, found, RecordForm(), wrong)), 422
    flash(_("The record is corrected. Both stay in the history."))
    return redirect(url_for(".page", contact=contact), 303)


def of_contact(who: Actor, contact: int, read: Callable[[Session, Contact], T]) -> T:
    """Read with the account's contact at hand; any other number is 404."""

    def find(session: Session) -> T:
        return read(session, contacts.by_id(session, who.account_sid, contact) or abort(404))

    return services().database.read(find)


def shown(
    session: Session,
    who: Actor,
    contact: Contact,
    form: RecordForm | None = None,
    wrong: Mapping[str, object] | None = None,
    trouble: str = "",
    forms: FieldForms | None = None,
    label: Mapping[str, str] | None = None,
) -> str:
    """The person's page, with what went wrong in `trouble`, or with the `forms` of fields or a label as typed."""
    return render_template(
        "consent/person.html",
        person=person_view(session, who, contact, _start()),
        start=_start(),
        form=form or RecordForm(),
        wrong=wrong or {},
        trouble=trouble,
        forms=forms or FieldForms(),
        label=label or {},
        known_fields=fields.offered(session, who.account_sid),
        countries=sorted(phonenumbers.SUPPORTED_REGIONS) if may(who, "contact.region") else [],
        has_sheet=may(who, "consent.export"),
        sheet=f"/consent/people/{contact.id}/sheet",
    )


def _start() -> int:
    return min(request.args.get("start", 0, type=row_number), 100_000)
