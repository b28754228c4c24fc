"""gunicorn's threaded worker, with a change in whom it gives a thread to and whose connection it keeps."""

from __future__ import annotations

import contextlib
import errno
import itertools
import select
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from server import refusals
from server.arrivals import MOST_BYTES, Arrival, arrival
from server.batches import Batches
from server.sockets import PatientSocket, is_readable

# A request whose head and short body have not come within this is given up.
ARRIVAL_SECONDS = 10.0
# So many are waited for; for one more the oldest is given up.
MOST_ARRIVING = 400
# Connections without a request that are kept for the next one.
MOST_KEPT = 300
# With more under way than this a worker of several is behind, and ends one connection in so many with its answer.
MOST_UNDER_WAY = 8
ONE_IN = 16
# Threads for bodies that are still on their way.
MOST_BODIES = 16
# What an ending worker still waits for the rest of a request.
LAST_SECONDS = 2.0
# What is left of a body that nobody read is not waited for.
_DRAIN_SECONDS = 0.1
_NOBODY_THERE = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)


class ArrivingWorker(ThreadWorker):  # type: ignore[misc]
    """A worker whose threads are for requests that are there.

    The plain one gives a thread to each connection, where it waits for the request's bytes for ever. This one receives
    in its main loop until head and short body are whole, and keeps those that are not in `pending_conns`, which
    gunicorn closes in time. A long body is read by one of a few threads.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most_bodies = max(2, min(MOST_BODIES, self.cfg.threads // 8))
        self._bodies = 0
        self._while_behind = itertools.count()
        self._batches: Batches | None = None

    def run(self) -> None:
        """Serve until told to end; what the application answers many at a time, on a thread for that."""
        together = getattr(self.wsgi, "extensions", {}).get("together")
        # A worker that is to end after so many requests counts them on its threads.
        if together and hasattr(select, "epoll") and not self.cfg.max_requests:
            self._batches = Batches(self, together, aside=super().enqueue_req)
        super().run()

    @property
    def max_keepalived(self) -> int:
        """How many connections are kept; now and then none, while this worker is behind and there are others.

        A client that takes the connection it used last would send the next request where the last answer came late.
        Told to close, it connects anew, and whichever worker has time accepts; that costs as much as a webhook.
        """
        idle = len(self.keepalived_conns) + len(self.pending_conns) + (self._batches.idle if self._batches else 0)
        is_behind = self.cfg.workers > 1 and self.nr_conns - idle > MOST_UNDER_WAY
        return 0 if is_behind and next(self._while_behind) % ONE_IN == 0 else self._most_kept

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
        conn = TConn(self.cfg, client if self.cfg.is_ssl else PatientSocket.of(client), address, listener.getsockname())
        conn.with_body = False
        self.enqueue_req(conn)
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
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_more, conn))
            if len(self.pending_conns) > MOST_ARRIVING:
                self._give_up(self.pending_conns[0])

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
        """Close what did not arrive in time, which is short when the worker ends."""
        if not self.alive:
            last = time.monotonic() + LAST_SECONDS
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout, last)
        super().murder_pending()
        if self._batches:
            self._batches.give_up_waiting()

    def _on_more(self, conn: Any, _client: Any) -> None:
        if self._receive(conn):
            self.poller.unregister(conn.sock)
            self.pending_conns.remove(conn)

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
        # The rest may have come, and nobody has looked yet.
        if not self._receive(conn):
            self._close(conn)
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _close(self, conn: Any, answer: bytes = b"") -> None:
        with contextlib.suppress(OSError):
            if answer:
                conn.sock.send(answer)
                conn.sock.shutdown(socket.SHUT_WR)
        self.nr_conns -= 1
        conn.close()

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        kept = keepalive and not getattr(conn.sock, "is_handed_over", False)
        return kept and bool(conn.parser.finish_body(deadline=time.monotonic() + _DRAIN_SECONDS))
