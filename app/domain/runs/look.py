"""What a run that is under way needs now, found without a turn at writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.runs import daily_limit, watch
from app.domain.runs.watch import Trouble
from app.store.database import Session
from app.store.runs import recipients
from app.store.runs.recipients import Queued
from app.store.tables import RunRecipient, TemplateRun

# So many in a transaction, so that no webhook waits for more.
CHUNK = 12
# So many that Twilio did not take may wait to be tried again before nothing more enters the outbox.
MOST_RETURNED = 10
# A message that is being sent may come back: Twilio did not take it, or could not be reached.
UNSENT = ("ready", "held", "sending")


@dataclass(frozen=True)
class Look:
    """The needs of a run: it `begins`, it is to pause because of `trouble`, or it is `over`.

    `done` are the recipients whose messages are with Twilio, or never will be; `chosen` are those whose turn it is.
    """

    begins: bool = False
    trouble: Trouble | None = None
    done: Sequence[int] = ()
    chosen: Sequence[RunRecipient] = ()
    over: bool = False

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.begins or self.trouble or self.done or self.chosen or self.over)


def at_run(session: Session, run: TemplateRun, ahead: int, at: datetime) -> Look:
    """What the run needs, where so many of its messages may be in the outbox."""
    account_sid, number = run.account_sid, run.id or 0
    begins = run.state == "scheduled" or run.started_at is None
    if (trouble := watch.trouble(session, run)) is not None:
        return Look(begins, trouble)
    queued = recipients.queued(session, account_sid, number)
    done = [one.id for one in queued if one.state not in UNSENT]
    left = bool(recipients.in_state(session, account_sid, number, "planned", ("", 0), 1))
    room = min(_room(queued, ahead), CHUNK) if left and not daily_limit.waits(run, at) else 0
    chosen = recipients.next_planned(session, account_sid, number, at, room) if room > 0 else []
    return Look(begins, None, done, chosen, over=not left and len(done) == len(queued))


def _room(queued: Sequence[Queued], ahead: int) -> int:
    """How many messages may enter the outbox. Those that Twilio did not take wait there beside the others."""
    waiting = [one for one in queued if one.state in ("ready", "held")]
    returned = sum(one.tries > 0 for one in waiting)
    return 0 if returned >= max(ahead, MOST_RETURNED) else ahead - (len(waiting) - returned)
