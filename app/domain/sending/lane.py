"""One sender's lane: so many calls of Twilio at a time, each claimed before it begins and written down after."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from app import crash_points
from app.domain.sending import answers
from app.domain.sending.claims import Claimer, claim
from app.gateways.answer import Answer, Outgoing, Twilio
from app.store.database import Database, DatabaseUnavailable

log = structlog.get_logger()

TROUBLE_SECONDS = 1.0


class Lane:
    """The calls of one sender number."""

    def __init__(
        self,
        database: Database,
        twilio: Twilio,
        claimer: Claimer,
        sender: str,
        *,
        concurrency: int,
        stopping: threading.Event,
        seat_freed: threading.Event,
    ) -> None:
        self._database = database
        self._twilio = twilio
        self._claimer = claimer
        self._sender = sender
        self._seats = threading.Semaphore(concurrency)
        self._concurrency = concurrency
        self._calls = ThreadPoolExecutor(concurrency, thread_name_prefix=f"send{sender[-4:]}")
        self._stopping = stopping
        self._seat_freed = seat_freed

    def send_some(self) -> bool:
        """Claim as much as there are free seats for and begin the calls; True when something was claimed."""
        seats = self._take_seats()
        claimed: list[Outgoing] = []
        crash_points.reach(crash_points.BEFORE_CLAIM)
        try:
            if seats:
                claimed = self._database.write(lambda session: claim(session, self._claimer, self._sender, seats))
        finally:
            for _ in range(seats - len(claimed)):
                self._seats.release()
        if claimed:
            crash_points.reach(crash_points.AFTER_CLAIM)
        for outgoing in claimed:
            self._calls.submit(self._send, outgoing)
        return bool(claimed)

    def finish(self, deadline: float) -> bool:
        """Wait until `deadline` (time.monotonic()) for the calls that are under way; False when one still is."""
        self._calls.shutdown(wait=False)
        left = (max(0.0, deadline - time.monotonic()) for _ in range(self._concurrency))
        return all(self._seats.acquire(timeout=seconds) for seconds in left)

    def _take_seats(self) -> int:
        seats = 0
        while seats < self._concurrency and self._seats.acquire(blocking=False):
            seats += 1
        return seats

    def _send(self, outgoing: Outgoing) -> None:
        try:
            answer = self._twilio.create(outgoing)
            crash_points.reach(crash_points.AFTER_ANSWER)
            self._write_down(outgoing, answer)
            _log(outgoing, answer)
        except Exception:
            log.exception("sender.failed", message=outgoing.message_id, attempt=outgoing.attempt_id)
        finally:
            self._seats.release()
            self._seat_freed.set()

    def _write_down(self, outgoing: Outgoing, answer: Answer) -> None:
        """An answer is known only here: keep trying, and let evidence settle it if the process ends first."""
        while True:
            try:
                return self._database.write(partial(answers.record, outgoing=outgoing, answer=answer))
            except DatabaseUnavailable as error:
                log.warning("sender.answer_waits_for_the_database", error=str(error))
                if self._stopping.wait(TROUBLE_SECONDS):
                    return None


def _log(outgoing: Outgoing, answer: Answer) -> None:
    log.info(
        "message.attempted",
        message=outgoing.message_id,
        attempt=outgoing.attempt_id,
        outcome=type(answer).__name__,
        sid=getattr(answer, "sid", ""),
        error_code=answer.told.error_code,
    )
