"""The paths of Twilio's doors: with a slash too many they are the same door, and what is signed is the path as it came.

A redirect would be no help: Twilio's signature is for the address that was set, and a redirected form may come without
its body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request

_SLASHES = re.compile("/{2,}")


def install(app: Flask) -> None:
    """Lead `//twilio/inbound` and `/twilio/inbound/` to `/twilio/inbound`."""
    app.wsgi_app = _OneSpelling(app.wsgi_app)  # type: ignore[method-assign]


class _OneSpelling:
    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        plain = _SLASHES.sub("/", environ.get("PATH_INFO", ""))
        if plain.startswith("/twilio/"):
            environ["PATH_INFO"] = plain.rstrip("/")
        return self._app(environ, start_response)


def target_as_it_came() -> str:
    """Path and query of the request, spelled as they were sent."""
    target: str = request.environ.get("RAW_URI") or request.full_path.rstrip("?")
    if target.startswith("/"):
        return target
    # A proxy may send the whole address; its host decides nothing.
    parts = urlsplit(target)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
