"""The connection of one stream. Nobody waits for it: what it doesn't take yet is kept, a frame at most."""

from __future__ import annotations

import contextlib
import socket
import time

from app.web.live.frames import chunk, reload_event
from app.web.live.hub import Hub, Subscriber

_END = b"0\r\n\r\n"
_DISCARDED_BYTES = 4096


class Outlet:
    """What one stream has had, what is on its way, and the socket that takes it."""

    def __init__(self, client: socket.socket, subscriber: Subscriber, seen: int, *, chunked: bool) -> None:
        client.setblocking(False)
        self.client = client
        self.subscriber = subscriber
        self._taken_at = time.monotonic()
        self._seen = seen
        self._chunked = chunked
        self._unsent = memoryview(b"")

    @property
    def is_full(self) -> bool:
        """Whether the client has not yet taken all that it was sent."""
        return bool(self._unsent)

    @property
    def silent(self) -> float:
        """For how many seconds the client took nothing."""
        return time.monotonic() - self._taken_at

    def put(self, data: bytes) -> None:
        """Something of this stream's own, to be sent before the next frame."""
        self._unsent = memoryview(bytes(self._unsent) + (chunk(data) if self._chunked else data))

    def feed(self, hub: Hub) -> bool:
        """Send what has come, as far as the client takes it. False when the stream has to end. Raises OSError."""
        self._flush()
        while not self.is_full:
            found = hub.next(self.subscriber, self._seen)
            if found is None:
                return False
            if found.frame is not None:
                self._unsent = memoryview(found.frame.of(self.subscriber.topics, chunked=self._chunked))
            elif found.behind:
                self.put(reload_event(found.position))
            else:
                break
            self._seen = found.number
            self._flush()
        return True

    def is_gone(self) -> bool:
        """Whether the client has hung up. What it says meanwhile is nothing to us."""
        try:
            return not self.client.recv(_DISCARDED_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def end(self) -> None:
        """End the answer in order, if the client takes that at once, and hang up."""
        with contextlib.suppress(OSError):
            self._flush()
            if self._chunked and not self.is_full:
                self.client.send(_END)
        self.client.close()

    def _flush(self) -> None:
        while self._unsent:
            try:
                sent = self.client.send(self._unsent)
            except BlockingIOError:
                return
            self._taken_at = time.monotonic()
            self._unsent = self._unsent[sent:]
