"""Whom the proxies in front speak for: as many entries of X-Forwarded-* are believed as there are proxies of ours."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.domain.agents.ip_addresses import plain


def install(app: Flask, trusted: int) -> None:
    """Let REMOTE_ADDR be the client's address, written in one way, and take scheme and host from the proxies."""
    app.wsgi_app = _Addressed(app.wsgi_app, trusted)  # type: ignore[method-assign]
    if trusted:
        # Without the address: in a list that it takes apart, a quote of the client's hides what ours append.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]


class _Addressed:
    """The application, told who asks: the n-th entry of X-Forwarded-For from the right for n trusted proxies.

    What stands before it the client may have made up. Where the entry is missing or no address, the peer's own counts.
    """

    def __init__(self, inner: WSGIApplication, trusted: int) -> None:
        self._inner = inner
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = plain(self._told(environ)) or plain(environ.get("REMOTE_ADDR", ""))
        if environ["wsgi.url_scheme"] not in ("http", "https"):
            environ["wsgi.url_scheme"] = "http"
        return self._inner(environ, start_response)

    def _told(self, environ: WSGIEnvironment) -> str:
        entries = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return entries[-self._trusted] if 0 < self._trusted <= len(entries) else ""
