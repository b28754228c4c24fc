"""Errors of the API as RFC 9457 has them: `application/problem+json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, request

# What went wrong where no door of the API says it better.
DETAILS = {
    404: "There is nothing at this address. /api/v1/openapi.json lists what there is.",
    405: "This address does not take that method. /api/v1/openapi.json lists what it takes.",
    500: "The server failed at this request. Nothing was kept. Send it again with the same Idempotency-Key.",
    503: "The database can not be reached. Nothing was kept. Send it again with the same Idempotency-Key.",
}


def is_api() -> bool:
    """True when it is a program that asks the API."""
    return request.path.startswith("/api/")


def problem(status: int, detail: str, errors: Sequence[dict[str, str]] = (), **headers: str) -> Response:
    """The answer to a request that can't be done. `errors` name its faults, each by a JSON pointer into the body."""
    # about:blank is the type of a problem that its status says already; its title is then the status's own phrase.
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    answer = Response(json.dumps(body), status, content_type="application/problem+json")
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer
