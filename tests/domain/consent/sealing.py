"""Consent records for tests of the seal."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.store import contacts
from app.store.consent import records
from app.store.database import Database, Session
from tests.support.cast import ACCOUNT, AVA, ago, conversation_with


def add_records(database: Database, count: int, customer: str = AVA, **fields: Any) -> None:
    """That many opt-ins of a customer for marketing, as the ledger adds them."""
    contact_id = conversation_with(database, customer).contact_id
    database.write(partial(_add, contact_id=contact_id, count=count, fields=fields))


def _add(session: Session, contact_id: int, count: int, fields: dict[str, Any]) -> None:
    (address, *_) = contacts.addresses_of(session, ACCOUNT, contact_id)
    told = {"account_sid": ACCOUNT, "actor_kind": "agent", "recorded_at": ago()}
    for _ in range(count):
        entry = Entry(
            **{
                "address_id": address.id,
                "purpose": "marketing",
                "state": "given",
                "source": "paper",
                "expressed_by": "agent",
                "evidence_key": f"paper:{uuid.uuid4()}",
                "occurred_at": ago(),
                "basis": "express",
                **fields,
            }
        )
        records.add(session, {**told, "record_id": str(uuid.uuid4()), **entry.columns()})
    ledger.derive(session, ACCOUNT, contact_id)
