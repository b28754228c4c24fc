"""A tiny real HTTP server that takes webhooks as the console would, and hands out media for sending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from harness.simulator import TOKEN
from harness.waiting import until

VALIDATOR: Any = RequestValidator(TOKEN)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Webhook:
    """One webhook that came, with whether its signature holds."""

    path: str
    form: dict[str, str]
    headers: dict[str, str]
    genuine: bool

    @property
    def status(self) -> str:
        return self.form.get("MessageStatus", "")


class Receiver:
    """`webhooks` is what came, in order; `answers` is used up first, then everything is answered 204."""

    def __init__(self) -> None:
        self.webhooks: list[Webhook] = []
        self.answers: list[int] = []
        self.files: dict[str, tuple[dict[str, str], bytes]] = {}
        self.fetches: list[tuple[str, str, str]] = []
        self.before_answer: Callable[[Webhook], None] = lambda _: None
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def clear(self) -> None:
        self.webhooks.clear()
        self.answers.clear()
        self.files.clear()
        self.fetches.clear()
        self.before_answer = lambda _: None

    def first(self) -> Webhook:
        """The first webhook, awaited."""
        until(lambda: self.webhooks)
        return self.webhooks[0]

    def statuses(self) -> list[str]:
        """The statuses that callbacks told of, in the order in which they came."""
        return [webhook.status for webhook in self.webhooks if webhook.status]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Say nothing: tests break connections on purpose."""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            signature = self.headers.get("X-Twilio-Signature", "")
            genuine = VALIDATOR.validate(receiver.url + self.path, form, signature)
            webhook = Webhook(self.path, form, dict(self.headers), genuine)
            receiver.webhooks.append(webhook)
            receiver.before_answer(webhook)
            self._answer(receiver.answers.pop(0) if receiver.answers else 204, {}, b"")

        def do_GET(self) -> None:
            receiver.fetches.append((self.command, self.path, self.headers.get("User-Agent", "")))
            headers, content = receiver.files.get(self.path, ({}, b""))
            self._answer(200 if self.path in receiver.files else 404, headers, content)

        do_HEAD = do_GET

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
