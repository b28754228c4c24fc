"""The sender: claims, commits, calls Twilio, records. Any number of processes may run one."""

from __future__ import annotations

import threading
import time
from functools import partial

import structlog

from app.domain.clock import now
from app.domain.sending.answer_recorder import TROUBLE_SECONDS, AnswerRecorder
from app.domain.sending.claims import Claimer
from app.domain.sending.lane import Lane
from app.gateways.twilio.outcomes import Twilio
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.messages import outbox

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 0.1
# While something waits for its turn: a sender's rate lets the next few leave by then.
MEANWHILE_SECONDS = 0.02


class Sender:
    """Sends what is ready for one account until `stop`; each sender number or service has a lane of its own.

    A slow or paused sender keeps its own lane busy and nobody else's.
    """

    def __init__(self, database: Database, twilio: Twilio, claimer: Claimer, concurrency: int) -> None:
        self._database = database
        self._twilio = twilio
        self._claimer = claimer
        self._concurrency = concurrency
        self._lanes: dict[str, Lane] = {}
        self._stopping = threading.Event()
        self._look = threading.Event()
        self._recorder = AnswerRecorder(database, self._look.set)
        self._with_work: list[str] = []
        self._looked_at = 0.0
        self._ended = threading.Event()
        self._ended.set()

    def run(self) -> None:
        """Send until told to stop."""
        self._ended.clear()
        try:
            self._run()
        finally:
            self._ended.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._look.clear()
            try:
                busy = self._send_what_is_ready()
            except DatabaseUnavailable as error:
                log.warning("sender.waits_for_the_database", error=str(error))
                self._stopping.wait(TROUBLE_SECONDS)
                continue
            except Exception:
                # Not migrated yet, or a mistake of ours: a sender that ends is missed by nobody for minutes.
                log.exception("sender.stumbled")
                self._stopping.wait(TROUBLE_SECONDS)
                continue
            if not busy:
                # A call that ends frees a seat and rings; nothing rings for a new message but the clock.
                self._look.wait(LOOK_AGAIN_SECONDS if not self._with_work else MEANWHILE_SECONDS)

    def stop(self, within: float) -> bool:
        """Claim nothing more, and wait up to `within` seconds for the calls under way to be written down.

        False when one still goes on: its attempt stays open, and evidence settles it.
        """
        deadline = time.monotonic() + within
        self._stopping.set()
        self._look.set()
        # What is being claimed now must still find its lane open.
        self._ended.wait(within)
        finished = [lane.finish(deadline) for lane in self._lanes.values()]
        # The recorder comes last: the calls that have just ended are left to it.
        return self._recorder.finish(deadline) and all(finished)

    def _send_what_is_ready(self) -> bool:
        busy = False
        for sender in self._senders_with_work():
            lane = self._lane(sender)
            try:
                busy |= lane.send_some()
            except DatabaseUnavailable:
                raise
            except Exception:
                # Whatever is wrong with what this one has to send, the others go on.
                log.exception("sender.lane_stumbled", sender=sender[-4:])
                lane.rest(TROUBLE_SECONDS)
        return busy

    def _senders_with_work(self) -> list[str]:
        if time.monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            look = partial(outbox.senders_with_work, account_sid=self._claimer.account_sid, at=now())
            self._with_work = self._database.read(look)
            self._looked_at = time.monotonic()
        return self._with_work

    def _lane(self, sender: str) -> Lane:
        if sender not in self._lanes:
            self._lanes[sender] = Lane(
                self._database,
                self._twilio,
                self._claimer,
                sender,
                concurrency=self._concurrency,
                recorder=self._recorder,
                seat_freed=self._look.set,
            )
        return self._lanes[sender]
