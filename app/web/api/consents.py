"""`/api/v1/consents`: a website tells what somebody agreed to or took back, and asks what is in force."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError

from app.domain.clock import now
from app.domain.consent import submission
from app.domain.contacts.addresses import recipient
from app.web.api import openapi
from app.web.api.bearer import Refused, caller
from app.web.api.consent_answer import standing_of
from app.web.api.consent_body import ConsentBody, faults
from app.web.shell.problems import problem
from app.web.shell.services import services

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

MOST_BYTES = 64 * 1024
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """What the request was refused with."""
    return error.answer


@blueprint.get("/openapi.json")
def description() -> Response:
    """What there is, as OpenAPI has it."""
    return jsonify(openapi.document(services().settings.public_base_url))


@blueprint.post("/consents")
def add() -> tuple[Response, int]:
    """Record what somebody agreed to or took back: one record for each purpose, once for each Idempotency-Key."""
    who = caller("consent.record", "consents:write")
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Refused(problem(400, "Send an Idempotency-Key header: 1 to 100 printable signs, the same for a repeat."))
    raw = _body()
    try:
        body, same = ConsentBody.model_validate_json(raw, strict=True), json.loads(raw)
    except ValidationError as error:
        raise Refused(_not_taken(error)) from None
    at = now()
    asked = body.submission(at)
    try:
        answer = services().database.write(lambda session: submission.submit(session, who, asked, key, same, at))
    except submission.KeyUsedOtherwise:
        said = "This Idempotency-Key was used for another body. Send a new key with a new body."
        raise Refused(problem(422, said, [{"header": "Idempotency-Key", "detail": said}])) from None
    return jsonify(answer), 201


@blueprint.get("/consents")
def read() -> Response:
    """What is in force for an address, and the records that it follows from."""
    who = caller("consent.read", "consents:read")
    given = request.args.get("address") or request.args.get("phone", "")
    # A plus sign in a query that nobody encoded is a space.
    address = recipient(re.sub(r"^(whatsapp:)? ", r"\1+", given))
    if address is None:
        fault = {"parameter": "address", "detail": "is no number with its country code"}
        raise Refused(problem(422, "Name whose consent you ask for: ?address=whatsapp:%2B14155550123", [fault]))
    found: dict[str, Any] = services().database.read(lambda session: standing_of(session, who.actor, address))
    return jsonify(found)


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise Refused(problem(415, "Send JSON: Content-Type: application/json."))
    # One more than is taken: a body in chunks says its length nowhere, and is cut there without a word.
    request.max_content_length = MOST_BYTES + 1
    raw = request.get_data(cache=False, parse_form_data=False) if (request.content_length or 0) <= MOST_BYTES else None
    if raw is None or len(raw) > MOST_BYTES:
        raise Refused(problem(413, f"The body has more than {MOST_BYTES} bytes."))
    return raw


def _not_taken(error: ValidationError) -> Response:
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem(400, "The body is no JSON in UTF-8.")
    return problem(422, "The body has faults; errors names each of them.", faults(error))
