"""`/consent/record`: what somebody said who is perhaps no contact yet, by number."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.consent import recording
from app.domain.consent.recording import Expressed, NotRecorded
from app.domain.contacts import addresses
from app.store import contacts
from app.store.database import Session
from app.web.consent import form as record_form
from app.web.consent.form import RecordForm
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words.gettext import _

blueprint = Blueprint("consent_record", __name__, url_prefix="/consent/record")


@blueprint.get("")
def page() -> str:
    """The form, with a field for the number."""
    allowed("consent.record")
    return _shown(RecordForm(), "")


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add what the person said, who becomes a contact. What is wrong is said by the field, and all typed stays."""
    who, to = allowed("consent.record"), request.form.get("to", "")[:200]
    typed, said = record_form.sent()

    def record(session: Session, said: Expressed) -> int:
        recording.record_for_address(session, who, to, said)
        return contacts.by_address(session, who.account_sid, [addresses.recipient(to) or ""])[0].contact_id

    try:
        if said is None:
            raise NotRecorded(at="moment_unknown")
        contact = services().database.write(lambda session: record(session, said))
    except NotRecorded as error:
        return _shown(record_form.with_faults(typed, dict(error.faults)), to), 422
    flash(_("It is recorded."))
    return redirect(url_for("consent_person.page", contact=contact), 303)


def _shown(form: RecordForm, to: str) -> str:
    return render_template("consent/record.html", form=form, to=to)
