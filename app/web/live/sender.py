"""The one thread that sends every stream of this process what it follows."""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import threading
import time

import structlog

from app.web.live.hub import Hub
from app.web.live.outlet import Outlet

log = structlog.get_logger()

HEARTBEAT_SECONDS = 15.0
# A client that takes nothing of what it is sent for so long has gone.
UNSENT_SECONDS = 60.0
# What ending streams may take of the process's last seconds.
_LAST_SECONDS = 1.0
_HEARTBEAT = b": still here\n\n"


class Sender:
    """Sends all streams the same bytes and waits for none of them: one that is slow keeps its own rest.

    A thread for each stream would be woken for each frame, a hundred at once, and each would wait for the
    interpreter's lock to send the same bytes.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._outlets: set[Outlet] = set()
        self._new: queue.SimpleQueue[Outlet] = queue.SimpleQueue()
        self._taking = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake: socket.socket | None = None
        # Processor time that sending has taken.
        self.spent = 0.0
        hub.on_change(self.wake)

    def take(self, outlet: Outlet) -> None:
        """Send this stream what it follows from now on, and end it."""
        with self._taking:
            if self._hub.closed:
                outlet.end()
                self._hub.leave(outlet.subscriber)
                return
            if self._thread is None:
                woken, self._wake = socket.socketpair()
                self._wake.setblocking(False)
                self._thread = threading.Thread(target=self._run, args=(woken, self._wake), name="streams", daemon=True)
                self._thread.start()
            self._new.put(outlet)
        self.wake()

    def wake(self) -> None:
        """There is something to send."""
        if self._wake is not None:
            # One that is full wakes all the same; one that is closed has ended all streams.
            with contextlib.suppress(OSError):
                self._wake.send(b"\0")

    def close(self) -> None:
        """Wait until all streams have ended, once the hub is closed."""
        if self._thread is not None:
            self._thread.join(_LAST_SECONDS)

    def _run(self, woken: socket.socket, wake: socket.socket) -> None:
        with selectors.DefaultSelector() as selector, woken, wake:
            selector.register(woken, selectors.EVENT_READ)
            while not self._hub.closed:
                try:
                    self._turn(selector)
                except Exception:
                    log.exception("live.sending_failed")
                    # Their consoles connect again, and are told what they missed.
                    self._end_all(selector)
            with self._taking:
                self._begin_new(selector)
                self._end_all(selector)

    def _turn(self, selector: selectors.BaseSelector) -> None:
        ready = [key for key, _ in selector.select(self._patience())]
        began = time.thread_time()
        self._begin_new(selector)
        alone = [key.data for key in ready if key.data is not None]
        for key in ready:
            if key.data is None:
                key.fileobj.recv(4096)  # type: ignore[union-attr]
        for outlet in alone:
            if outlet.is_gone():
                self._end(selector, outlet)
            else:
                self._feed(selector, outlet)
        # Woken, or a heartbeat is due.
        if len(alone) < len(ready) or not ready:
            for outlet in list(self._outlets):
                self._feed(selector, outlet)
        self.spent += time.thread_time() - began

    def _begin_new(self, selector: selectors.BaseSelector) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                outlet = self._new.get_nowait()
                selector.register(outlet.client, selectors.EVENT_READ, outlet)
                self._outlets.add(outlet)

    def _feed(self, selector: selectors.BaseSelector, outlet: Outlet) -> None:
        try:
            if not outlet.is_full and outlet.silent >= HEARTBEAT_SECONDS:
                outlet.put(_HEARTBEAT)
            lasts = outlet.feed(self._hub) and not (outlet.is_full and outlet.silent >= UNSENT_SECONDS)
        except OSError:
            lasts = False
        if not lasts:
            self._end(selector, outlet)
            return
        # Readable is asked for all the time: so it is known at once when a client hangs up.
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if outlet.is_full else 0)
        if selector.get_key(outlet.client).events != events:
            selector.modify(outlet.client, events, outlet)

    def _end(self, selector: selectors.BaseSelector, outlet: Outlet) -> None:
        self._outlets.discard(outlet)
        selector.unregister(outlet.client)
        outlet.end()
        self._hub.leave(outlet.subscriber)

    def _end_all(self, selector: selectors.BaseSelector) -> None:
        for outlet in list(self._outlets):
            self._end(selector, outlet)

    def _patience(self) -> float | None:
        """Until the first heartbeat, or somebody's end, is due."""
        left = [(UNSENT_SECONDS if outlet.is_full else HEARTBEAT_SECONDS) - outlet.silent for outlet in self._outlets]
        return max(0.0, min(left)) if left else None
