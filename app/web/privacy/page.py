"""`/privacy/people/<contact>`: everything about one person to take away, and their erasure."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from app.domain.auditing import bodies
from app.domain.clock import now
from app.domain.privacy import erasure, plan
from app.domain.privacy import export as exports
from app.domain.privacy.erasure import NotErased
from app.domain.privacy.steps import tools_of
from app.store import contacts
from app.store.database import Session
from app.store.privacy import erasures
from app.web.privacy.document import document
from app.web.shell.current_user import allowed
from app.web.shell.requests import request
from app.web.shell.services import services
from app.web.words import privacy as words
from app.web.words.gettext import _

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy/people")


@blueprint.get("/<int:contact>")
def page(contact: int) -> ResponseReturnValue:
    """What can be taken away, and what an erasure would remove and keep; or how far it is."""
    bodies.note_opened(services().database, allowed("privacy.export"), "contact", contact)
    return _page(contact)


@blueprint.get("/<int:contact>/progress")
def progress(contact: int) -> str:
    """How far an erasure is; asked again and again by the page."""
    who = allowed("privacy.export")
    found = services().database.read(lambda session: erasures.of_contact(session, who.account_sid, contact))
    return render_template("privacy/_progress.html", erasure=found or abort(404), words=words)


@blueprint.post("/<int:contact>/erase")
def erase(contact: int) -> ResponseReturnValue:
    """Begin to erase the person, once the word was typed that says so."""
    who, here = allowed("privacy.erase"), services()
    if request.form.get("confirmation", "").strip().casefold() != words.confirmation().casefold():
        return _page(contact, _("Type the word as it stands there.")), 422
    try:
        erasure.begin(tools_of(here.settings, here.database, here.media_store), who, contact)
    except NotErased as error:
        if error.reason == "contact_unknown":
            abort(404)
        if error.reason != "erased_already":
            return _page(contact, words.why(error.reason)), 409
    return redirect(url_for(".page", contact=contact), 303)


def _page(contact: int, trouble: str = "") -> str | AnyResponse:
    who = allowed("privacy.export")

    def read(session: Session) -> str | AnyResponse:
        found = contacts.by_id(session, who.account_sid, contact) or abort(404)
        if found.joined_into_id is not None and found.erased_at is None:
            return redirect(url_for(".page", contact=found.joined_into_id))
        return render_template(
            "privacy/page.html",
            contact=found,
            name=words.called(found, contacts.addresses_of(session, who.account_sid, contact)),
            plan=plan.of(session, who.account_sid, contact),
            erasure=erasures.of_contact(session, who.account_sid, contact),
            trouble=trouble,
            words=words,
        )

    return services().database.read(read)


@blueprint.get("/<int:contact>/export")
def export(contact: int) -> Response:
    """Everything about the person as a ZIP, made while it is sent; it is audited."""
    who, here = allowed("privacy.export"), services()
    found = exports.make(here.database, here.media_store, who, contact, document)
    if found is None:
        abort(404)
    answer = Response(stream_with_context(found.parts()), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{contact}-{now():%Y-%m-%d}.zip"'
    return answer
