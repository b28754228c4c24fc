"""What somebody was told elsewhere about consent, taken down: by an agent, or from the shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.consent_words import PURPOSES
from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import ledger, standing
from app.domain.consent.entry import Entry
from app.domain.contacts import addresses, find_or_create
from app.store import contact_joins, contacts
from app.store.database import Session

Action = Literal["opt-in", "opt-out"]
ACTIONS: tuple[Action, ...] = ("opt-in", "opt-out")
# How a person may say it to somebody here.
SOURCES = ("in_person", "phone", "mail", "paper")
LONGEST_TEXT = 4000
# Clocks of browsers run ahead a little.
_AHEAD = timedelta(minutes=2)


class NotRecorded(Exception):
    """Nothing was recorded; `faults` are the codes of what is wrong, by the field that it is wrong with."""

    def __init__(self, **faults: str) -> None:
        super().__init__(", ".join(faults.values()))
        self.faults: Mapping[str, str] = faults


@dataclass(frozen=True)
class Expressed:
    """What a person said outside WhatsApp: about which purposes, how, when, and how we know.

    `wording` is what they were shown or told, `key` names the request, so that the same one is recorded once.
    """

    action: Action
    purposes: tuple[str, ...]
    source: str
    proof: str
    key: str
    wording: str = ""
    occurred_at: datetime | None = None


def record(session: Session, actor: Actor, contact_id: int, said: Expressed) -> list[int]:
    """Add what a person said, a record for each purpose. Returns their numbers, none when it was recorded before.

    Raises NotAllowed and NotRecorded. Whoever opted out at Twilio itself can't be opted in here.
    """
    access.require(actor, "consent.record")
    account_sid, at = actor.account_sid, now()
    faults = _faults(actor, said, at)
    contacts.lock(session, account_sid, [contact_id])
    mine = contacts.addresses_of(session, account_sid, contact_id)
    contact = contacts.by_id(session, account_sid, contact_id)
    if not mine or contact is None or contact.erased_at is not None:
        raise NotRecorded(address="address_unknown")
    if said.action == "opt-in" and is_blocked(session, account_sid, contact_id, said.purposes):
        faults.setdefault("purposes", "blocked_at_twilio")
    if faults:
        raise NotRecorded(**faults)
    threads = contact_joins.conversations_of(session, account_sid, contact_id)
    address_id = mine[0].id or 0
    numbers = [
        ledger.record(session, actor, _entry(address_id, purpose, said, at), at, threads[-1] if threads else None)
        for purpose in said.purposes
    ]
    added = [number for number in numbers if number is not None]
    if added:
        codes = {"action": said.action, "purposes": list(said.purposes), "source": said.source, "records": added}
        audit.record(session, actor, "consent.record", "contact", contact_id, **codes)
    return added


def record_for_address(session: Session, actor: Actor, typed: str, said: Expressed) -> list[int]:
    """As `record`, for whoever is reached at a typed number or WhatsApp id; a new one becomes a contact."""
    access.require(actor, "consent.record")
    address = addresses.recipient(typed)
    if address is None:
        raise NotRecorded(address="address_invalid")
    known = contacts.by_address(session, actor.account_sid, [address])
    at = now()
    contact_id = known[0].contact_id if known else find_or_create.add_contact(session, actor.account_sid, address, at)
    return record(session, actor, contact_id, said)


def is_blocked(session: Session, account_sid: str, contact_id: int, purposes: tuple[str, ...] = PURPOSES) -> bool:
    """True when the person opted out of one of these purposes at Twilio or WhatsApp itself."""
    states = standing.of_contact(session, account_sid, contact_id).states
    return any(state.blocked and state.purpose in (*purposes, standing.ALL) for state in states)


def _faults(actor: Actor, said: Expressed, at: datetime) -> dict[str, str]:
    faults = {}
    allowed = PURPOSES if said.action == "opt-in" else (*PURPOSES, standing.ALL)
    if not said.purposes:
        faults["purposes"] = "purpose_missing"
    elif not set(said.purposes) <= set(allowed):
        faults["purposes"] = "purpose_all" if standing.ALL in said.purposes else "purpose_unknown"
    if said.source not in SOURCES:
        faults["source"] = "source_unknown"
    if said.occurred_at is not None and said.occurred_at > at + _AHEAD:
        faults["at"] = "moment_to_come"
    if not said.proof.strip():
        faults["proof"] = "proof_missing"
    if said.action == "opt-in" and actor.kind == "agent" and not said.wording.strip():
        faults["wording"] = "wording_missing"
    for name, text in (("proof", said.proof), ("wording", said.wording)):
        if len(text) > LONGEST_TEXT:
            faults[name] = "text_too_long"
    return faults


def _entry(address_id: int, purpose: str, said: Expressed, at: datetime) -> Entry:
    gives = said.action == "opt-in"
    return Entry(
        address_id=address_id,
        purpose=purpose,
        state="given" if gives else "withdrawn",
        source=said.source,
        expressed_by="principal",
        event_type="explicit",
        basis="express" if gives else "",
        proof=said.proof.strip(),
        notice_text=said.wording.strip(),
        withdrawal_method="STOP" if gives else "",
        evidence_key=f"told:{said.key}:{purpose}",
        occurred_at=min(said.occurred_at or at, at),
    )
