"""A console as a program: an application behind a real HTTP server, and streams that are read as they come."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from server.sockets import PatientSocket

COOKIE = "switchboard_session"


class Event(NamedTuple):
    """One server-sent event: its name, its data, and the cursor it brought."""

    name: str
    data: Any
    cursor: str


class Console(NamedTuple):
    """Where an application of this process is served."""

    web_url: str


@contextlib.contextmanager
def served(application: Flask) -> Iterator[int]:
    """The application behind an HTTP server of this process, a thread for each connection; yields its port.

    As gunicorn's worker does, it gives away the connection of a stream.
    """
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
    server.get_request = lambda: _accepted(*server.socket.accept())  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        application.extensions["live"].close()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"


class _Client(PatientSocket):
    def fileno(self) -> int:
        # Werkzeug would read what is left of the request. It takes this for a client that has gone.
        if self.is_handed_over:
            raise ConnectionResetError
        return super().fileno()


def _accepted(client: socket.socket, address: Any) -> tuple[socket.socket, Any]:
    return _Client.of(client), address


class Stream:
    """An open `/live`, read by a thread. `ended`: it is over; `broken`: in no good order."""

    def __init__(
        self,
        port: int,
        token: str,
        topics: str = "inbox,feed",
        after: str = "",
        last_id: str = "",
        accept_encoding: str = "identity",
    ) -> None:
        self.events: list[Event] = []
        self.ended = self.broken = False
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Cookie": f"{COOKIE}={token}", "Accept": "text/event-stream"}
        headers |= {"Accept-Encoding": accept_encoding, "Sec-Fetch-Site": "same-origin"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        self._connection.request("GET", "/live?" + urlencode({"topics": topics, "after": after}), headers=headers)
        # The answer takes the socket over, and hanging up needs it.
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = dict(self._answer.headers)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def named(self, name: str) -> list[Event]:
        """The events of this name."""
        return [event for event in self.events if event.name == name]

    def html(self, name: str) -> str:
        """All that came of one topic, as one text."""
        return "".join(event.data for event in self.named(name))

    @property
    def cursor(self) -> str:
        """The newest cursor, '' before the first."""
        return next((event.cursor for event in reversed(self.events) if event.cursor), "")

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(10)
        self._answer.close()
        self._connection.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            while line := self._answer.readline().decode():
                name, _colon, value = line.rstrip("\n").partition(": ")
                if line != "\n":
                    fields[name] = value
                    continue
                if "event" in fields:
                    data = json.loads(fields["data"]) if fields.get("data") else None
                    self.events.append(Event(fields["event"], data, fields.get("id", "")))
                fields = {}
        except (OSError, http.client.HTTPException, ValueError):
            self.broken = True
        self.ended = True


def poll(port: int, token: str, topics: str = "inbox,feed", after: str = "") -> tuple[int, Any]:
    """Ask `/live/poll` once; its status and its JSON (None when it is no success)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        query = urlencode({"topics": topics, "after": after})
        connection.request("GET", f"/live/poll?{query}", headers={"Cookie": f"{COOKIE}={token}"})
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if answer.status == 200 else None
    finally:
        connection.close()
