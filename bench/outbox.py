"""Replies that wait in the outbox, each to be told from all others by its text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.domain.clock import now
from app.domain.contacts import find_or_create
from app.store.conversations import rows as conversations
from app.store.database import Database, Session
from app.store.inserts import insert_many
from app.store.tables import Message

_AT_ONCE = 500


class Outbox:
    """Fills the outbox of one sender. Recipients take turns, for each has one open send at a time."""

    def __init__(self, database: Database, account_sid: str, sender: str, recipients: int) -> None:
        self._database = database
        self._account_sid = account_sid
        self._sender = sender
        self._filled = 0
        numbers = [f"whatsapp:+1415{2000000 + number:07d}" for number in range(recipients)]
        self._conversations: list[tuple[int, str]] = []
        # By conversation, whom it is with.
        self._contacts: dict[int, int] = {}
        for start in range(0, recipients, _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            self._conversations += database.write(lambda session, some=some: self._begin(session, some))  # type: ignore[misc]

    def fill(self, count: int) -> None:
        """Put `count` more messages in, as if agents had asked for them."""
        for start in range(0, count, _AT_ONCE):
            some = min(_AT_ONCE, count - start)
            self._database.write(lambda session, some=some: self._put(session, some))  # type: ignore[misc]
            self._filled += some

    @property
    def conversation_ids(self) -> list[int]:
        """The conversations that messages are put into."""
        return [number for number, _ in self._conversations]

    def clear(self) -> None:
        """Take out what still waits."""
        self._database.write(self._cancel)

    def _begin(self, session: Session, numbers: list[str]) -> list[tuple[int, str]]:
        return [(self._conversation(session, number), number) for number in numbers]

    def _conversation(self, session: Session, number: str) -> int:
        found = find_or_create.find_or_create(session, self._account_sid, number, self._sender, now())
        there = find_or_create.conversation_id(found)
        self._contacts[there] = found.contact_id
        # They have all written just now, so that free text may be sent.
        heard = self._heard(session, there, number)
        conversations.touch_inbound(session, self._account_sid, there, heard, found.address_id, now())
        return there

    def _heard(self, session: Session, conversation_id: int, number: str) -> int:
        received = {"direction": "inbound", "state": "received", "body": "Hello"}
        row = self._row(conversation_id, from_address=number, to_address=self._sender, **received)
        return insert_many(session, Message, [row])[0]

    def _put(self, session: Session, count: int) -> None:
        turns = ((self._filled + number) for number in range(count))
        insert_many(session, Message, [self._waiting(number) for number in turns])

    def _waiting(self, number: int) -> dict[str, Any]:
        conversation_id, to = self._conversations[number % len(self._conversations)]
        addressed: dict[str, Any] = {"from_address": self._sender, "to_address": to, "body": f"On its way, {number}."}
        addressed |= {"contact_id": self._contacts[conversation_id], "next_attempt_at": now()}
        return self._row(conversation_id, direction="outbound", state="ready", **addressed)

    def _row(self, conversation_id: int, **columns: Any) -> dict[str, Any]:
        at = now()
        known = {"account_sid": self._account_sid, "conversation_id": conversation_id, "kind": "text"}
        return {**known, "next_attempt_at": None, "occurred_at": at, "recorded_at": at, **columns}

    def _cancel(self, session: Session) -> None:
        waiting = sa.text("UPDATE message SET state = 'cancelled' WHERE account_sid = :account AND state = 'ready'")
        session.execute(waiting, {"account": self._account_sid})
