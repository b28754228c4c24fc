"""The month as it happens: who does what in each line of the story, and what the team does beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from app.domain.actor import clock
from app.domain.templates import sync
from app.gateways.twilio.listed_template import ListedTemplate
from app.store.messages import rows as messages
from demo import consents, strays, templates
from demo.cast import ANA, CUSTOMERS, Customer
from demo.customers import Customers
from demo.one_transaction import measure
from demo.stage import Stage
from demo.story import Said
from demo.team import Team
from demo.twilio import Twilio
from demo.worker import Worker

# From a request to the sender's claim.
_CLAIMED_AFTER = timedelta(milliseconds=90)
_TAKES_IT_AFTER = timedelta(seconds=20)
_READS_AFTER = timedelta(minutes=2)
_TIDIES_UP_AFTER = timedelta(minutes=3)
_RECENT = timedelta(days=5)
_MEASURED_AFTER_DAYS = (2, 5, 10)
_MOMENT = timedelta(milliseconds=10)
_LISTED_BEFORE = timedelta(minutes=12)
# A reply that waits for an answer, to the one whose window was missed.
_KEPT_BEFORE = timedelta(minutes=40)
KEEPS_FOR = next(customer for customer in CUSTOMERS if customer.ending == "window missed")
KEPT = "The grey one is here now. Shall I put it aside for you?"


class Month:
    """Everything that is said, from the stage's present moment to `until`."""

    def __init__(self, stage: Stage, told: Sequence[Said], until: datetime) -> None:
        self._stage = stage
        self._told = told
        self._until = until
        self._twilio = Twilio(stage)
        self._worker = Worker(stage, self._twilio)
        self._customers = Customers(stage)
        self._team = Team(stage)

    def play(self, hashes: Mapping[str, str]) -> None:
        """Let it happen. `hashes` are the team's stored passwords by login."""
        plan = self._stage.timeline.plan
        plan(self._stage.timeline.at, partial(self._team.set_up, hashes))
        first, workshop = self._stage.timeline.at, templates.all_of(self._told)
        plan(first, partial(self._list_templates, templates.at_first(workshop, first)))
        plan(
            self._until - _LISTED_BEFORE, partial(self._list_templates, templates.at_last(workshop, first, self._until))
        )
        spoken: dict[Customer, list[Said]] = defaultdict(list)
        for said in self._told:
            plan(said.at, partial(self._say, said))
            spoken[said.customer].append(said)
        for customer, lines in spoken.items():
            self._plan_desk_work(customer, lines)
        for days in _MEASURED_AFTER_DAYS:
            plan(self._stage.timeline.at + timedelta(days=days), partial(measure, self._stage.database))
        plan(self._until - _KEPT_BEFORE, partial(self._team.keep_reply, KEEPS_FOR, ANA, KEPT))
        strays.plan(self._stage, self._until)
        consents.plan(self._stage, self._team, self._until)
        plan(self._until - _MOMENT, self._worker.look_after_open_sends)
        self._stage.timeline.play(self._until)

    def _list_templates(self, listed: list[ListedTemplate]) -> None:
        account_sid, began = self._stage.account_sid, self._stage.timeline.at
        self._stage.database.write(lambda session: sync.apply_all(session, clock(account_sid), listed, began))

    def _say(self, said: Said) -> None:
        if said.line.inbound:
            self._customers.write(said, self._twilio.last_sid(said.customer.address))
            return
        if "confirmation" in said.tags:
            message_id = self._confirmation(said.customer)
        elif "again" in said.tags:
            message_id = self._team.send_again(said)
        else:
            message_id = self._team.send(said)
        self._twilio.expect(message_id, said)
        self._stage.timeline.plan(said.at + _CLAIMED_AFTER, self._worker.take_turn)

    def _confirmation(self, customer: Customer) -> int:
        """The number of the message by which the product answered the customer's opt-out by itself."""
        key = f"opt-out:{self._customers.last_sid(customer.address)}"
        found = self._stage.database.read(
            lambda session: messages.by_request_key(session, self._stage.account_sid, key)
        )
        assert found is not None
        assert found.id is not None
        return found.id

    def _plan_desk_work(self, customer: Customer, lines: Sequence[Said]) -> None:
        plan, desk, team = self._stage.timeline.plan, customer.desk, self._team
        if desk:
            plan(lines[0].at + _TAKES_IT_AFTER, partial(team.take, customer, desk))
        recently = lines[-1].at - _RECENT
        seen = customer.read or customer.closed or not customer.ending
        for said in lines:
            # That older ones were read goes without saying.
            if said.ends and said.at > recently and (seen or said is not lines[-1]):
                plan(said.at + _READS_AFTER, partial(team.read, customer, said.author))
        # Whoever answered last had read what came before.
        answered = [said for said in lines if not said.line.inbound and "confirmation" not in said.tags]
        if not seen and answered[-1].script == lines[-1].script:
            plan(answered[-1].at - _MOMENT, partial(team.read, customer, answered[-1].author))
        if customer.closed:
            plan(lines[-1].at + _TIDIES_UP_AFTER, partial(team.close, customer, desk))
