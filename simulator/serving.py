"""The Flask app and the gunicorn that serves it: one process, many threads, on loopback unless told otherwise."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication

from simulator.answers import refusal
from simulator.control import control
from simulator.control_contents import control_contents
from simulator.errors import error
from simulator.exchange import Exchange
from simulator.listing import listing
from simulator.phone import phone
from simulator.rest import rest
from simulator.rest_content import rest_content
from simulator.rest_media import rest_media
from simulator.rest_senders import rest_senders
from simulator.settings import Settings

THREADS = 256
CONNECTIONS = 2000
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
BIGGEST_REQUEST = 20 * 1024 * 1024


def create_app(exchange: Exchange) -> Flask:
    """The stand-in's HTTP: REST, control API and phone page."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BIGGEST_REQUEST
    app.extensions["exchange"] = exchange
    for blueprint in (rest, listing, rest_media, rest_content, rest_senders, control, control_contents, phone):
        app.register_blueprint(blueprint)
    app.before_request(_refuse_other_origins)
    app.after_request(_strict)
    app.register_error_handler(404, lambda _: refusal(error(20404, request.path)))
    return app


def _refuse_other_origins() -> Response | None:
    """A page of another site that is open in the same browser must not be able to write here."""
    origin = request.headers.get("Origin")
    if request.method in ("GET", "HEAD") or origin is None or origin == request.host_url.rstrip("/"):
        return None
    return Response("Another site's page may not write here.", 403, content_type="text/plain")


def _strict(response: Response) -> Response:
    """Headers for the phone page; what a customer's file holds is never run as a page of this site."""
    kind = response.mimetype or ""
    harmless = kind.startswith(("image/", "audio/", "video/")) and "svg" not in kind
    if request.endpoint != "rest_media.from_cdn":
        response.headers["Content-Security-Policy"] = POLICY
    elif not harmless and kind != "application/pdf":
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with its settings given here; the stand-in begins in the worker, after the fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._exchange: Exchange | None = None
        super().__init__()

    def load_config(self) -> None:
        bind = self._settings.bind
        options: dict[str, Any] = {
            "bind": f"{f'[{bind}]' if ':' in bind else bind}:{self._settings.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "worker_connections": CONNECTIONS,
            "backlog": 1024,
            "keepalive": 60,
            "timeout": 0,
            "graceful_timeout": 1,
            "control_socket_disable": True,
            "loglevel": "warning",
            "post_worker_init": self._end_quickly,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        self._exchange = Exchange(self._settings)
        return create_app(self._exchange)

    def _end_quickly(self, worker: Any) -> None:
        """Wake whatever hangs on purpose when the worker is told to go, then let gunicorn do the rest."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            before = signal.getsignal(number)

            def leave(given: int, frame: FrameType | None, before: Any = before) -> None:
                if self._exchange:
                    self._exchange.end()
                if callable(before):
                    before(given, frame)

            signal.signal(number, leave)
