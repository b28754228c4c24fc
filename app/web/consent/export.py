"""`/consent/export`: the ledger, or one person's part of it, as CSV, JSON or ISO/IEC TS 27560."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.domain.clock import now
from app.domain.consent import exports
from app.web.shell.current_user import allowed
from app.web.shell.requests import row_number
from app.web.shell.services import services

blueprint = Blueprint("consent_export", __name__, url_prefix="/consent")
_TYPES = {"csv": "text/csv", "json": "application/json", "iso27560": "application/ld+json"}
_ENDINGS = {"csv": "csv", "json": "json", "iso27560": "jsonld"}


@blueprint.get("/export")
def download() -> Response:
    """All records, or those of `contact`, in `format`; it is audited."""
    who, form = allowed("consent.export"), request.args.get("format", "csv")
    contact_id = request.args.get("contact", type=row_number)
    if form not in exports.FORMATS or (contact_id is None and request.args.get("contact")):
        abort(404)
    database, settings = services().database, services().settings
    exports.write_down(database, who, form, contact_id)
    parts = exports.parts(database, who.account_sid, form, contact_id, settings.public_base_url)
    answer = Response(parts, content_type=f"{_TYPES[form]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="consent-{now():%Y-%m-%d}.{_ENDINGS[form]}"'
    return answer
