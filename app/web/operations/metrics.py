"""`GET /metrics`: Prometheus' text format, for who sends METRICS_TOKEN as a bearer token."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, request

from app import metrics
from app.domain.metrics.scrape import scrape
from app.metrics import text_format
from app.web.shell.services import services

blueprint = Blueprint("metrics", __name__)

SWITCHED_OFF = "Metrics are switched off. Set METRICS_TOKEN to a secret, and send it as a bearer token."
WRONG_TOKEN = "Send METRICS_TOKEN as a bearer token: Authorization: Bearer <token>."


@blueprint.get("/metrics", endpoint="metrics")
def page() -> Response:
    """All metrics; 404 while METRICS_TOKEN is not set, 401 without it or with another."""
    settings = services().settings
    if not settings.metrics_token:
        return Response(SWITCHED_OFF, 404, content_type="text/plain")
    if not _holds(settings.metrics_token):
        return Response(WRONG_TOKEN, 401, {"WWW-Authenticate": "Bearer"}, content_type="text/plain")
    found = scrape(services().database, services().spool, settings.twilio_account_sid)
    body = text_format.exposition(found.facts, found.by_workers)
    return Response(body, headers={"Cache-Control": "no-store"}, content_type=metrics.CONTENT_TYPE)


def _holds(token: str) -> bool:
    given = request.authorization
    if given is None or given.type != "bearer":
        return False
    # A header comes as its bytes, each as the character of that number.
    return hmac.compare_digest((given.token or "").encode("latin-1", "replace"), token.encode())
