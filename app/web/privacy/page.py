"""`/privacy/people/<contact>`: everything about one person to take away, and their erasure."""

from __future__ import annotations

from flask import Blueprint, Response, abort, stream_with_context

from app.domain.clock import now
from app.domain.privacy import export as exports
from app.web.privacy.document import document
from app.web.shell.current_user import allowed
from app.web.shell.services import services

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy/people")


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
