"""gunicorn's threaded worker, with a change in whom it gives a thread to and whose connection it keeps."""

from __future__ import annotations

import contextvars
import errno
import select
import selectors
import threading
import time
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import ThreadWorker

from server import refusals
from server.arrivals import ARRIVAL_SECONDS, LAST_SECONDS, MOST_ARRIVING, MOST_BYTES, Arrival, arrival
from server.balance import Balance
from server.batches import Batches
from server.connections import Connection, Ending
from server.sockets import PatientSocket, is_readable

# Connections without a request that are kept for the next one.
MOST_KEPT = 300
# Threads for bodies that are still on their way.
MOST_BODIES = 16
# What is left of a body that nobody read is not waited for.
_DRAIN_SECONDS = 0.1
_NOBODY_THERE = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)


class ArrivingWorker(ThreadWorker):  # type: ignore[misc]
    """A worker whose threads are for requests that are there.

    The plain one gives a thread to each connection, where it waits for the request's bytes for ever. This one receives
    in its main loop until head and short body are whole (`pending_conns`); a long body is read by one of a few threads.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most_bodies = max(2, min(MOST_BODIES, self.cfg.threads // 8))
        self._bodies = 0
        self._balance = Balance(self.cfg.workers)
        self._ending = Ending(self)
        self._batches: Batches | None = None
        self._this_thread = threading.local()

    def run(self) -> None:
        """Serve until told to end; what the application answers many at a time, on a thread for that."""
        together = getattr(self.wsgi, "extensions", {}).get("together")
        # A worker that is to end after so many requests counts them on its threads.
        if together and hasattr(select, "epoll") and not self.cfg.max_requests:
            self._batches = Batches(self, together, aside=super().enqueue_req)
        super().run()

    @property
    def max_keepalived(self) -> int:
        """How many connections are kept; none where the one that is being answered is to end."""
        if getattr(self._this_thread, "with_body", False):
            # Its body may not be read to the end, and then the connection can bring nothing more.
            return 0
        idle = len(self.keepalived_conns) + len(self.pending_conns) + len(self._ending)
        idle += self._batches.idle if self._batches else 0
        return 0 if self._balance.ends_one(self.nr_conns - idle) else self._most_kept

    @max_keepalived.setter
    def max_keepalived(self, most: int) -> None:
        self._most_kept = most

    def accept(self, listener: Any) -> bool:
        """Accept a connection, and receive what has come. False when there was none."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in _NOBODY_THERE:
                raise
            return False
        self.nr_conns += 1
        client = client if self.cfg.is_ssl else PatientSocket.of(client)
        self.enqueue_req(Connection(self._ending, self.cfg, client, address, listener.getsockname()))
        return True

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """The next request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.enqueue_req(conn)

    def enqueue_req(self, conn: Any) -> None:
        """Give the connection's next request to a thread, as soon as it is there."""
        if self.cfg.is_ssl:
            # What has come can't be told before the handshake. TLS belongs in a proxy in front.
            super().enqueue_req(conn)
            return
        if not conn.initialized:
            conn.initialized, conn.parser = True, http.get_parser(self.cfg, conn.sock, conn.client)
        # A client may send its next request together with the one before.
        conn.received = bytearray(conn.parser.unreader.take_buffered())
        conn.sock.setblocking(False)
        if not self._receive(conn):
            conn.timeout = time.monotonic() + ARRIVAL_SECONDS
            self.pending_conns.append(conn)
            self._watch(conn)
            if len(self.pending_conns) > MOST_ARRIVING:
                self._give_up(self.pending_conns[0])

    def handle(self, conn: Any) -> Any:
        """Serve a request, on its thread; nothing that this thread noted of an earlier one is known to it."""
        self._this_thread.with_body = conn.with_body
        return contextvars.Context().run(super().handle, conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """A thread is done with the request."""
        if conn.with_body:
            self._bodies -= 1
        super().finish_request(conn, fs)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close what was kept for too long, and the oldest of too many, unless its next request is there."""
        super().murder_keepalived(force)
        while len(self.keepalived_conns) > MOST_KEPT:
            oldest = self.keepalived_conns[0]
            if is_readable(oldest.sock):
                self.on_client_socket_readable(oldest, oldest.sock)
            else:
                oldest.timeout = 0.0
                super().murder_keepalived()

    def murder_pending(self) -> None:
        """Refuse what did not arrive in time, which is short when the worker ends; close what has long ended."""
        now = time.monotonic()
        if not self.alive:
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout, now + LAST_SECONDS)
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            self._give_up(self.pending_conns[0])
        self._ending.close_late()
        if self._batches:
            self._batches.give_up_waiting()

    def _on_more(self, conn: Any, _client: Any) -> None:
        self.poller.unregister(conn.sock)
        if self._receive(conn):
            self.pending_conns.remove(conn)
        else:
            self._watch(conn)

    def _watch(self, conn: Any) -> None:
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_more, conn))

    def _receive(self, conn: Any) -> bool:
        """Receive what is there. False when more is to be waited for, True when the connection is out of our hands."""
        came = arrival(conn.received)
        if came is Arrival.WAITING:
            try:
                data = conn.sock.recv(MOST_BYTES)
            except BlockingIOError:
                return False
            except OSError:
                data = b""
            if not data:
                self._close(conn)
                return True
            conn.received += data
            came = arrival(conn.received)
        if came is Arrival.WAITING:
            return False
        if came is Arrival.TOO_LONG:
            self._close(conn, refusals.TOO_LONG)
        elif came is Arrival.BODY_TO_COME and self._bodies >= self._most_bodies:
            self._close(conn, refusals.BUSY)
        else:
            self._hand_over(conn, with_body=came is Arrival.BODY_TO_COME)
        return True

    def _hand_over(self, conn: Any, *, with_body: bool) -> None:
        received, conn.received = bytes(conn.received), bytearray()
        conn.with_body, conn.data_ready = with_body, True
        self._bodies += with_body
        if self._batches and not with_body and self._batches.take(conn, received):
            return
        conn.parser.unreader.unread(received)
        super().enqueue_req(conn)

    def _give_up(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        # The rest may have come, and nobody has looked yet.
        if self.cfg.is_ssl or not self._receive(conn):
            self._close(conn, refusals.TOO_SLOW if conn.received else b"")

    def _close(self, conn: Any, answer: bytes = b"") -> None:
        self.nr_conns -= 1
        conn.refuse(answer) if answer else conn.close()

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        kept = keepalive and not getattr(conn.sock, "is_handed_over", False)
        return kept and bool(conn.parser.finish_body(deadline=time.monotonic() + _DRAIN_SECONDS))
