"""Twilio's webhooks as Flask serves them: whatever app/web/webhooks/door.py leaves, such as a body in chunks."""

from __future__ import annotations

import time

from flask import Blueprint, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from app import metrics
from app.domain.webhooks.webhook import WebhookKind
from app.gateways.twilio.signature import SIGNATURE_SETTINGS
from app.web.shell import request_log
from app.web.shell.services import services
from app.web.webhooks.answer import UNTAKEN, answer
from app.web.webhooks.form import MEDIA_TYPE, MOST_BYTES, Posted
from app.web.webhooks.paths import target_as_it_came

blueprint = Blueprint("webhooks", __name__, url_prefix="/twilio")


@blueprint.post("/inbound")
@blueprint.post("/fallback", endpoint="fallback")
def inbound() -> Response:
    """A customer's message."""
    return _answered("inbound")


@blueprint.post("/status")
@blueprint.post("/status/<int:message>/<int:attempt>", endpoint="status_of_attempt")
def status(message: int = 0, attempt: int = 0) -> Response:
    """A status of a message of ours; the path names our own message and attempt."""
    return _answered("status")


def _answered(kind: WebhookKind) -> Response:
    posted = Posted(
        kind,
        path=request.path,
        target=target_as_it_came(),
        body=_body(),
        request_id=g.request_id,
        signature=request.headers.get("X-Twilio-Signature", ""),
        signed_by=request.headers.get(SIGNATURE_SETTINGS, ""),
        idempotency_token=request.headers.get("I-Twilio-Idempotency-Token", ""),
    )
    answered = answer(services(), posted)
    g.outcome = answered.outcome
    request_log.log_fields(**answered.facts)
    return Response(answered.body, status=answered.status, content_type=answered.media_type or None)


@blueprint.after_request
def count(response: Response) -> Response:
    """Count every webhook and how long it took, the refused ones too."""
    door = (request.endpoint or "").removeprefix("webhooks.").removesuffix("_of_attempt")
    outcome = g.get("outcome") or UNTAKEN.get(response.status_code, "failed")
    metrics.webhook(door, outcome, time.perf_counter() - g.began)
    return response


def _body() -> bytes | None:
    if request.mimetype != MEDIA_TYPE:
        reason = f"Twilio posts {MEDIA_TYPE} forms."
        abort(Response(reason, status=415, content_type="text/plain"))
    # One more than is taken: a body in chunks, whose length nobody says, is cut there without a word.
    request.max_content_length = MOST_BYTES + 1
    try:
        return request.get_data(cache=False, parse_form_data=False)
    except HTTPException:
        raise
    except Exception:
        # The server's own errors, of chunks that are none for instance.
        return None
