"""What the team does: it is hired, answers, sends files, takes conversations, reads and closes them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from app.domain.actor import Actor, command
from app.domain.agents import people
from app.domain.consent import recording
from app.domain.consent.recording import Expressed
from app.domain.contacts import find_or_create
from app.domain.conversations import changes as conversations
from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.sending import new_recipient, outbox, pending_reply, resend
from app.domain.sending.outbox import Enqueued
from app.store import contacts
from app.store.database import Session
from app.store.messages import rows as messages
from demo import templates
from demo.cast import CUSTOMERS, TEAM, Customer
from demo.pictures import picture
from demo.stage import Stage
from demo.story import Said
from simulator.samples import sample

# WhatsApp refuses these for the extension that they lack (63019), and they were hosted by somebody else.
_ELSEWHERE = "https://files.example.com"


class StoryRefused(Exception):
    """The gate refuses a line of the story."""


class Team:
    """The workshop's people."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._actors: dict[str, Actor] = {}
        self._conversations: dict[Customer, int] = {}
        self._last: dict[Customer, int] = {}

    def set_up(self, hashes: Mapping[str, str]) -> None:
        """Everybody is hired, with the stored passwords by login; some customers are known by name already."""
        self._stage.database.write(lambda session: self._hire(session, hashes))
        self._stage.database.write(self._name_customers)

    def _hire(self, session: Session, hashes: Mapping[str, str]) -> None:
        account_sid = self._stage.account_sid
        somebody = command(account_sid)
        for one in TEAM:
            people.add(session, somebody, one.login, one.name, one.role, hashes[one.login])
            self._actors[one.login] = people.as_actor(people.by_login(session, somebody, one.login))

    def _name_customers(self, session: Session) -> None:
        # No verb gives a contact a name yet.
        for one in CUSTOMERS:
            if one.name:
                at = self._stage.timeline.at
                find_or_create.add_contact(session, self._stage.account_sid, one.address, at, name=one.name)

    def actor(self, login: str) -> Actor:
        """One of them as the one who asks for a deed."""
        return self._actors[login]

    def send(self, said: Said) -> int:
        """Somebody sends a line; returns the message's number. Raises StoryRefused."""
        draft, actor = self._draft(said), self._actors[said.author]
        asked = self._stage.database.write(partial(self._ask, actor=actor, customer=said.customer, draft=draft))
        message_id = self._remember(said, asked)
        if "held" in said.tags:
            self._stage.database.write(partial(self._hold, message_id=message_id))
        return message_id

    def send_again(self, said: Said) -> int:
        """Somebody sends the message before once more, as it was not confirmed. Raises StoryRefused."""
        before, actor = self._last[said.customer], self._actors[said.author]
        asked = self._stage.database.write(lambda session: resend.send_again(session, actor, before))
        return self._remember(said, asked)

    def _remember(self, said: Said, asked: Enqueued) -> int:
        if asked.message_id is None:
            raise StoryRefused(f"{asked.decision.rule}: {said.text}")
        self._last[said.customer] = asked.message_id
        return asked.message_id

    def _ask(self, session: Session, actor: Actor, customer: Customer, draft: Draft) -> Enqueued:
        key = uuid.uuid4().hex
        known = self._conversation(session, customer)
        if known is None:
            self._opt_in(session, actor, customer)
            return new_recipient.enqueue(session, actor, customer.address, self._stage.line.sender, draft, key)
        return outbox.enqueue(session, actor, known, draft, key)

    def _opt_in(self, session: Session, actor: Actor, customer: Customer) -> None:
        """Whoever is written to first ticked the box at the counter's form when they left their bike."""
        said = Expressed(
            "opt-in",
            ("service",),
            "paper",
            "Counter form, in the red folder",
            f"counter-form:{customer.address}",
            "Yes, the workshop may send me messages about my bike on WhatsApp.",
            self._stage.timeline.at - timedelta(days=2),
        )
        recording.record_for_address(session, actor, customer.address, said)

    def _hold(self, session: Session, message_id: int) -> None:
        # No verb holds a message yet.
        messages.update(session, self._stage.account_sid, message_id, state="held", reason="run_paused")

    def _draft(self, said: Said) -> Draft:
        content_sid = templates.of_line(said).sid if "template" in said.tags else ""
        return Draft(
            body="" if content_sid else said.text,
            content_sid=content_sid,
            content_variables=templates.values_of(said) if content_sid else (),
            media_urls=(self._file(said),) if "media" in said.tags else (),
        )

    def _file(self, said: Said) -> str:
        """What the message's list of files holds: a file that is hosted here, or the URL of one that isn't."""
        name = said.tags["media"]
        if "." not in name:
            return f"{_ELSEWHERE}/{name}"
        content = sample("document")[0] if name.endswith(".pdf") else picture("", 1)
        stage, actor = self._stage, self._actors[said.author]
        return files.reference(files.host(stage.database, stage.store, actor, name, content))

    def keep_reply(self, customer: Customer, login: str, text: str) -> None:
        """Somebody's reply waits until the customer, whose window is closed, answers."""
        self._do(
            customer, partial(pending_reply.keep, actor=self._actors[login], body=text, request_key=uuid.uuid4().hex)
        )

    def take(self, customer: Customer, login: str) -> None:
        """The conversation is somebody's from now on."""
        agent = self._actors[login]
        self._do(customer, partial(conversations.assign, actor=agent, agent_id=agent.id))

    def read(self, customer: Customer, login: str) -> None:
        """Somebody reads all that is new."""
        self._do(customer, partial(conversations.mark_read, actor=self._actors[login]))

    def close(self, customer: Customer, login: str) -> None:
        """The conversation is done with."""
        self._do(customer, partial(conversations.set_state, actor=self._actors[login], state="closed"))

    def _do(self, customer: Customer, deed: partial[Any]) -> None:
        def work(session: Session) -> None:
            deed(session, conversation_id=self._conversation(session, customer))

        self._stage.database.write(work)

    def _conversation(self, session: Session, customer: Customer) -> int | None:
        if customer not in self._conversations:
            found = contacts.conversation_key(
                session, self._stage.account_sid, customer.address, self._stage.line.sender
            )
            if found is None or found.conversation_id is None:
                return None
            self._conversations[customer] = found.conversation_id
        return self._conversations[customer]
