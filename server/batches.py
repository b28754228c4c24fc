"""A thread that answers many short requests at a time, where threads of their own would take turns at the interpreter.

Figures: docs/decisions.md.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from server.arrivals import MOST_BYTES, Arrival, arrival
from server.asked import Asked, Reply
from server.watched import Watched

# So many requests are answered together.
MOST_TOGETHER = 32
# When a batch lasts longer than this, threads answer what waits and what comes.
PATIENCE_SECONDS = 0.25
# A connection without a request for so long goes back to the worker's main loop, which closes it in time.
IDLE_SECONDS = 1.0
_LONG_AGO = -1e9


class Together(Protocol):
    """What of an application answers many requests at a time: of those that begin with `beginning`.

    `answer_together` gets a WSGI environment for each, with the moment at which the request was there, in the clock of
    `time.perf_counter`. It returns a reply for each, or None for one that has to be asked for by itself.
    """

    beginning: bytes

    def answer_together(self, requests: Sequence[tuple[dict[str, Any], float]]) -> Sequence[Reply | None]: ...


class _Done(NamedTuple):
    """What gunicorn asks of a request that is answered: whether its connection is kept."""

    kept: bool

    def cancelled(self) -> bool:
        """As a future's own."""
        return False

    def result(self) -> bool:
        """As a future's own."""
        return self.kept


class Batches:
    """Answers what `together` takes on a thread of its own, and watches the connections on which such came last.

    `aside` is called with each connection whose request has to be given to a thread, from any thread. A connection
    that is idle, is closed or brings something else goes back to the worker's main loop.
    """

    def __init__(self, worker: Any, together: Together, aside: Callable[[Any], None]) -> None:
        self._worker = worker
        self._together = together
        self._aside = aside
        self._waiting: deque[Asked] = deque()
        self._watched = Watched()
        self._began = 0.0
        threading.Thread(target=self._run, name="batches", daemon=True).start()

    @property
    def idle(self) -> int:
        """How many connections have no request under way."""
        return self._watched.idle

    def take(self, conn: Any, received: bytes) -> bool:
        """Take the request over; False when it is none of these, or when the batch under way lasts long."""
        if not received.startswith(self._together.beginning) or self._is_late():
            return False
        self._waiting.append(Asked(conn, received, time.perf_counter()))
        self._watched.wake()
        return True

    def give_up_waiting(self) -> None:
        """Let nothing wait behind a batch that lasts long. For the worker's main loop, now and then."""
        if self._is_late():
            for asked in self._first(len(self._waiting)):
                self._put_aside(asked)
            self._give_back([(conn, True) for conn in self._watched.release()])

    def _is_late(self) -> bool:
        return bool(self._began) and time.monotonic() - self._began > PATIENCE_SECONDS

    def _run(self) -> None:
        try:
            while True:
                self._answer_what_comes()
        except Exception:
            self._worker.log.exception("Requests are answered one by one from now on")
            self._began = _LONG_AGO

    def _answer_what_comes(self) -> None:
        for conn in self._watched.stirring(0.0 if self._waiting else IDLE_SECONDS / 2):
            self._receive(conn)
        if batch := self._first(MOST_TOGETHER):
            self._began = time.monotonic()
            self._answer(batch)
            self._began = 0.0
        released = self._watched.release(IDLE_SECONDS if self._worker.alive else 0.0)
        self._hand_back([(conn, True) for conn in released])

    def _first(self, most: int) -> list[Asked]:
        first: list[Asked] = []
        while self._waiting and len(first) < most:
            try:
                first.append(self._waiting.popleft())
            except IndexError:
                # The main loop has just given up waiting.
                break
        return first

    def _receive(self, conn: Any) -> None:
        try:
            data = conn.sock.recv(MOST_BYTES)
        except OSError:
            data = b""
        if data.startswith(self._together.beginning) and arrival(data) is Arrival.WHOLE:
            self._waiting.append(Asked(conn, data, time.perf_counter()))
            return
        self._watched.forget(conn)
        conn.parser.unreader.unread(data)
        self._worker.method_queue.defer(self._worker.enqueue_req, conn)

    def _answer(self, batch: Sequence[Asked]) -> None:
        readable = []
        for asked in batch:
            if asked.read():
                readable.append(asked)
            else:
                self._put_aside(asked)
        replies = self._replies(readable)
        finished = []
        for asked, reply in zip(readable, replies, strict=True):
            if reply is None:
                self._put_aside(asked)
            elif not (kept := self._send(asked, reply)) or asked.has_next():
                self._watched.forget(asked.conn)
                finished.append((asked.conn, kept))
            else:
                self._watched.keep(asked.conn)
        self._hand_back(finished)

    def _replies(self, batch: Sequence[Asked]) -> Sequence[Reply | None]:
        try:
            return self._together.answer_together([(asked.environ, asked.at) for asked in batch])
        except Exception:
            self._worker.log.exception("Requests could not be answered together")
            return [None] * len(batch)

    def _send(self, asked: Asked, reply: Reply) -> bool:
        worker = self._worker
        try:
            is_last = not worker.alive or len(worker.keepalived_conns) >= worker.max_keepalived
            return asked.send(reply, is_last=is_last)
        except Exception as error:
            worker.log.debug("An answer could not be sent: %s", error)
            return False

    def _put_aside(self, asked: Asked) -> None:
        self._watched.forget(asked.conn)
        asked.begin_again()
        self._aside(asked.conn)

    def _hand_back(self, finished: list[tuple[Any, bool]]) -> None:
        if finished:
            self._worker.method_queue.defer(self._give_back, finished)

    def _give_back(self, finished: list[tuple[Any, bool]]) -> None:
        for conn, kept in finished:
            self._worker.finish_request(conn, _Done(kept))
