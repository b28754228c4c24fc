"""A way to a port of this machine that counts what comes back through it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

_PIECE = 65536


class ByteCounter:
    """`received` is how many bytes the server has answered on all connections, heads and bodies."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self.received = 0

    @property
    def port(self) -> int:
        """Where to connect."""
        port: int = self._listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for source, sink, counts in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass_on, args=(source, sink, counts), daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        # Only a shutdown wakes the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _pass_on(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                if counts:
                    with self._lock:
                        self.received += len(piece)
                sink.sendall(piece)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def counting(port: int) -> Iterator[ByteCounter]:
    """A counter before `port`."""
    counter = ByteCounter(port)
    thread = threading.Thread(target=counter.serve, daemon=True)
    thread.start()
    try:
        yield counter
    finally:
        counter.close()
        thread.join()
