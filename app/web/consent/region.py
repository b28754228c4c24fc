"""`/consent/people/<contact>/region`: the country whose rules hold for a person, set by somebody here."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.domain.contacts import region
from app.domain.contacts.region import RegionNotSet
from app.web.consent.person import of_contact, shown
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words.consent import fault
from app.web.words.gettext import _

blueprint = Blueprint("consent_region", __name__, url_prefix="/consent/people")


@blueprint.post("/<int:contact>/region")
def choose(contact: int) -> ResponseReturnValue:
    """Set it, or leave it to the number."""
    who, wanted = allowed("contact.region"), request.form.get("region", "")
    try:
        services().database.write(lambda session: region.choose(session, who, contact, wanted))
    except RegionNotSet as error:
        if error.reason == "contact_unknown":
            abort(404)
        why = fault(error.reason)
        return of_contact(who, contact, lambda session, found: shown(session, who, found, trouble=why)), 422
    flash(_("Saved. Whatever leaves from now on goes by these rules."))
    return redirect(url_for("consent_person.page", contact=contact), 303)
