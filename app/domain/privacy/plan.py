"""What an erasure would remove, and what it would keep: the dry run."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.consent import kept_opt_outs
from app.store.database import Session
from app.store.privacy import identity
from app.store.privacy import person as rows


@dataclass(frozen=True)
class Plan:
    """How much there is of one person. `under_way` when a message to them is on its way, which comes first."""

    addresses: int
    conversations: int
    messages: int
    waiting: int
    files: int
    records: int
    opt_outs: int
    under_way: bool


def of(session: Session, account_sid: str, contact_id: int) -> Plan:
    """The plan of erasing this contact."""
    person = rows.person(session, account_sid, contact_id)
    counted = rows.counts(session, account_sid, person)
    return Plan(
        addresses=len(person.addresses),
        conversations=len(person.conversation_ids),
        messages=counted.messages,
        waiting=counted.waiting,
        files=counted.files,
        records=len(rows.records_of(session, account_sid, person.address_ids)),
        opt_outs=len(kept_opt_outs.opt_outs_of(session, account_sid, person.contact_ids)),
        under_way=identity.under_way(session, account_sid, person),
    )
