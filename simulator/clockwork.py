"""Work that is done later: one thread keeps the time, a pool does the work."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("simulator")


class Clockwork:
    """Runs jobs after a delay, each in a thread of a pool; a job that fails is logged and hurts no other."""

    def __init__(self, threads: int = 48) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="later")
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._count = itertools.count()
        self._change = threading.Condition()
        self._stopped = False
        threading.Thread(target=self._tick, name="clock", daemon=True).start()

    def after(self, seconds: float, job: Callable[[], object]) -> None:
        """Do `job` in so many seconds, or as soon as a thread is free where that is 0."""
        if seconds <= 0:
            self._submit(job)
            return
        with self._change:
            entry = (time.monotonic() + seconds, next(self._count), job)
            heapq.heappush(self._due, entry)
            if self._due[0] is entry:
                self._change.notify()

    def forget(self) -> None:
        """Drop everything that has not begun."""
        with self._change:
            self._due.clear()

    def stop(self) -> None:
        """Begin nothing any more."""
        with self._change:
            self._stopped = True
            self._due.clear()
            self._change.notify()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _tick(self) -> None:
        while True:
            with self._change:
                while not self._stopped and (not self._due or self._due[0][0] > time.monotonic()):
                    self._change.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._stopped:
                    return
                job = heapq.heappop(self._due)[2]
            self._submit(job)

    def _submit(self, job: Callable[[], object]) -> None:
        if not self._stopped:
            self._pool.submit(self._guarded, job)

    @staticmethod
    def _guarded(job: Callable[[], object]) -> None:
        try:
            job()
        except Exception:
            log.exception("a job failed")
