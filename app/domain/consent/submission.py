"""What a program tells of somebody's consent: one record for each purpose, in one transaction and once for each key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.access import require
from app.domain.agents.api_tokens import Caller
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.contacts import find_or_create
from app.store import api_tokens, contacts
from app.store.consent import records
from app.store.database import Session
from app.store.tables import ConsentRecord


@dataclass(frozen=True)
class Submission:
    """What somebody agreed to or took back elsewhere. `evidence` are further columns of each record."""

    address: str
    purposes: tuple[str, ...]
    state: str
    source: str
    occurred_at: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)


class KeyUsedOtherwise(Exception):
    """The idempotency key was used for another request."""


def submit(
    session: Session, caller: Caller, submission: Submission, key: str, body: Any, at: datetime
) -> dict[str, Any]:
    """Record it and return the answer; a request that was answered before gets the same one again.

    `body` is the request as JSON, by which the same one is known. Raises KeyUsedOtherwise, NotAllowed.
    """
    require(caller.actor, "consent.record")
    account_sid, token_id, digest = caller.actor.account_sid, caller.token_id, _digest(body)
    if not api_tokens.begin_answer(session, account_sid, token_id, key, digest, at):
        before = api_tokens.answer_of(session, account_sid, token_id, key)
        if before is None or before.digest != digest:
            raise KeyUsedOtherwise
        return before.answer
    address_id = find_or_create.address_id_of(session, account_sid, submission.address, at)
    added = [_record(session, caller, submission, purpose, address_id, key, at) for purpose in submission.purposes]
    answer = {"records": [as_answer(record) for record in added]}
    api_tokens.keep_answer(session, account_sid, token_id, key, answer)
    return answer


def as_answer(record: ConsentRecord) -> dict[str, Any]:
    """What a program is told of a record that it added: nothing about the person."""
    return {
        "record_id": record.record_id,
        "purpose": record.purpose,
        "state": record.state,
        "occurred_at": record.occurred_at.isoformat(),
        "recorded_at": record.recorded_at.isoformat(),
    }


def known_records(session: Session, account_sid: str, address: str) -> list[ConsentRecord]:
    """All records of whoever has this address, in the order in which they happened."""
    known = contacts.by_address(session, account_sid, [address])
    return [record for one in known for record, _ in records.of_contact(session, account_sid, one.contact_id)]


def _record(
    session: Session, caller: Caller, submission: Submission, purpose: str, address_id: int, key: str, at: datetime
) -> ConsentRecord:
    entry = Entry(
        address_id=address_id,
        purpose=purpose,
        state=submission.state,
        source=submission.source,
        expressed_by="principal",
        event_type="explicit",
        basis="express" if submission.state == "given" else "",
        evidence_key=f"api:{_digest([caller.token_id, key])[:40]}:{purpose}",
        occurred_at=submission.occurred_at,
        detail={"token": caller.token_id, "token_name": caller.actor.name},
        **submission.evidence,
    )
    number = ledger.record(session, caller.actor, entry, at)
    assert number is not None, "the key is new, so its evidence is"
    added = records.by_id(session, caller.actor.account_sid, number)
    assert added is not None
    return added


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
