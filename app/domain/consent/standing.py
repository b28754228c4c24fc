"""How a person stands to our messages: derived from all their consent records by when they happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.consent_words import GIVEN, TAKEN_BACK, TWILIO_BLOCKS
from app.store.consent import states
from app.store.consent.records import Deciding
from app.store.database import Session
from app.store.tables import ConsentRecord, ConsentState

Told = ConsentRecord | Deciding
T = TypeVar("T", ConsentRecord, Deciding, Told)
ALL = "all"


@dataclass(frozen=True)
class Standing:
    """The states in force of one contact."""

    states: tuple[ConsentState, ...] = ()

    def opt_out(self, purpose: str, sender: str, identity: str) -> ConsentState | None:
        """The opt-out that holds back messages of this purpose from this sender, from whatever address it was said.

        Only a later opt-in for the same purpose, of the identity that is written to, stands over it.
        """
        found = [state for state in self._about(purpose, sender) if state.state in TAKEN_BACK]
        last = max(found, key=_order, default=None)
        given = self._given(purpose, sender, identity)
        return None if last is None or (given is not None and _order(given) > _order(last)) else last

    def opt_in(self, purpose: str, sender: str, identity: str) -> ConsentState | None:
        """The opt-in in force for this purpose and sender. It is not carried to an address of another identity."""
        return self._given(purpose, sender, identity) if self.opt_out(purpose, sender, identity) is None else None

    def block(self, purpose: str, sender: str) -> ConsentState | None:
        """The opt-out that Twilio or WhatsApp hold messages back for too: only the person's START ends it."""
        found = [state for state in self._about(purpose, sender) if state.blocked]
        return max(found, key=_order, default=None)

    def _given(self, purpose: str, sender: str, identity: str) -> ConsentState | None:
        about = self._about(purpose, sender)
        return max((s for s in about if s.state in GIVEN and s.identity == identity), key=_order, default=None)

    def _about(self, purpose: str, sender: str) -> Iterable[ConsentState]:
        return (state for state in self.states if state.purpose in (purpose, ALL) and state.scope in ("", sender))


def of_contacts(session: Session, account_sid: str, contact_ids: Sequence[int]) -> dict[int, Standing]:
    """The standing of each of these contacts, in one query."""
    found = states.of_contacts(session, account_sid, contact_ids)
    return {contact_id: Standing(tuple(found.get(contact_id, ()))) for contact_id in contact_ids}


def of_contact(session: Session, account_sid: str, contact_id: int) -> Standing:
    """The standing of one contact."""
    return of_contacts(session, account_sid, [contact_id])[contact_id]


def holds_any_opt_in(session: Session, account_sid: str, contact_id: int, identity: str) -> bool:
    """True when something that the contact agreed to is in force for the address of this identity."""
    states_now = of_contact(session, account_sid, contact_id).states
    return any(state.state in GIVEN and not state.overruled and state.identity == identity for state in states_now)


def in_force(records: Sequence[tuple[Told, str]]) -> list[dict[str, Any]]:
    """The states that follow from a contact's records, each with its address's identity, in the order they happened.

    A record that a correction supersedes doesn't count. START ends every opt-out before it, so that what was granted
    earlier holds again; nothing more.
    """
    void = out_of_force(record for record, _ in records)
    counting = [(record, identity) for record, identity in records if record.id not in void]
    lifted = max((_when(record) for record, _ in counting if is_start(record)), default=None)
    deciding: dict[tuple[str, str, str], Told] = {}
    asked: dict[tuple[str, str, str], Told] = {}
    blocked: set[tuple[str, str, str]] = set()
    for record, identity in counting:
        cell = (identity, record.purpose, record.scope)
        ended = record.state == "withdrawn" and lifted is not None and _when(record) < lifted
        if record.state in (*GIVEN, *TAKEN_BACK, "expired") and not ended:
            deciding[cell] = record
            if stands_at_twilio(record):
                blocked.add(cell)
        elif record.state == "requested":
            asked[cell] = record
    return [
        _row(cell, record, cell in blocked, _is_overruled(cell, record, deciding))
        for cell, record in {**asked, **deciding}.items()
    ]


def is_start(record: Told) -> bool:
    """True for a person's START, which ends the opt-outs before it."""
    return record.state == "invalidated" and record.purpose == ALL and record.supersedes is None


def stands_at_twilio(record: Told) -> bool:
    """True for an opt-out that Twilio or WhatsApp hold too: only the person's own START ends it."""
    return record.source in TWILIO_BLOCKS and record.state == "withdrawn"


def out_of_force(records: Iterable[T]) -> dict[int, T]:
    """The records that corrections took out of force, each with the correction that holds; one may be corrected too."""
    void: dict[int, T] = {}
    for record in sorted(records, key=lambda one: one.id or 0, reverse=True):
        if record.id not in void and record.supersedes is not None and record.state == "invalidated":
            void[record.supersedes] = record
    return void


def _is_overruled(cell: tuple[str, str, str], record: Told, deciding: dict[tuple[str, str, str], Told]) -> bool:
    """True when an opt-out that came later stands over an opt-in."""
    _, purpose, scope = cell
    over = [
        other
        for (_, about, said_to), other in deciding.items()
        if other.state in TAKEN_BACK and about in (purpose, ALL) and said_to in ("", scope)
    ]
    return record.state in GIVEN and any(_when(other) > _when(record) for other in over)


def _row(cell: tuple[str, str, str], record: Told, blocked: bool, overruled: bool) -> dict[str, Any]:
    identity, purpose, scope = cell
    return {
        "identity": identity,
        "purpose": purpose,
        "scope": scope,
        "state": record.state,
        "record_id": record.id,
        "source": record.source,
        "basis": record.basis,
        "region": record.region,
        "overruled": overruled,
        "blocked": blocked,
        "valid_until": record.valid_until,
        "since": record.occurred_at,
    }


def _when(record: Told) -> tuple[Any, int]:
    return record.occurred_at, record.id or 0


def _order(state: ConsentState) -> tuple[Any, int]:
    return state.since, state.record_id
