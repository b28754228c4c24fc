"""One thread that answers many short requests at a time, where a thread for each would take turns at the interpreter."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from gunicorn import http
from gunicorn.http import wsgi

# So many requests are answered together.
MOST_TOGETHER = 32
# When a batch lasts longer than this, what comes meanwhile is given to threads.
PATIENCE_SECONDS = 0.25


class Reply(Protocol):
    """A whole answer: its status line, its headers and its body."""

    status: str
    headers: list[tuple[str, str]]
    content: bytes


class Together(Protocol):
    """What of an application answers many requests at a time: those that begin with one of `beginnings`.

    `answer_together` gets a WSGI environment for each, with the moment at which it was there, in the clock of
    `time.perf_counter`. It returns an answer for each, or None for one that has to be asked for by itself.
    """

    beginnings: bytes

    def answer_together(self, requests: Sequence[tuple[dict[str, Any], float]]) -> Sequence[Reply | None]: ...


@dataclass
class _Asked:
    """A request that is there: its connection, its bytes, when it was there, and what gunicorn makes of it."""

    conn: Any
    received: bytes
    at: float
    response: Any = None
    environ: dict[str, Any] | None = None


class Batches:
    """Answers on a thread of its own what `together` takes.

    `aside` is called with each connection whose request has to be given to a thread, from any thread. The connections
    whose requests are answered go back to the worker's main loop.
    """

    def __init__(self, worker: Any, together: Together, aside: Callable[[Any], None]) -> None:
        self._worker = worker
        self._together = together
        self._aside = aside
        self._waiting: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._began = 0.0
        threading.Thread(target=self._run, name="batches", daemon=True).start()

    def take(self, conn: Any, received: bytes) -> bool:
        """Take the request over; False when it is none of these, or when the batch under way lasts long."""
        if not received.startswith(self._together.beginnings) or self.is_late():
            return False
        self._waiting.put(_Asked(conn, received, time.perf_counter()))
        return True

    def is_late(self) -> bool:
        """True when the batch under way lasts long."""
        return bool(self._began) and time.monotonic() - self._began > PATIENCE_SECONDS

    def give_up_waiting(self) -> None:
        """Put aside what waits behind a batch that lasts long."""
        while self.is_late():
            try:
                self._put_aside(self._waiting.get_nowait())
            except queue.Empty:
                return

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            self._began = time.monotonic()
            while len(batch) < MOST_TOGETHER and not self._waiting.empty():
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._answer(batch)
            self._began = 0.0

    def _answer(self, batch: list[_Asked]) -> None:
        readable = [asked for asked in batch if self._read(asked)]
        try:
            replies = self._together.answer_together([(asked.environ or {}, asked.at) for asked in readable])
        except Exception:
            self._worker.log.exception("Error answering requests together")
            replies = [None] * len(readable)
        answered = []
        for asked, reply in zip(readable, replies, strict=True):
            if reply is None:
                self._put_aside(asked)
            else:
                answered.append((asked.conn, self._send(asked, reply)))
        if answered:
            self._worker.method_queue.defer(self._give_back, answered)

    def _read(self, asked: _Asked) -> bool:
        """Have gunicorn read the request. What it refuses, it refuses on a thread."""
        conn = asked.conn
        conn.parser.unreader.unread(asked.received)
        try:
            request = next(conn.parser)
            asked.response, asked.environ = wsgi.create(request, conn.sock, conn.client, conn.server, conn.cfg)
        except Exception:
            self._put_aside(asked)
            return False
        return True

    def _send(self, asked: _Asked, reply: Reply) -> bool:
        """Send the answer. False when the connection ends with it, or can't take it."""
        worker, response = self._worker, asked.response
        if not worker.alive or len(worker.keepalived_conns) >= worker.max_keepalived:
            response.force_close()
        try:
            response.start_response(reply.status, reply.headers)
            response.write(reply.content)
            response.close()
        except Exception as error:
            worker.log.debug("An answer could not be sent: %s", error)
            return False
        return not response.should_close()

    def _put_aside(self, asked: _Asked) -> None:
        conn = asked.conn
        conn.parser = http.get_parser(conn.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(asked.received)
        self._aside(conn)

    def _give_back(self, answered: list[tuple[Any, bool]]) -> None:
        for conn, kept in answered:
            done: Future[bool] = Future()
            done.set_result(kept)
            self._worker.finish_request(conn, done)
