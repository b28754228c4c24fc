"""The door for Twilio's webhooks, before Flask: what a webhook doesn't need (cookies, guards, a page's headers) took a
third of its time.

It takes what Twilio sends every day. Whatever is unusual is Flask's: the routes of app/web/webhooks/twilio.py, which
check and answer by the same code.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from app import metrics
from app.domain.webhooks.webhook import WebhookKind
from app.web.shell import request_log
from app.web.shell.headers import for_programs
from app.web.shell.services import services
from app.web.webhooks.answer import Answer, answer
from app.web.webhooks.form import MEDIA_TYPE, MOST_BYTES, Posted


class Route(NamedTuple):
    """Flask's route to the same: its endpoint, the door as it is counted, and what is posted there."""

    endpoint: str
    door: str
    kind: WebhookKind


_ROUTES = {
    "/twilio/inbound": Route("webhooks.inbound", "inbound", "inbound"),
    "/twilio/fallback": Route("webhooks.fallback", "fallback", "inbound"),
    "/twilio/status": Route("webhooks.status", "status", "status"),
}
_OF_ATTEMPT = Route("webhooks.status_of_attempt", "status", "status")
# Longer numbers may be none of a row; Flask knows.
_ATTEMPTS_PATH = re.compile(r"/twilio/status/[0-9]{1,18}/[0-9]{1,18}")
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def install(app: Flask) -> None:
    """Put the door before all that Flask does; call it last."""
    app.wsgi_app = Door(app, app.wsgi_app)  # type: ignore[method-assign]


class Door:
    """Answers usual webhooks, and leaves everything else to `inner`."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self._app = app
        self._headers = for_programs(services(app).settings)
        self.inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        route = route_of(environ)
        if route is None:
            return self.inner(environ, start_response)
        began = time.perf_counter()
        request_id = request_log.begin(environ.get("HTTP_X_REQUEST_ID", ""))
        body = body_of(environ)
        answered = self._answer(posted_to(route, environ, body, request_id))
        if answered is None:
            environ["wsgi.input"] = io.BytesIO(body or b"")
            return self.inner(environ, start_response)
        reply = replied(route, answered, request_id, began, self._headers)
        start_response(reply.status, reply.headers)
        return [reply.content]

    def _answer(self, posted: Posted) -> Answer | None:
        """None after a mistake of ours: Flask tries it again, and tells it in its own way when it fails there too."""
        try:
            return answer(services(self._app), posted)
        except Exception:
            return None


class Reply(NamedTuple):
    """An answer as a server sends it: status line, headers, body."""

    status: str
    headers: list[tuple[str, str]]
    content: bytes


def replied(route: Route, answered: Answer, request_id: str, began: float, headers: Iterable[tuple[str, str]]) -> Reply:
    """Count and log the answered webhook, and make its reply."""
    metrics.webhook(route.door, answered.outcome, time.perf_counter() - began)
    request_log.write("POST", route.endpoint, answered.status, began, answered.facts)
    content, told = answered.body.encode(), [("X-Request-Id", request_id), *headers]
    if answered.media_type:
        told += (("Content-Type", answered.media_type), ("Content-Length", str(len(content))))
    return Reply(_STATUS_LINES[answered.status], told, content)


def route_of(environ: WSGIEnvironment) -> Route | None:
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


def body_of(environ: WSGIEnvironment) -> bytes | None:
    """The request's body; None when it can't be read."""
    try:
        body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    except Exception:
        # The server's own errors, of a client that hung up for instance.
        return None
    return body


def posted_to(route: Route, environ: WSGIEnvironment, body: bytes | None, request_id: str) -> Posted:
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
