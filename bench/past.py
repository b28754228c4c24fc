"""A team's past as rows of every table that pages read: the same work each day, for as long as there are messages.

The newest contact has the highest number, and a conversation's messages lie close together, except the first one's:
it has every fiftieth message, as a customer of many years would. Numbers of rows begin at 1, with nothing left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

MESSAGES_A_DAY = 1700
LONG_THREAD = 50
AGENTS = 8
_CODES = ("63016", "63024", "30008", "63049", "63013")
_NAMES = ("Ava", "Noor", "Layla", "Jonas", "Ícaro", "Mei", "Olu", "Sofia", "Tariq", "Zoë")
_WORDS = ("hello", "order", "when", "delivery", "thanks", "Thursday", "invoice", "please", "möchte", "número", "repair")

Row = dict[str, object]


@dataclass
class Past:
    """`messages` messages with `contacts` contacts, up to the moment `until` (seconds since 1970)."""

    account_sid: str
    sender: str
    messages: int
    contacts: int
    until: float
    _newest: dict[int, Row] = field(default_factory=dict)

    def tables(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """The rows of each table but what webhooks told, in an order in which each may be inserted."""
        yield "agent", self._agents()
        yield "contact", (self._contact(number) for number in range(1, self.contacts + 1))
        yield "address", (self._address(number) for number in range(1, self.contacts + 1))
        for number in range(1, self.messages + 1):
            self._touch(number)
        yield "conversation", (self._conversation(number) for number in range(1, self.contacts + 1))
        yield "message", (self._message(number) for number in range(1, self.messages + 1))
        yield "attempt", self._attempts()

    def name(self, contact: int) -> str:
        """The contact's name, which is theirs alone."""
        return f"{_NAMES[contact % 10]} Customer{contact:06d}"

    def phone(self, contact: int) -> str:
        """The contact's number."""
        return f"+1415{2000000 + contact:07d}"

    def conversation_of(self, message: int) -> int:
        """Ten conversations at a time, and the first one all along."""
        if message % LONG_THREAD == 0:
            return 1
        at_once = max(1, 10 * self.messages // self.contacts)
        return min(self.contacts, (message - 1) // at_once * 10 + message * 7 % 10 + 1)

    def at(self, message: int) -> str:
        """When the message came or went, as both databases read it."""
        seconds = self.until - (self.messages - message) * 86400 / MESSAGES_A_DAY
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    def sid(self, message: int) -> str:
        """The message's SID."""
        return f"SM{message:032x}"

    def is_inbound(self, message: int) -> bool:
        """Whether the customer wrote it."""
        return message // 7 % 5 < 3

    def code(self, message: int) -> str:
        """The code with which a message of ours failed, or ''."""
        return _CODES[message // 97 % len(_CODES)] if message % 97 == 0 else ""

    def newest_code(self) -> str:
        """The code with which the newest failure failed."""
        failed = (number for number in range(self.messages, 0, -1) if not self.is_inbound(number) and self.code(number))
        return self.code(next(failed))

    def _touch(self, message: int) -> None:
        row = self._newest.setdefault(self.conversation_of(message), {"first_at": self.at(message)})
        row["last_message_id"], row["last_message_at"] = message, self.at(message)
        if self.is_inbound(message):
            row["last_inbound_at"] = self.at(message)

    def _agents(self) -> Iterator[Row]:
        for number in range(1, AGENTS + 1):
            role = "admin" if number == 1 else "agent"
            yield {"id": number, "login": f"agent{number}", "name": f"Agent {number}", "role": role}

    def _contact(self, number: int) -> Row:
        named = self.name(number) if number % 10 == 0 else ""
        return {
            "id": number,
            "name": named,
            "profile_name": self.name(number),
            "phone": self.phone(number),
            "country": "US",
        }

    def _address(self, number: int) -> Row:
        address = f"whatsapp:{self.phone(number)}"
        return {"id": number, "contact_id": number, "address": address, "identity": address}

    def _conversation(self, number: int) -> Row:
        row = dict(self._newest.get(number, {}))
        created = row.pop("first_at", self.at(1))
        closed = number % 10 < 6 and number < self.contacts - 100
        return {
            "last_message_at": self.at(1),
            **row,
            "id": number,
            "contact_id": number,
            "address_id": number,
            "sender": self.sender,
            "state": "closed" if closed else "open",
            "assigned_agent_id": number % 11 % AGENTS + 1 if number % 11 < AGENTS else None,
            "unread": 0 if closed else number % 3,
            "created_at": created,
        }

    def _message(self, number: int) -> Row:
        inbound, code, at = self.is_inbound(number), self.code(number), self.at(number)
        theirs = f"whatsapp:{self.phone(self.conversation_of(number))}"
        row: Row = {
            "id": number,
            "conversation_id": self.conversation_of(number),
            "direction": "inbound" if inbound else "outbound",
            "sid": self.sid(number),
            "kind": "text",
            "body": " ".join(_WORDS[number * step % len(_WORDS)] for step in (1, 3, 4, 5, 7, 9)) + f" {number}",
            "from_address": theirs if inbound else self.sender,
            "to_address": self.sender if inbound else theirs,
            "state": "received" if inbound else "accepted",
            "occurred_at": at,
            "recorded_at": at,
        }
        if not inbound:
            row |= {"status": "undelivered" if code else "read", "error_code": code, "author_id": number % AGENTS + 1}
            row["contact_id"] = self.conversation_of(number)
        return row

    def _outbound(self) -> Iterator[int]:
        return (number for number in range(1, self.messages + 1) if not self.is_inbound(number))

    def _attempts(self) -> Iterator[Row]:
        for order, number in enumerate(self._outbound(), 1):
            at = self.at(number)
            yield {
                "id": order,
                "message_id": number,
                "contact_id": self.conversation_of(number),
                "number": 1,
                "outcome": "accepted",
                "sid": self.sid(number),
                "from_address": self.sender,
                "to_address": f"whatsapp:{self.phone(self.conversation_of(number))}",
                "started_at": at,
                "open_until": at,
                "ended_at": at,
            }
