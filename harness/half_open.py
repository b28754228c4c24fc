"""Requests of which only a part is sent, as many at once as wanted."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Iterator

HEAD = b"POST /twilio/inbound HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
# Each is the beginning of a request, and none is a whole one.
PARTS = {
    "nothing": b"",
    "half a head": HEAD,
    "half a short body": HEAD + b"Content-Length: 900\r\n\r\nBody=hello",
    "half a long body": HEAD + b"Content-Length: 200000\r\n\r\nBody=" + b"x" * 70_000,
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nBody=hello",
}


class HalfOpen:
    """The connections on which a part was sent."""

    def __init__(self, port: int, part: bytes, count: int) -> None:
        self._sockets = [_opened(port, part) for _ in range(count)]

    def closed(self) -> int:
        """How many the server has closed or answered by now."""
        # Not select(), which takes no numbers from 1,024 on.
        waiting = select.poll()
        for one in self._sockets:
            waiting.register(one, select.POLLIN)
        return len(waiting.poll(0))

    def close(self) -> None:
        """Hang up."""
        for one in self._sockets:
            one.close()


@contextlib.contextmanager
def half_open(port: int, part: bytes, count: int) -> Iterator[HalfOpen]:
    """Open `count` connections, send `part` on each, and keep them so."""
    held = HalfOpen(port, part, count)
    try:
        yield held
    finally:
        held.close()


def _opened(port: int, part: bytes) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=10)
    # A server that refuses it early may hang up amid it.
    with contextlib.suppress(OSError):
        opened.sendall(part)
    return opened
