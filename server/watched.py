"""Connections whose next request is waited for by the thread that answered the last one. For Linux."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from typing import Any

_WAKE_UPS = 4096
_ONCE = select.EPOLLIN | select.EPOLLONESHOT


class Watched:
    """Connections that are watched by one thread, which waits in `stirring`. Any thread may call anything else."""

    def __init__(self) -> None:
        self._poller = select.epoll()
        self._woken, self._waking = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._waking, False)
        self._poller.register(self._woken, select.EPOLLIN)
        self._conns: dict[int, Any] = {}
        # Those that have no request under way, by the moment from which on they had none: the oldest first.
        self._idle: dict[int, float] = {}
        self._changing = threading.Lock()

    @property
    def idle(self) -> int:
        """How many have no request under way."""
        return len(self._idle)

    def wake(self) -> None:
        """Let the thread look, though nothing stirs."""
        # A pipe that is full wakes it too.
        with contextlib.suppress(BlockingIOError):
            os.write(self._waking, b"\0")

    def stirring(self, seconds: float) -> list[Any]:
        """The connections on which something has come, once something has, at the latest after so long.

        What comes on them now is left until they are kept again.
        """
        numbers = [number for number, _ in self._poller.poll(seconds)]
        if self._woken in numbers:
            os.read(self._woken, _WAKE_UPS)
        with self._changing:
            found = [self._conns[number] for number in numbers if number in self._conns]
            for conn in found:
                self._idle.pop(conn.sock.fileno(), None)
        return found

    def keep(self, conn: Any) -> None:
        """Watch the connection for its next request."""
        number = conn.sock.fileno()
        with self._changing:
            if number in self._conns:
                self._poller.modify(number, _ONCE)
            else:
                self._conns[number] = conn
                self._poller.register(number, _ONCE)
            self._idle.pop(number, None)
            self._idle[number] = time.monotonic()

    def forget(self, conn: Any) -> None:
        """Watch the connection no longer, if it is watched; do that before it is closed."""
        with self._changing:
            self._forget(conn.sock.fileno())

    def release(self, idle_seconds: float = 0.0) -> list[Any]:
        """Forget the connections that have had no request for so long, and return them."""
        last, released = time.monotonic() - idle_seconds, []
        with self._changing:
            while self._idle and next(iter(self._idle.values())) <= last:
                number = next(iter(self._idle))
                released.append(self._conns[number])
                self._forget(number)
        return released

    def _forget(self, number: int) -> None:
        self._idle.pop(number, None)
        if self._conns.pop(number, None) is not None:
            self._poller.unregister(number)
