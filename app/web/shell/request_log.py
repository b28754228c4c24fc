"""One line a request in the log, and an id that all lines of a request share."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()

_ID = re.compile(r"[A-Za-z0-9._-]{8,60}")
# Asked for every few seconds by machines; they would drown the rest.
_QUIET = frozenset({"healthz.healthz", "metrics.metrics", "static"})


def install(app: Flask) -> None:
    """Number every request and log it when it was answered."""
    app.before_request(_begin)
    app.after_request(_end)
    app.log_exception = _failed  # type: ignore[method-assign]


def log_fields(**facts: object) -> None:
    """Add facts to this request's line: one line costs half of two, and webhooks come by the thousand."""
    g.facts = {**g.get("facts", {}), **facts}


def _failed(exc_info: Any) -> None:
    """Flask's own line holds the path, and some paths hold a token."""
    log.error("request.failed", endpoint=request.endpoint, method=request.method, exc_info=exc_info)


def begin(given: str) -> str:
    """Let all lines from now on have the request's id, and return it: `given`, or a new one where that is odd."""
    # Heroku's router and proxies number requests themselves.
    request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def write(method: str, endpoint: str | None, status: int, began: float, facts: Mapping[str, object]) -> None:
    """Write the line of a request that is answered."""
    took = round((time.perf_counter() - began) * 1000, 1)
    log.info("request", method=method, **{"endpoint": endpoint, "status": status, "ms": took, **facts})


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = begin(request.headers.get("X-Request-Id", ""))


def _end(response: Response) -> Response:
    if "request_id" in g:
        response.headers["X-Request-Id"] = g.request_id
        if request.endpoint not in _QUIET:
            write(request.method, request.endpoint, response.status_code, g.began, g.get("facts", {}))
    return response
