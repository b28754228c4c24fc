"""Writes answers down: what came while one transaction ran is written down together by the next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import structlog

from app.domain.sending import answers
from app.gateways.twilio.outcomes import Answer, Outgoing
from app.store.database import Database
from app.store.errors import DatabaseUnavailable

log = structlog.get_logger()

TROUBLE_SECONDS = 1.0
AT_ONCE = 50

Answered = tuple[Outgoing, Answer]


class AnswerRecorder:
    """One thread that records the answers of all lanes, in the order they came.

    An answer is known only here: it is kept until the database takes it, or evidence settles it if the process ends.
    """

    def __init__(self, database: Database, written: Callable[[], object]) -> None:
        self._database = database
        self._written = written
        self._waiting: list[Answered] = []
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ending = False

    def take(self, outgoing: Outgoing, answer: Answer) -> None:
        """Leave an answer to be written down; returns at once."""
        with self._change:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
                self._thread.start()
            self._waiting.append((outgoing, answer))
            self._change.notify_all()

    def finish(self, deadline: float) -> bool:
        """Wait until `deadline` (time.monotonic()) for all to be written down; False when something is not."""
        with self._change:
            self._ending = True
            self._change.notify_all()
            return self._change.wait_for(lambda: not self._waiting, max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while some := self._next():
            try:
                self._database.write(partial(answers.record_all, told=some))
            except DatabaseUnavailable as error:
                log.warning("sender.answer_waits_for_the_database", error=str(error), answers=len(some))
                time.sleep(TROUBLE_SECONDS)
                continue
            except Exception:
                some = self._one_by_one(some)
            self._done(len(some))

    def _next(self) -> list[Answered]:
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._ending)
            return self._waiting[:AT_ONCE]

    def _one_by_one(self, some: list[Answered]) -> list[Answered]:
        """One of them can't be written down: the others must not suffer from it. Returns those that are done with."""
        for place, (outgoing, answer) in enumerate(some):
            try:
                self._database.write(partial(answers.record, outgoing=outgoing, answer=answer))
            except DatabaseUnavailable:
                # It and the rest are kept for the next turn.
                return some[:place]
            except Exception:
                log.exception("sender.failed", message=outgoing.message_id, attempt=outgoing.attempt_id)
        return some

    def _done(self, count: int) -> None:
        with self._change:
            del self._waiting[:count]
            self._change.notify_all()
        self._written()
