"""`/consent/people/<contact>/sheet`: one person's evidence, as a signed document to keep, print and send."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from app.domain.consent import checkpoints, sheet, sheet_signature
from app.domain.consent.sheet import PersonErased
from app.web.consent.person import of_contact, shown
from app.web.consent.sheet_view import document
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words import consent as words
from app.web.words.gettext import _

blueprint = Blueprint("consent_sheet", __name__, url_prefix="/consent")


@blueprint.get("/people/<int:contact>/sheet")
def download(contact: int) -> ResponseReturnValue:
    """The sheet, made now; it is audited. For one who was erased, their page says why there is none."""
    who, key = allowed("consent.export"), checkpoints.signer(services().settings)
    try:
        content = sheet.make(services().database, who, contact, key)
    except PersonErased:
        why = _(words.NO_SHEET)
        return of_contact(who, contact, lambda session, found: shown(session, who, found, trouble=why)), HTTPStatus.GONE
    if content is None:
        abort(404)
    signed = sheet_signature.sign(document(content), key)
    answer = Response(signed, content_type="text/html; charset=utf-8")
    # Kept as it is: what a browser saves of a page that it shows is not what was signed.
    name = f"consent-{contact}-{content['made_at'][:10]}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
