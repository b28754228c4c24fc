"""The worker that serves the web process: it loses no request when it is told to end."""

from __future__ import annotations

import threading
from typing import Any

from server.worker import ArrivingWorker

# How long a router may take to notice that this process is about to end.
LINGER_SECONDS = 1.0


class DrainingWorker(ArrivingWorker):
    """A worker that loses no request when it is told to end.

    The plain one closes its listeners at once: what waits in their queue is reset, what a router sends then refused.
    This one goes on for a moment, ends the live streams, empties the queue, and closes then.
    """

    def handle_exit(self, sig: int, frame: Any) -> None:
        """On SIGTERM, end after LINGER_SECONDS of work as usual."""
        lingering = threading.Timer(LINGER_SECONDS, super().handle_exit, (sig, frame))
        lingering.daemon = True
        lingering.start()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Stop accepting for good: take what waits, then close."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)
            return
        self._end_streams()
        super().set_accept_enabled(False)
        for listener in self.sockets:
            while self.accept(listener):
                pass
            listener.close()

    def _end_streams(self) -> None:
        live = getattr(self.wsgi, "extensions", {}).get("live")
        if live is not None:
            live.close()
