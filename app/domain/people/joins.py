"""Two contacts that turn out to be one person are joined softly: a snapshot takes it back."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Literal

from app.domain import access, audit
from app.domain.actor import Actor, clock
from app.domain.clock import now
from app.domain.consent import ledger
from app.store import contact_join_moves, contact_joins, contacts
from app.store.database import Database, Session
from app.store.feed import events as feed
from app.store.tables import Address, ContactJoin

Reason = Literal["spelling", "signed", "agent"]


class NotJoined(Exception):
    """The contacts can't be joined or parted; `reason` is the code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def join(session: Session, actor: Actor, kept_id: int, joined_id: int) -> int:
    """Make one contact of two, by an agent's word; `kept_id` stays. Returns the join's number.

    Raises NotAllowed, and NotJoined for one contact with itself or one that isn't there.
    """
    access.require(actor, "contact.join")
    kept, joined = _root(session, actor.account_sid, kept_id), _root(session, actor.account_sid, joined_id)
    if kept == joined:
        raise NotJoined("join_with_itself")
    return _join(session, actor, kept, joined, "agent", now())


def unite(session: Session, actor: Actor, address_id: int, other_id: int, reason: Reason, at: datetime) -> None:
    """Two addresses are shown to be one person's: one identity, and one contact, the one that is known longer."""
    both = (address_id, other_id)
    kept, joined = sorted(contacts.lock_who_has(session, actor.account_sid, number) for number in both)
    if kept != joined:
        _join(session, actor, kept, joined, reason, at)
    one, other = (_address(session, actor.account_sid, kept, number) for number in both)
    if one.identity != other.identity:
        contact_joins.set_identity(session, actor.account_sid, kept, other.identity, one.identity)
        ledger.derive(session, actor.account_sid, kept)


def unite_spellings(database: Database, account_sid: str) -> int:
    """Unite the contacts that were made of two spellings of one mobile before these were known to be one's."""
    apart = database.read(lambda session: contact_joins.spelled_apart(session, account_sid))
    for one, other in apart:
        who, at = clock(account_sid), now()
        database.write(partial(unite, actor=who, address_id=one, other_id=other, reason="spelling", at=at))
    return len(apart)


def take_back(session: Session, actor: Actor, join_id: int) -> None:
    """Part two contacts that were joined. Messages go back by the address they were exchanged with.

    Raises NotAllowed, and NotJoined when it was taken back, or a later join rests on it.
    """
    access.require(actor, "contact.join")
    found = contact_joins.by_id(session, actor.account_sid, join_id)
    if found is None or found.taken_back_at is not None:
        raise NotJoined("join_unknown")
    if contact_joins.later_than(session, found):
        raise NotJoined("join_built_upon")
    contacts.lock(session, actor.account_sid, [found.kept_id, found.joined_id])
    contact_join_moves.part(session, found, now())
    for contact_id in (found.kept_id, found.joined_id):
        ledger.derive(session, actor.account_sid, contact_id)
    _tell(session, actor, found, "parted", now())


def _join(session: Session, actor: Actor, kept: int, joined: int, reason: Reason, at: datetime) -> int:
    contacts.lock(session, actor.account_sid, [kept, joined])
    row: dict[str, Any] = {
        "account_sid": actor.account_sid,
        "kept_id": kept,
        "joined_id": joined,
        "reason": reason,
        "actor_kind": actor.kind,
        "actor_id": actor.id if actor.kind == "agent" else None,
        "occurred_at": at,
    }
    done = contact_join_moves.join(session, row)
    ledger.derive(session, actor.account_sid, joined)
    ledger.derive(session, actor.account_sid, kept)
    _tell(session, actor, done, "joined", at)
    return done.id or 0


def _tell(session: Session, actor: Actor, found: ContactJoin, word: str, at: datetime) -> None:
    audit.record(session, actor, f"contact.{word}", "contact", found.kept_id, other=found.joined_id, why=found.reason)
    for conversation_id in contact_joins.conversations_of(session, actor.account_sid, found.kept_id):
        feed.append(session, actor.account_sid, "conversation", at, word=word, conversation_id=conversation_id)


def _root(session: Session, account_sid: str, contact_id: int) -> int:
    """The contact that this one is now."""
    while (found := contacts.by_id(session, account_sid, contact_id)) is not None:
        if found.erased_at is not None:
            break
        if found.joined_into_id is None:
            return contact_id
        contact_id = found.joined_into_id
    raise NotJoined("contact_unknown")


def _address(session: Session, account_sid: str, contact_id: int, number: int) -> Address:
    return next(one for one in contacts.addresses_of(session, account_sid, contact_id) if one.id == number)
