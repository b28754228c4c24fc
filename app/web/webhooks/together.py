"""Webhooks that arrive at the same moment: checked one by one, taken in together, answered one by one.

The server (server/batches.py) asks here before it asks the door. What is unusual, or can't be taken in together with
others, is left to that door.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

import structlog
from flask import Flask

from app.domain.webhooks.intake import take_in_each
from app.domain.webhooks.receive import Received
from app.domain.webhooks.webhook import Webhook
from app.web.shell import request_log
from app.web.shell.headers import for_programs
from app.web.shell.services import services
from app.web.webhooks.answer import Answer, taken, webhook_of
from app.web.webhooks.door import Reply, Route, body_of, posted_to, replied, route_of


def install(app: Flask) -> None:
    """Let the server find what answers many webhooks at a time."""
    app.extensions["together"] = Together(app)


class _Asked(NamedTuple):
    """A request: its route, its id, and its webhook or what it is refused with."""

    route: Route
    request_id: str
    found: Webhook | Answer


class Together:
    """Answers many webhooks at a time."""

    beginning = b"POST /twilio/"

    def __init__(self, app: Flask) -> None:
        self._services = services(app)
        self._headers = for_programs(self._services.settings)

    def answer_together(self, requests: Sequence[tuple[WSGIEnvironment, float]]) -> list[Reply | None]:
        """A reply for each request; None for one that has to be asked for by itself."""
        asked = [self._asked(environ) for environ, _ in requests]
        webhooks = [one.found for one in asked if one and isinstance(one.found, Webhook)]
        received = iter(take_in_each(self._services.database, webhooks) if webhooks else ())
        return [one and self._reply(one, received, began) for one, (_, began) in zip(asked, requests, strict=True)]

    def _reply(self, asked: _Asked, received: Iterator[Received | None], began: float) -> Reply | None:
        """The reply; `received` has the next result where a webhook was taken in."""
        structlog.contextvars.bind_contextvars(request_id=asked.request_id)
        found = asked.found
        if isinstance(found, Webhook):
            took = next(received)
            if took is None:
                return None
            found = taken(found, took)
        return replied(asked.route, found, asked.request_id, began, self._headers)

    def _asked(self, environ: WSGIEnvironment) -> _Asked | None:
        route = route_of(environ)
        if route is None:
            return None
        request_id = request_log.begin(environ.get("HTTP_X_REQUEST_ID", ""))
        body = body_of(environ)
        if body is None:
            return None
        try:
            return _Asked(route, request_id, webhook_of(self._services, posted_to(route, environ, body, request_id)))
        except Exception:
            # A mistake of ours is told by the door, which tries it again.
            return None
