"""The worker of the story's month: the sender's turns, and the clock's jobs that look after what stays open."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from app.domain.reconcile import silent_sends
from app.domain.sending import answers, settle_by_list
from app.domain.sending.claims import OPEN_FOR, Claimer, claim
from app.domain.sending.rate_limit import Pace
from app.gateways.twilio.outcomes import Answer, NotSent, Outgoing, Unconfirmed
from app.store.messages import rows as messages
from demo.stage import Stage
from demo.twilio import NothingNew, Twilio

_AT_ONCE = 20
_SOON = timedelta(milliseconds=50)


class Worker:
    """Sends by `twilio`."""

    def __init__(self, stage: Stage, twilio: Twilio) -> None:
        self._stage = stage
        self._twilio = twilio
        self._something_waits = False
        self._claimer = Claimer(
            stage.account_sid,
            "worker:demo",
            stage.links.base,
            Pace(rate=0),
            stage.line.messaging_service_sid,
            stage.links.key,
        )

    def take_turn(self) -> None:
        """Claim what may leave now, and call Twilio."""
        work = partial(claim, claimer=self._claimer, sender=self._stage.line.sender, limit=_AT_ONCE)
        claimed = self._stage.database.write(work)
        # What was asked for and may not leave yet waits for the open send to the same person.
        self._something_waits = not claimed
        for outgoing in claimed:
            answer, comes_at = self._twilio.create(outgoing)
            self._stage.timeline.plan(comes_at, partial(self._write_down, outgoing, answer))

    def _write_down(self, outgoing: Outgoing, answer: Answer) -> None:
        at = self._stage.timeline.at
        self._stage.database.write(partial(answers.record_all, told=[(outgoing, answer)]))
        if isinstance(answer, NotSent):
            message = self._stage.database.read(
                lambda session: messages.by_id(session, outgoing.account_sid, outgoing.message_id)
            )
            if message is not None and message.state == "ready" and message.next_attempt_at is not None:
                # The second turn is for what stood behind it, should the gate stop it now.
                self._stage.timeline.plan(message.next_attempt_at, self.take_turn)
                self._stage.timeline.plan(message.next_attempt_at + _SOON, self.take_turn)
        elif isinstance(answer, Unconfirmed):
            self._stage.timeline.plan(at + OPEN_FOR, self.take_turn)
        elif self._something_waits:
            self._stage.timeline.plan(at + _SOON, self.take_turn)

    def look_after_open_sends(self) -> None:
        """Look for what is not confirmed, and ask about what is still on its way; Twilio knows nothing new."""
        database, account_sid = self._stage.database, self._stage.account_sid
        settle_by_list.settle_due(database, NothingNew(), account_sid)
        silent_sends.check_silent_sends(database, NothingNew(), account_sid)
