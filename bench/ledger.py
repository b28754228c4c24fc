"""A ledger of consents as rows of every table that the list of people reads: two records of each person, one a purpose.

Numbers of rows begin at 1. One in eight was taken back, half of these for everything; one in five hundred is held
back at Twilio, and one in a hundred was only asked for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.store.contact_words import words_of
from bench.past import Row

_SOURCES = ("form", "paper", "keyword", "import", "phone")
_COUNTRIES = ("US", "GB", "DE", "BR", "IN")
_NAMES = ("Ava", "Noor", "Layla", "Jonas", "Ícaro", "Mei", "Olu", "Sofia", "Tariq", "Zoë")
_PURPOSES = ("marketing", "service")
_DAYS = 1000


@dataclass
class Ledger:
    """`records` records up to the moment `until` (seconds since 1970)."""

    account_sid: str
    records: int
    until: float

    @property
    def people(self) -> int:
        """How many people there are."""
        return self.records // 2

    def tables(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """The rows of each table, in an order in which each may be inserted."""
        everybody, every = range(1, self.people + 1), range(1, self.records + 1)
        yield "agent", iter([{"id": 1, "login": "figures", "name": "Figures", "role": "admin", "password_hash": "x"}])
        yield "contact", map(self._contact, everybody)
        yield "address", map(self._address, everybody)
        yield "contact_word", self._words()
        yield "consent_record", map(self._record, every)
        yield "consent_state", map(self._state, every)

    def name(self, person: int) -> str:
        """The name, whose last word is theirs alone."""
        return f"{_NAMES[person % 10]} Customer{person:07d}"

    def phone(self, person: int) -> str:
        """The number."""
        return f"+1415{1_000_000 + person:07d}"

    def at(self, record: int) -> str:
        """When it happened, as both databases read it."""
        seconds = self.until - (self.records - record) * _DAYS * 86400 / self.records
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    def _contact(self, person: int) -> Row:
        told = {"name": self.name(person), "phone": self.phone(person), "country": _COUNTRIES[person % 5]}
        return {"id": person, **told, "created_at": self.at(2 * person)}

    def _address(self, person: int) -> Row:
        address = f"whatsapp:{self.phone(person)}"
        return {"id": person, "contact_id": person, "address": address, "identity": address}

    def _words(self) -> Iterator[Row]:
        number = 0
        for person in range(1, self.people + 1):
            for word in sorted(words_of(self.name(person)) | words_of(self.phone(person))):
                number += 1
                yield {"id": number, "contact_id": person, "word": word}

    def _record(self, record: int) -> Row:
        return {
            "id": record,
            "record_id": str(uuid.UUID(int=record)),
            "schema_version": "1",
            "address_id": self._person(record),
            "purpose": self._purpose(record),
            "state": self._state_of(record),
            "source": _SOURCES[record // 2 % 5],
            "expressed_by": "principal",
            "event_type": "expressed",
            "evidence_key": f"figures:{record}",
            "actor_kind": "agent",
            "occurred_at": self.at(record),
            "recorded_at": self.at(record),
            "sealed_at": self.at(record),
        }

    def _state(self, record: int) -> Row:
        return {
            "id": record,
            "contact_id": self._person(record),
            "identity": f"whatsapp:{self.phone(self._person(record))}",
            "purpose": self._purpose(record),
            "state": self._state_of(record),
            "record_id": record,
            "source": _SOURCES[record // 2 % 5],
            "region": _COUNTRIES[self._person(record) % 5],
            "overruled": record % 97 == 0,
            "blocked": record % 500 == 0,
            "since": self.at(record),
        }

    @staticmethod
    def _person(record: int) -> int:
        return (record + 1) // 2

    @staticmethod
    def _purpose(record: int) -> str:
        return "all" if record % 16 == 0 else _PURPOSES[record % 2]

    @staticmethod
    def _state_of(record: int) -> str:
        return "withdrawn" if record % 8 == 0 else "requested" if record % 100 == 1 else "given"
