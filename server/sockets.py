"""A client's connection that can't keep a thread waiting."""

from __future__ import annotations

import errno
import select
import socket
import time
from typing import Any

# What a thread waits for the rest of a body, and how slowly it may come: a slow phone's upload, and no trickle.
PATIENCE_SECONDS = 10.0
SLOWEST_BYTES_A_SECOND = 2048
# A client that takes nothing of what it is sent for so long has gone.
UNSENT_MS = 60_000
_LEAST_SECONDS = 0.05


def is_readable(client: socket.socket) -> bool:
    """Whether something has come that nobody has read yet, the end included."""
    poller = select.poll()
    poller.register(client, select.POLLIN)
    return bool(poller.poll(0))


class PatientSocket(socket.socket):
    """Reads in blocking mode end when the client is slower than allowed, as if it had hung up."""

    _began = 0.0
    _received = 0
    is_handed_over = False

    @classmethod
    def of(cls, client: socket.socket) -> PatientSocket:
        """Take over an accepted connection."""
        taken = cls(client.family, client.type, client.proto, fileno=client.detach())
        if hasattr(socket, "TCP_USER_TIMEOUT") and taken.family in (socket.AF_INET, socket.AF_INET6):
            taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNSENT_MS)
        return taken

    def hand_over(self) -> socket.socket:
        """The connection, for whoever asks. The server may go on here as if it still had it: that leads nowhere."""
        self.is_handed_over = True
        return socket.socket(fileno=self.detach())

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """As a socket's own."""
        if not self.is_handed_over:
            super().sendall(data, flags)

    def setblocking(self, flag: bool, /) -> None:
        """Blocking mode begins when a thread takes the request, and so does its patience."""
        self._began, self._received = time.monotonic(), 0
        if not self.is_handed_over:
            super().setblocking(flag)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """As a socket's own. Raises ConnectionResetError when patience is over."""
        given = self.gettimeout()
        if given == 0:
            return super().recv(size, flags)
        left = max(self._left(), _LEAST_SECONDS)
        self.settimeout(left if given is None else min(left, given))
        try:
            data = super().recv(size, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the client sends too slowly") from error
        finally:
            self.settimeout(given)
        self._received += len(data)
        return data

    def _left(self) -> float:
        allowed = PATIENCE_SECONDS + self._received / SLOWEST_BYTES_A_SECOND
        return self._began + allowed - time.monotonic()
