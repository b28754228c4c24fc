"""A cheap HTTP/1.1 connection that is kept open: request bytes in, status out."""

from __future__ import annotations

import contextlib
import select
import socket
import time

_MOST = 65536


class Broken(Exception):
    """The server closed the connection before its answer was whole."""


class Wire:
    """One connection to loopback that carries one request at a time and never blocks."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._received = b""
        # Said with an answer: the server closes the connection after it (RFC 9112, 9.6).
        self.ended = False

    def fileno(self) -> int:
        """For a poller."""
        return self.socket.fileno()

    def post(self, request: bytes) -> None:
        """Send a request; one is small enough to fit the socket's buffer whole. Raises Broken."""
        try:
            sent = self.socket.send(request)
        except OSError as error:
            raise Broken(str(error)) from error
        if sent != len(request):
            raise Broken("the socket's buffer is full")

    def answer(self) -> int | None:
        """The status once the answer is whole, None before. Raises Broken."""
        try:
            received = self.socket.recv(_MOST)
        except BlockingIOError:
            return None
        except OSError as error:
            raise Broken(str(error)) from error
        if not received:
            raise Broken("closed by the server")
        self._received = whole = self._received + received
        head, end, body = whole.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return None
        self._received = b""
        self.ended = b"\r\nconnection: close" in head.lower()
        return int(whole[9:12])

    def ask(self, request: bytes, seconds: float = 20) -> int:
        """Send one request, wait for its status, and close. Raises Broken, also when `seconds` have passed."""
        try:
            self.post(request)
            while (status := self.answer()) is None:
                if not _is_readable(self, seconds):
                    raise Broken("no answer")
            return status
        finally:
            self.close()

    def close(self) -> None:
        """Let go of it."""
        with contextlib.suppress(OSError):
            self.socket.close()


class Wires:
    """Connections to one port, and the poller that watches them.

    A connection that the server closed, or said that it would close, is never handed out again.
    """

    def __init__(self, port: int, connections: int = 0) -> None:
        self._poller = select.epoll()
        self._wires: dict[int, Wire] = {}
        self._free: list[Wire] = []
        self._port = port
        for _ in range(connections):
            self.give_back(self._add())

    def take(self) -> Wire:
        """A connection for the next request: the one that was given back last, or a new one."""
        return self._free.pop() if self._free else self._add()

    def give_back(self, wire: Wire) -> None:
        """Have it at hand for another request, unless the server ends it with its answer."""
        if wire.ended:
            self.drop(wire)
        else:
            self._free.append(wire)

    def drop(self, wire: Wire) -> None:
        """Let go of one that the server has closed."""
        self._poller.unregister(wire.fileno())
        del self._wires[wire.fileno()]
        wire.close()

    def ready(self, seconds: float) -> list[Wire]:
        """Those taken on which an answer may have come within `seconds`. A free one that stirs is closed."""
        last = time.monotonic() + seconds
        while stirring := self._poller.poll(max(last - time.monotonic(), 0)):
            wires = [self._wires[number] for number, _ in stirring]
            closed = [wire for wire in wires if wire in self._free]
            for wire in closed:
                self._free.remove(wire)
                self.drop(wire)
            if len(wires) > len(closed):
                return [wire for wire in wires if wire not in closed]
        return []

    def close(self) -> None:
        """Let go of all."""
        for wire in self._wires.values():
            wire.close()
        self._poller.close()

    def _add(self) -> Wire:
        wire = Wire(self._port)
        self._wires[wire.fileno()] = wire
        self._poller.register(wire.fileno(), select.EPOLLIN)
        return wire


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0] or 0)


def _is_readable(connection: Wire, seconds: float) -> bool:
    # Not select(), which takes no numbers from 1,024 on.
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))
