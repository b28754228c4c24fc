"""Answers that are none: hanging, closing, resetting, and answers that end in the middle.

gunicorn hands out the client's socket as `gunicorn.socket`; what is written to it here is written behind
gunicorn's back, and the answer it tries to send afterwards goes to a closed socket, which it takes as the
client's leaving.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time

from flask import Response, request


def drop() -> Response:
    """Close the connection without an answer."""
    with contextlib.suppress(OSError):
        _socket().shutdown(socket.SHUT_RDWR)
    return _nothing()


def reset() -> Response:
    """Break the connection with a TCP reset."""
    connection = _socket()
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    return _nothing()


def hang(seconds: float, stop: threading.Event) -> Response:
    """Say nothing for so long, then close; ends early when the client leaves or the process stops."""
    wait(seconds, stop)
    return drop()


def wait(seconds: float, stop: threading.Event) -> None:
    """Wait while the client does, at most so long."""
    until = time.monotonic() + seconds
    connection = _socket()
    while (left := until - time.monotonic()) > 0 and not stop.wait(min(left, 0.1)):
        with contextlib.suppress(OSError, ValueError):
            if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                return


def cut(response: Response) -> Response:
    """Send the head of this answer and half of its body, then close."""
    body = response.get_data()
    head = [f"HTTP/1.1 {response.status}"]
    head += [f"{name}: {value}" for name, value in response.headers if name.lower() != "content-length"]
    head += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    with contextlib.suppress(OSError):
        _socket().sendall("\r\n".join(head).encode("latin-1") + body[: len(body) // 2])
    return drop()


def _socket() -> socket.socket:
    connection = request.environ["gunicorn.socket"]
    assert isinstance(connection, socket.socket)
    return connection


def _nothing() -> Response:
    response = Response(status=500)
    response.headers["Connection"] = "close"
    return response
