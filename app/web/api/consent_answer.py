"""What a program is told of somebody's consent."""

from __future__ import annotations

from typing import Any

from app.domain.access import require
from app.domain.actor import Actor
from app.domain.consent import not_counting, standing
from app.domain.consent.not_counting import NotCounting
from app.domain.consent.submission import known_records
from app.store import contacts
from app.store.database import Session
from app.store.tables import ConsentRecord, ConsentState


def standing_of(session: Session, actor: Actor, address: str) -> dict[str, Any]:
    """What is in force for whoever has this address, and all records; both empty for somebody unknown."""
    require(actor, "consent.read")
    known = contacts.by_address(session, actor.account_sid, [address])
    states = standing.of_contact(session, actor.account_sid, known[0].contact_id).states if known else ()
    found = known_records(session, actor.account_sid, address)
    record_ids = {record.id: record.record_id for record in found}
    out = not_counting.among(session, actor.account_sid, found)
    return {
        "address": address,
        "in_force": [_state(state, record_ids) for state in states],
        "records": [_record(record, record_ids, out.get(record.id or 0)) for record in found],
    }


def _state(state: ConsentState, record_ids: dict[int | None, str]) -> dict[str, Any]:
    return {
        "address": state.identity,
        "purpose": state.purpose,
        "sender": state.scope or None,
        "state": state.state,
        "overruled": state.overruled,
        "since": state.since.isoformat(),
        "valid_until": state.valid_until and state.valid_until.isoformat(),
        "record_id": record_ids.get(state.record_id),
    }


def _record(record: ConsentRecord, record_ids: dict[int | None, str], out: NotCounting | None) -> dict[str, Any]:
    return {
        "record_id": record.record_id,
        "purpose": record.purpose,
        "state": record.state,
        "sender": record.scope or None,
        "source": record.source,
        "basis": record.basis or None,
        "occurred_at": record.occurred_at.isoformat(),
        "recorded_at": record.recorded_at.isoformat(),
        "confirmed_at": record.confirmed_at and record.confirmed_at.isoformat(),
        "notice": {"id": record.notice_id, "version": record.notice_version, "language": record.language},
        "supersedes": record_ids.get(record.supersedes) if record.supersedes else None,
        "counts": out is None,
        "taken_back_at": out.taken_back_at.isoformat() if out and out.taken_back_at else None,
        "taken_back_by": out.taken_back_by or None if out else None,
    }
