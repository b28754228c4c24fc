"""One sender's lane: so many calls of Twilio at a time, each claimed before it begins and written down after."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from app import fault_points
from app.domain.metrics import counting
from app.domain.sending.answer_recorder import AnswerRecorder
from app.domain.sending.claims import Claimer, claim
from app.gateways.twilio.outcomes import Answer, Outgoing, Twilio
from app.store.database import Database

log = structlog.get_logger()

# So much ahead of the calls that end a claim is made, so that a seat need not wait for the claim's commit.
AHEAD_SECONDS = 0.04
# After a claim that got less than it asked for (the rate, or nobody else in line) the next one waits a little.
SOME_MORE_SECONDS = 0.04
NOTHING_SECONDS = 0.1


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
        recorder: AnswerRecorder,
        seat_freed: Callable[[], object],
    ) -> None:
        self._database = database
        self._twilio = twilio
        self._claimer = claimer
        self._sender = sender
        self._concurrency = concurrency
        self._calls = ThreadPoolExecutor(concurrency, thread_name_prefix=f"send{sender[-4:]}")
        self._recorder = recorder
        self._seat_freed = seat_freed
        self._change = threading.Condition()
        self._under_way = 0
        self._ends: deque[float] = deque(maxlen=concurrency)
        self._not_before = 0.0

    def send_some(self) -> bool:
        """Claim as much as there are free seats for and begin the calls; True when there may be more to claim."""
        wanted = self._wanted()
        if not wanted or time.monotonic() < self._not_before:
            return False
        fault_points.reach(fault_points.BEFORE_CLAIM)
        claimed = self._database.write(lambda session: claim(session, self._claimer, self._sender, wanted))
        if claimed:
            fault_points.reach(fault_points.AFTER_CLAIM)
        if len(claimed) < wanted:
            self._not_before = time.monotonic() + (SOME_MORE_SECONDS if claimed else NOTHING_SECONDS)
        with self._change:
            self._under_way += len(claimed)
        for outgoing in claimed:
            self._calls.submit(self._send, outgoing)
        return len(claimed) == wanted

    def rest(self, seconds: float) -> None:
        """Claim nothing for so long."""
        self._not_before = time.monotonic() + seconds

    def finish(self, deadline: float) -> bool:
        """Wait until `deadline` (time.monotonic()) for the calls that are under way; False when one still is."""
        self._calls.shutdown(wait=False)
        with self._change:
            return self._change.wait_for(lambda: not self._under_way, max(0.0, deadline - time.monotonic()))

    def _wanted(self) -> int:
        with self._change:
            ahead = self._ahead()
            free = self._concurrency + ahead - self._under_way
        # A few together cost little more than one.
        return free if free >= max(1, ahead // 2) else 0

    def _ahead(self) -> int:
        """How many calls will have ended when a claim that begins now is committed; 0 when they are slow."""
        if len(self._ends) < self._concurrency:
            return 0
        lasted = max(time.monotonic() - self._ends[0], 0.001)
        return min(int(len(self._ends) / lasted * AHEAD_SECONDS), self._concurrency // 2)

    def _send(self, outgoing: Outgoing) -> None:
        try:
            answer = self._twilio.create(outgoing)
            fault_points.reach(fault_points.AFTER_ANSWER)
            self._recorder.take(outgoing, answer)
            counting.sent(answer)
            _log(outgoing, answer)
        except Exception:
            log.exception("sender.failed", message=outgoing.message_id, attempt=outgoing.attempt_id)
        finally:
            with self._change:
                self._under_way -= 1
                self._ends.append(time.monotonic())
                self._change.notify_all()
            self._seat_freed()


def _log(outgoing: Outgoing, answer: Answer) -> None:
    log.info(
        "message.attempted",
        message=outgoing.message_id,
        attempt=outgoing.attempt_id,
        outcome=type(answer).__name__,
        sid=getattr(answer, "sid", ""),
        error_code=answer.details.error_code,
    )
