"""The door for Twilio's webhooks, before Flask: many that are there at the same moment are checked one by one, taken in
together, and answered one by one.

The server asks here first (server/batches.py). What Twilio sends every day is answered; whatever is unusual, or has to
be taken in by itself, is left to Flask's routes in app/web/webhooks/twilio.py, which check and answer by the same code.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

import structlog
from flask import Flask

from app import metrics
from app.domain.webhooks.intake import take_in_together
from app.domain.webhooks.receive import Received
from app.domain.webhooks.webhook import Webhook, WebhookKind
from app.web.shell import request_log
from app.web.shell.headers import for_programs
from app.web.shell.services import services
from app.web.webhooks.answer import Answer, taken, webhook_of
from app.web.webhooks.form import MEDIA_TYPE, MOST_BYTES, Posted


class _Route(NamedTuple):
    """Flask's route to the same: its endpoint, the door as it is counted, and what is posted there."""

    endpoint: str
    door: str
    kind: WebhookKind


_ROUTES = {
    "/twilio/inbound": _Route("webhooks.inbound", "inbound", "inbound"),
    "/twilio/fallback": _Route("webhooks.fallback", "fallback", "inbound"),
    "/twilio/status": _Route("webhooks.status", "status", "status"),
}
_OF_ATTEMPT = _Route("webhooks.status_of_attempt", "status", "status")
# Longer numbers may be none of a row; Flask knows.
_ATTEMPTS_PATH = re.compile(r"/twilio/status/[0-9]{1,18}/[0-9]{1,18}")
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def install(app: Flask) -> None:
    """Let the server find the door."""
    app.extensions["together"] = Door(app)


class Reply(NamedTuple):
    """An answer as the server sends it."""

    status: str
    headers: list[tuple[str, str]]
    content: bytes


class _Asked(NamedTuple):
    """A request: its route, its id, and its webhook or what that is refused with."""

    route: _Route
    request_id: str
    found: Webhook | Answer


class Door:
    """Answers usual webhooks, many at a time. `beginning` is how the requests begin that the server asks for here."""

    beginning = b"POST /twilio/"

    def __init__(self, app: Flask) -> None:
        self._services = services(app)
        self._headers = for_programs(self._services.settings)

    def answer_together(self, requests: Sequence[tuple[WSGIEnvironment, float]]) -> list[Reply | None]:
        """A reply for each request, which was there at that moment; None for one that is left to Flask."""
        asked = [self._asked(environ) for environ, _ in requests]
        webhooks = [one.found for one in asked if one and isinstance(one.found, Webhook)]
        received = iter(take_in_together(self._services.database, webhooks) if webhooks else ())
        return [one and self._reply(one, received, began) for one, (_, began) in zip(asked, requests, strict=True)]

    def _asked(self, environ: WSGIEnvironment) -> _Asked | None:
        route = _route_of(environ)
        if route is None:
            return None
        request_id = request_log.begin(environ.get("HTTP_X_REQUEST_ID", ""))
        try:
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            return _Asked(route, request_id, webhook_of(self._services, _posted(route, environ, body, request_id)))
        except Exception:
            # A client that hung up, or a mistake of ours: Flask tries it again, and tells it in its own way.
            return None

    def _reply(self, asked: _Asked, received: Iterator[Received | None], began: float) -> Reply | None:
        """Count, log and answer one; the next of `received` is what became of it where it was taken in."""
        answered = asked.found
        structlog.contextvars.bind_contextvars(request_id=asked.request_id)
        if isinstance(answered, Webhook):
            took = next(received)
            if took is None:
                return None
            answered = taken(answered, took)
        metrics.webhook(asked.route.door, answered.outcome, time.perf_counter() - began)
        request_log.write("POST", asked.route.endpoint, answered.status, began, answered.facts)
        content, headers = answered.body.encode(), [("X-Request-Id", asked.request_id), *self._headers]
        if answered.media_type:
            headers += (("Content-Type", answered.media_type), ("Content-Length", str(len(content))))
        return Reply(_STATUS_LINES[answered.status], headers, content)


def _route_of(environ: WSGIEnvironment) -> _Route | None:
    """The route of a webhook as Twilio sends it; None of anything that isn't one, or is one in an unusual way."""
    path = environ.get("PATH_INFO", "")
    if not path.startswith("/twilio/") or not _is_usual(environ):
        return None
    return _ROUTES.get(path) or (_OF_ATTEMPT if _ATTEMPTS_PATH.fullmatch(path) else None)


def _is_usual(environ: WSGIEnvironment) -> bool:
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("RAW_URI", "").startswith("/twilio/")
        and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == MEDIA_TYPE
        and "HTTP_TRANSFER_ENCODING" not in environ
        and length.isascii()
        and length.isdecimal()
        and len(length) <= len(str(MOST_BYTES))
        and int(length) <= MOST_BYTES
    )


def _posted(route: _Route, environ: WSGIEnvironment, body: bytes, request_id: str) -> Posted:
    return Posted(
        route.kind,
        path=environ["PATH_INFO"],
        target=environ["RAW_URI"],
        body=body,
        request_id=request_id,
        signature=environ.get("HTTP_X_TWILIO_SIGNATURE", ""),
        signed_by=environ.get("HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS", ""),
        idempotency_token=environ.get("HTTP_I_TWILIO_IDEMPOTENCY_TOKEN", ""),
    )
