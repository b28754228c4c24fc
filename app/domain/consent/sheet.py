"""The evidence sheet of one person: all that was agreed to and taken back, with proofs, and all that was sent."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import checkpoints, not_counting, seal, tree
from app.domain.consent import leaf as leaves_of
from app.domain.consent.not_counting import NotCounting
from app.domain.consent.seal import StoredTree
from app.domain.consent.signed_note import Signer
from app.store import contacts
from app.store.consent import evidence, leaves, records
from app.store.database import Database, Session
from app.store.messages import lists
from app.store.tables import Attempt, Contact, Message

FORMAT = "switchboard evidence sheet 1"


class PersonErased(Exception):
    """The person was erased: nothing of what a sheet shows is left."""


def make(database: Database, actor: Actor, contact_id: int, key: Signer) -> dict[str, Any] | None:
    """The content of a contact's sheet, as JSON takes it; None when there is no such contact. It is audited.

    Raises NotAllowed, PersonErased.
    """
    access.require(actor, "consent.export")
    # What was recorded a moment ago is to have its proof too.
    seal.seal_new(database, actor.account_sid)

    def make_one(session: Session) -> dict[str, Any] | None:
        contact = contacts.by_id(session, actor.account_sid, contact_id)
        if contact is not None and contact.joined_into_id is not None:
            contact = contacts.by_id(session, actor.account_sid, contact.joined_into_id)
        if contact is None or contact.id is None:
            return None
        if contact.erased_at is not None:
            raise PersonErased
        audit.record(session, actor, "consent.export", "contact", contact.id, format="sheet")
        return _content(session, actor, contact, key)

    return database.write(make_one)


def _content(session: Session, actor: Actor, contact: Contact, key: Signer) -> dict[str, Any]:
    account_sid, number = actor.account_sid, contact.id or 0
    checkpoint, note = checkpoints.sign_now(session, account_sid, key)
    sent = evidence.messages_to(session, account_sid, number)
    tried = lists.attempts_of(session, account_sid, [message.id or 0 for message in sent])
    return {
        "format": FORMAT,
        "origin": checkpoint.origin,
        "key": str(key.verifier),
        "checkpoint": note,
        "made_at": moment(now()),
        "made_by": actor.name,
        "person": {
            "name": contact.shown_name,
            "addresses": [address.address for address in contacts.addresses_of(session, account_sid, number)],
        },
        "records": _records(session, account_sid, number, checkpoint.size),
        "messages": [_message(one, tried.get(one.id or 0, [])) for one in sent if _left(one, tried)],
        "refusals": [_message(one, []) for one in sent if one.state == "blocked"],
    }


def _records(session: Session, account_sid: str, contact_id: int, size: int) -> list[dict[str, Any]]:
    numbers = [record.id or 0 for record, _ in records.of_contact(session, account_sid, contact_id)]
    told, placed = leaves.by_number(session, account_sid, numbers), leaves.of_records(session, account_sid, numbers)
    before = [record.supersedes for record, _ in told.values() if record.supersedes is not None]
    uuids, stored, found = leaves.uuids(session, account_sid, before), StoredTree(session, account_sid), []
    out = not_counting.among(session, account_sid, [record for record, _ in told.values()])
    for number in numbers:
        record, address = told[number]
        leaf = placed.get(number)
        committed = leaf.commitments if leaf else {}
        one: dict[str, Any] = {
            "sealed": leaves_of.sealed(record, uuids.get(record.supersedes or 0, ""), committed),
            "values": leaves_of.personal(record, address),
        }
        if leaf is not None and leaf.position < size:
            proof = tree.inclusion_proof(stored.node, leaf.position, size)
            one["proof"] = [base64.b64encode(sibling).decode() for sibling in proof]
            one.update(position=leaf.position, salt=leaf.salt)
        if number in out:
            one["not_counting"] = _not_counting(out[number])
        found.append(one)
    return found


def _not_counting(out: NotCounting) -> dict[str, Any]:
    """Why a record doesn't count. No part of what is sealed: its import's state is kept beside the ledger."""
    at = moment(out.taken_back_at) if out.taken_back_at else None
    return {"import": out.state, "taken_back_at": at, "taken_back_by": out.taken_back_by}


def _left(message: Message, tried: Mapping[int, Sequence[Attempt]]) -> bool:
    """True for what was tried, and for what another program sent through the account."""
    return bool(tried.get(message.id or 0)) or message.state not in ("ready", "held", "blocked", "cancelled")


def _message(message: Message, attempts: Sequence[Attempt]) -> dict[str, Any]:
    return {
        "number": message.id,
        "sid": message.sid,
        "at": moment(message.occurred_at),
        "from": message.from_address,
        "to": message.to_address,
        "body": message.body,
        "content_sid": message.content_sid,
        "state": message.state,
        "status": message.status,
        "reason": message.reason,
        "attempts": [
            {"at": moment(one.started_at), "outcome": one.outcome, "sid": one.sid, "decision": one.decision}
            for one in attempts
        ],
    }


def moment(at: datetime) -> str:
    """A moment as the sheet tells it: RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
