"""The consent ledger: records are added, and what is in force is derived from them by when they happened."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.consent_words import TAKEN_BACK
from app.domain.actor import Actor
from app.domain.consent import standing
from app.domain.consent.entry import Entry
from app.store import contacts
from app.store.consent import records, states
from app.store.database import Session
from app.store.feed import events as feed
from app.store.tables import ConsentState
from app.store.tables.consent import told_as


def record(
    session: Session, actor: Actor, entry: Entry, at: datetime, conversation_id: int | None = None
) -> int | None:
    """Add one record and derive what is in force. Returns its number, None when this evidence was recorded before."""
    contact_id = contacts.lock_who_has(session, actor.account_sid, entry.address_id)
    contact = contacts.by_id(session, actor.account_sid, contact_id)
    assert contact is not None
    number = records.add(
        session,
        {
            "account_sid": actor.account_sid,
            "record_id": str(uuid.uuid4()),
            "region": contact.region or contact.country,
            "region_source": "set" if contact.region else "number" if contact.country else "",
            "actor_kind": actor.kind,
            "actor_id": actor.id if actor.kind == "agent" else None,
            "recorded_at": at,
            **entry.columns(),
        },
    )
    if number is None:
        return None
    derive(session, actor.account_sid, contact_id)
    told = {"message_id": entry.message_id, "conversation_id": conversation_id}
    feed.append(
        session,
        actor.account_sid,
        "consent",
        at,
        word=told_as(entry.state, corrects=entry.supersedes is not None),
        occurred_at=entry.occurred_at,
        keyword=entry.keyword,
        **told,
    )
    return number


def opted_out(session: Session, account_sid: str, contact_id: int, sender: str = "") -> bool:
    """True when the contact takes no messages at all now, from this sender."""
    return any(_holds_all(state, sender) for state in standing.of_contact(session, account_sid, contact_id).states)


def derive(session: Session, account_sid: str, contact_id: int) -> None:
    """Set what is in force by `occurred_at`: a STOP learned of late can't undo a later START. The contact is held."""
    derive_many(session, account_sid, [contact_id])


def derive_many(session: Session, account_sid: str, contact_ids: Collection[int]) -> None:
    """As `derive`, for several contacts, which are held."""
    found = records.deciding(session, account_sid, contact_ids)
    rows = {number: standing.in_force(found.get(number, ())) for number in contact_ids}
    states.replace_many(session, account_sid, rows)
    contacts.set_opt_outs(session, account_sid, {number: _opt_out(states) for number, states in rows.items()})


def _opt_out(rows: Sequence[Mapping[str, Any]]) -> int | None:
    """The record of the last opt-out from everything that is in force."""
    out = [row for row in rows if row["purpose"] == standing.ALL and row["scope"] == ""]
    out = [row for row in out if row["state"] in TAKEN_BACK]
    last = max(out, key=lambda row: (row["since"], row["record_id"]), default=None)
    return last["record_id"] if last else None


def _holds_all(state: ConsentState, sender: str = "") -> bool:
    return state.purpose == standing.ALL and state.scope in ("", sender) and state.state in TAKEN_BACK
