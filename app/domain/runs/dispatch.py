"""Let a run out, a little at a time: its messages enter the outbox as those before them leave it.

The sender takes what agents ask for before it, and these few are all that a run that stops has to take back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from app.domain.actor import Actor, ActorKind
from app.domain.clock import now
from app.domain.contacts import find_or_create
from app.domain.gate import refusals
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.gate.facts import Facts
from app.domain.runs import control, watch, ways
from app.domain.runs.daily_limit import Granter
from app.domain.sending import outbox
from app.store.conversations import rows as conversations
from app.store.database import Database, Session
from app.store.messages import rows as messages
from app.store.runs import recipients, rows
from app.store.runs.recipients import Queued
from app.store.tables import RunRecipient, TemplateRun

# So much of a run is in the outbox at a time, in seconds of the sender's rate.
AHEAD_SECONDS = 2.0
UNLIMITED_AHEAD = 100
# So many that Twilio did not take may wait to be tried again before nothing more enters the outbox.
MOST_RETURNED = 10
# So many in a transaction, so that no webhook waits for more.
CHUNK = 12
ASK_AGAIN = timedelta(minutes=15)
# A message that is being sent may come back: Twilio did not take it, or could not be reached.
UNSENT = ("ready", "held", "sending")


@dataclass(frozen=True)
class Dispatcher:
    """Lets the runs of one account out; `rate` is how many messages a second a sender sends, 0 for no limit."""

    database: Database
    account_sid: str
    rate: float
    granter: Granter = field(default_factory=Granter)

    @property
    def ahead(self) -> int:
        """How many messages of a run are in the outbox at most."""
        return max(1, int(self.rate * AHEAD_SECONDS)) if self.rate else UNLIMITED_AHEAD

    def work(self) -> int:
        """Top up the outbox of every run that is under way. Returns how many messages were made."""
        due = self.database.read(lambda session: rows.due(session, self.account_sid, now()))
        return sum(self._work(number) for number in due)

    def _work(self, number: int) -> int:
        made = 0
        while some := self.database.write(partial(self._top_up, number=number)):
            made += some
            if some < CHUNK:
                break
        return made

    def _top_up(self, session: Session, number: int) -> int:
        run = rows.get(session, self.account_sid, number, lock=True)
        if run is None or run.state not in ("scheduled", "running"):
            return 0
        at = now()
        if run.state == "scheduled":
            rows.change(session, self.account_sid, number, state="running")
        if run.started_at is None:
            rows.change(session, self.account_sid, number, started_at=at)
        if (trouble := watch.trouble(session, run)) is not None:
            control.hold(session, self.account_sid, number, trouble.reason, trouble.detail)
            return 0
        unsent = self._hand_over(session, number)
        left = recipients.in_state(session, self.account_sid, number, "planned", ("", 0), 1)
        wanted = min(self._room(unsent), CHUNK) if left else 0
        wanted = self.granter.grant(session, run, wanted, at) if wanted > 0 else 0
        chosen = recipients.next_planned(session, self.account_sid, number, at, wanted) if wanted > 0 else []
        made = _queue(session, run, chosen, at)
        if not unsent and not left:
            rows.change(session, self.account_sid, number, state="finished", reason="", ended_at=at)
        return made

    def _hand_over(self, session: Session, number: int) -> list[Queued]:
        """Note whose messages are with Twilio, or never will be; the others, which may still be held or called off."""
        queued = recipients.queued(session, self.account_sid, number)
        done = [one.id for one in queued if one.state not in UNSENT]
        if done:
            recipients.change(session, self.account_sid, done, state="handed")
        return [one for one in queued if one.state in UNSENT]

    def _room(self, unsent: Sequence[Queued]) -> int:
        """How many messages may enter the outbox. Those that Twilio did not take wait there beside the others."""
        waiting = [one for one in unsent if one.state != "sending"]
        returned = sum(one.tries > 0 for one in waiting)
        if returned >= max(self.ahead, MOST_RETURNED):
            return 0
        return max(0, self.ahead - (len(waiting) - returned))


def _queue(session: Session, run: TemplateRun, chosen: Sequence[RunRecipient], at: datetime) -> int:
    if not chosen:
        return 0
    there = ways.facts_of(session, run, [one.address for one in chosen])
    made = 0
    changed: dict[str, object]
    for one in chosen:
        draft = Draft(
            content_sid=run.content_sid,
            content_variables=tuple((name, str(value)) for name, value in one.variables.items()),
            origin="run",
        )
        decision = gate.decide(there[one.address], draft, at)
        if decision.allowed:
            message_id = _put(session, run, one, there[one.address].sender, draft, at)
            changed = {"state": "queued", "reason": "", "message_id": message_id}
            made += 1
        else:
            changed = _left_out(session, there[one.address], decision, at)
        recipients.change(session, run.account_sid, [one.id or 0], **changed)
    return made


def _put(session: Session, run: TemplateRun, one: RunRecipient, sender: str, draft: Draft, at: datetime) -> int | None:
    there = find_or_create.conversation_with(session, run.account_sid, one.address, sender, at)
    found = conversations.with_address(session, run.account_sid, there)
    assert found is not None
    actor = Actor(cast(ActorKind, run.actor_kind), run.account_sid, id=run.actor_id)
    key = f"run:{run.id}:{one.line}"
    made = outbox.put(session, actor, *found, draft, key, at)
    if made is not None:
        return made
    before = messages.by_request_key(session, run.account_sid, key)
    return before.id if before else None


def _left_out(session: Session, about: Facts, refused: Decision, at: datetime) -> dict[str, object]:
    if refused.rule == "quiet_hours":
        until = refused.evidence.get("until")
        again = datetime.fromisoformat(until) if until else at + ASK_AGAIN
        return {"reason": "quiet_hours", "retry_at": again}
    refusals.note(session, None, refused, about.address, about.sender)
    return {"state": "left_out", "reason": refused.rule}
