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
from app.domain.runs import control, look, ways
from app.domain.runs.daily_limit import Granter
from app.domain.sending import outbox
from app.store.conversations import rows as conversations
from app.store.database import Database, Session
from app.store.messages import rows as messages
from app.store.runs import recipients, rows
from app.store.tables import RunRecipient, TemplateRun

# So much of a run is in the outbox at a time, in seconds of the sender's rate.
AHEAD_SECONDS = 2.0
UNLIMITED_AHEAD = 100
ASK_AGAIN = timedelta(minutes=15)


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
        made, more = 0, self.database.read(partial(self._needs_a_turn, number=number))
        while more:
            some, more = self.database.write(partial(self._top_up, number=number))
            made += some
        return made

    def _needs_a_turn(self, session: Session, number: int) -> bool:
        run = rows.get(session, self.account_sid, number)
        return run is not None and not look.at_run(session, run, self.ahead, now()).nothing

    def _top_up(self, session: Session, number: int) -> tuple[int, bool]:
        """How many messages were made, and whether there may be more to make."""
        run = rows.get(session, self.account_sid, number, lock=True)
        if run is None or run.state not in ("scheduled", "running"):
            return 0, False
        at = now()
        there = look.at_run(session, run, self.ahead, at)
        if there.begins:
            rows.change(session, self.account_sid, number, state="running", started_at=run.started_at or at)
        if there.trouble is not None:
            control.hold(session, self.account_sid, number, there.trouble.reason, there.trouble.detail)
            return 0, False
        if there.done:
            recipients.change(session, self.account_sid, there.done, state="handed")
        granted = self.granter.grant(session, run, len(there.chosen), at) if there.chosen else 0
        made = _queue(session, run, there.chosen[:granted], at)
        if there.over:
            rows.change(session, self.account_sid, number, state="finished", reason="", ended_at=at)
        # Whoever was left out at their turn makes room for the next, or the run would fall short of the rate.
        return made, granted == look.CHUNK


def _queue(session: Session, run: TemplateRun, chosen: Sequence[RunRecipient], at: datetime) -> int:
    if not chosen:
        return 0
    there = ways.facts_of(session, run, [one.address for one in chosen])
    settled: list[dict[str, object]] = []
    changed: dict[str, object]
    for one in chosen:
        draft = Draft(
            content_sid=run.content_sid,
            content_variables=tuple((name, str(value)) for name, value in one.variables.items()),
            origin="run",
        )
        about = there[one.address]
        decision = gate.decide(about, draft, at)
        if decision.allowed:
            changed = {"state": "queued", "message_id": _put(session, run, one, about.sender, draft, at)}
        else:
            changed = _left_out(session, about, decision, at)
        settled.append({"number": one.id, "reason": "", "message_id": None, "retry_at": None, **changed})
    recipients.settle(session, run.account_sid, settled)
    return sum(row["state"] == "queued" for row in settled)


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
        return {"state": "planned", "reason": "quiet_hours", "retry_at": again}
    refusals.note(session, None, refused, about.address, about.sender)
    return {"state": "left_out", "reason": refused.rule}
