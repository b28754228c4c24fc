"""A client's connection as the worker has it, and those that end: nobody waits with them for the client's end.

gunicorn waits for it in the worker's main loop, up to two seconds for each connection and one after the other.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from typing import Any

from gunicorn.workers.gthread import TConn

# So long the client has for its end, so that nothing of the last answer is lost (RFC 9112, 9.6).
LINGER_SECONDS = 2.0
# So many may take that long; with one more the oldest is closed.
MOST_ENDING = 400
# What a client may still send meanwhile, which nobody reads.
_MOST_UNREAD = 1024 * 1024
_AT_ONCE = 64 * 1024


class Ending:
    """Connections whose last answer is sent. All is called by the worker's main loop."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        # By socket until when, and how much may still come; the oldest first.
        self._left: dict[socket.socket, tuple[float, int]] = {}

    def __len__(self) -> int:
        return len(self._left)

    def add(self, client: socket.socket) -> None:
        """Send no more, and close once the client does, or time is up."""
        try:
            client.setblocking(False)
            client.shutdown(socket.SHUT_WR)
            self._worker.poller.register(client, selectors.EVENT_READ, self._on_more)
        except (OSError, ValueError, KeyError):
            client.close()
            return
        self._worker.nr_conns += 1
        self._left[client] = (time.monotonic() + LINGER_SECONDS, _MOST_UNREAD)
        if len(self._left) > MOST_ENDING:
            self._close(next(iter(self._left)))

    def close_late(self) -> None:
        """Close those whose time is up."""
        now = time.monotonic()
        while self._left and next(iter(self._left.values()))[0] <= now:
            self._close(next(iter(self._left)))

    def _on_more(self, client: socket.socket) -> None:
        until, left = self._left[client]
        try:
            came = len(client.recv(_AT_ONCE))
        except BlockingIOError:
            return
        except OSError:
            came = 0
        if 0 < came < left:
            self._left[client] = (until, left - came)
        else:
            self._close(client)

    def _close(self, client: socket.socket) -> None:
        del self._left[client]
        self._worker.poller.unregister(client)
        self._worker.nr_conns -= 1
        client.close()


class Connection(TConn):  # type: ignore[misc]
    """A client's connection. `received` is what came of the next request, `with_body` is said of the one under way."""

    def __init__(self, ending: Ending, *args: Any) -> None:
        super().__init__(*args)
        self.received = bytearray()
        self.with_body = False
        self._ending = ending

    def close(self, graceful: bool = False) -> None:
        """Close it, or end it as its last answer asks for."""
        if graceful and not self.cfg.is_ssl:
            self._ending.add(self.sock)
        else:
            super().close(graceful)

    def refuse(self, answer: bytes) -> None:
        """Answer a request that gets no thread, and end."""
        with contextlib.suppress(OSError):
            self.sock.send(answer)
        self.close(graceful=True)
