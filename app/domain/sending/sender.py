"""The sender: claims, commits, calls Twilio, records. Any number of processes may run one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from app.domain.moments import now
from app.domain.sending import answers
from app.domain.sending.claims import claim
from app.gateways.answer import Answer, Outgoing, Twilio
from app.store import attempts
from app.store.database import Database, DatabaseUnavailable, Session

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 0.1
TROUBLE_SECONDS = 1.0


class Sender:
    """Sends what is ready for one account, up to `concurrency` at a time, until `stop`."""

    def __init__(
        self,
        database: Database,
        twilio: Twilio,
        account_sid: str,
        *,
        worker: str,
        callback_base: str,
        concurrency: int = 20,
    ) -> None:
        self._database = database
        self._twilio = twilio
        self._account_sid = account_sid
        self._worker = worker
        self._callback_base = callback_base
        self._free = threading.BoundedSemaphore(concurrency)
        self._concurrency = concurrency
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="send")
        self._stopping = threading.Event()

    def run(self) -> None:
        """Send until told to stop."""
        while not self._stopping.is_set():
            try:
                busy = self._send_what_is_ready()
            except DatabaseUnavailable as error:
                log.warning("sender.waits_for_the_database", error=str(error))
                self._stopping.wait(TROUBLE_SECONDS)
                continue
            if not busy:
                self._stopping.wait(LOOK_AGAIN_SECONDS)

    def stop(self) -> None:
        """Claim nothing more, and wait for the calls that are under way to be written down."""
        self._stopping.set()
        self._pool.shutdown(wait=True)

    def _send_what_is_ready(self) -> bool:
        seats = self._take_seats()
        claimed: list[Outgoing] = []
        try:
            if seats and self._database.read(self._anything_to_claim):
                claimed = self._database.write(
                    lambda session: claim(session, self._account_sid, self._worker, self._callback_base, seats)
                )
        finally:
            for _ in range(seats - len(claimed)):
                self._free.release()
        for outgoing in claimed:
            self._pool.submit(self._send, outgoing)
        return bool(claimed)

    def _anything_to_claim(self, session: Session) -> bool:
        return attempts.anything_claimable(session, self._account_sid, now())

    def _take_seats(self) -> int:
        seats = 0
        while seats < self._concurrency and self._free.acquire(blocking=False):
            seats += 1
        return seats

    def _send(self, outgoing: Outgoing) -> None:
        try:
            answer = self._twilio.create(outgoing)
            log.info(
                "message.sent" if hasattr(answer, "sid") else "message.not_accepted",
                message=outgoing.message_id,
                attempt=outgoing.attempt_id,
                outcome=type(answer).__name__,
                sid=getattr(answer, "sid", ""),
                error_code=answer.told.error_code,
            )
            self._write_down(lambda: self._record(outgoing, answer))
        except Exception:
            log.exception("sender.failed", message=outgoing.message_id, attempt=outgoing.attempt_id)
        finally:
            self._free.release()

    def _record(self, outgoing: Outgoing, answer: Answer) -> None:
        self._database.write(lambda session: answers.record(session, outgoing, answer))

    def _write_down(self, write: Callable[[], None]) -> None:
        """An answer is known only here: keep trying, and let evidence settle it if the process ends first."""
        while True:
            try:
                return write()
            except DatabaseUnavailable as error:
                log.warning("sender.answer_waits_for_the_database", error=str(error))
                if self._stopping.wait(TROUBLE_SECONDS):
                    return None
