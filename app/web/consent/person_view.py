"""What a person's page shows: what is in force, the whole history, addresses, and the contacts that were joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.consent import standing
from app.domain.contacts import fields, labels
from app.store import agents, contact_joins, contact_labels, contacts
from app.store.consent import records
from app.store.database import Session
from app.store.tables import Address, Contact, ContactJoin
from app.web.consent.history import RecordView, history
from app.web.consent.in_force import InForce, sentences
from app.web.words import consent as words
from app.web.words.gettext import _
from app.web.words.numbers import phone_text

PAGE = 100
MOST_OFFERED = 200


@dataclass(frozen=True)
class PersonView:
    """One person. `country` is whose rules hold: `region` where somebody set it, else `number_country`.

    `older` is where the next part of the history begins, None at its end.
    """

    id: int
    name: str
    named: bool
    whatsapp_name: str
    phone: str
    country: str
    number_country: str
    region: str
    addresses: list[tuple[str, str]]
    in_force: list[InForce]
    blocked: bool
    history: list[RecordView]
    older: int | None
    joins: list[JoinView]
    conversations: list[int]
    labels: list[str]
    known_labels: list[str]
    fields: dict[str, str]
    erased: bool


@dataclass(frozen=True)
class JoinView:
    """A contact that was joined into this one. `last` when it can be taken back."""

    id: int
    other: str
    reason: str
    by: str
    at: datetime
    last: bool


def person_view(session: Session, who: Actor, contact: Contact, start: int = 0) -> PersonView:
    """The person's page, whose history begins with the record at place `start`, the newest first."""
    account_sid, number = who.account_sid, contact.id or 0
    mine = contacts.addresses_of(session, account_sid, number)
    found = [record for record, _identity in records.of_contact(session, account_sid, number)]
    known = {record.id or 0: record for record in found}
    stands = standing.of_contact(session, account_sid, number)
    newest_first = list(reversed(found))
    joined = contact_joins.of_contact(session, account_sid, number)
    return PersonView(
        id=number,
        name=called(contact, mine),
        named=bool(contact.shown_name),
        whatsapp_name=contact.profile_name if contact.name else "",
        phone=contact.phone,
        country=contact.region or contact.country,
        number_country=contact.country,
        region=contact.region,
        addresses=[(phone_text(one.address), _(words.LINK_NAMES[one.linked_by])) for one in mine],
        in_force=sentences(stands, known, {one.identity for one in mine}),
        blocked=any(state.blocked for state in stands.states),
        history=history(session, account_sid, newest_first[start : start + PAGE], found, mine),
        older=start + PAGE if len(found) > start + PAGE else None,
        joins=_joins(session, account_sid, joined),
        conversations=contact_joins.conversations_of(session, account_sid, number),
        labels=labels.of_contact(session, account_sid, number),
        known_labels=contact_labels.all_of(session, account_sid)[:MOST_OFFERED],
        fields=fields.of_contact(session, account_sid, number),
        erased=contact.erased_at is not None,
    )


def called(contact: Contact, addresses: list[Address]) -> str:
    """The contact's name, else the number or id as people read it."""
    reached = contact.phone or (addresses[0].address if addresses else "")
    return contact.shown_name or phone_text(reached) or _("no name")


def _joins(session: Session, account_sid: str, joined: list[ContactJoin]) -> list[JoinView]:
    people = agents.names(session, account_sid)
    views = []
    for place, join in enumerate(joined):
        other = contacts.by_id(session, account_sid, join.joined_id)
        addresses = ", ".join(phone_text(was["address"]) for was in join.snapshot["addresses"])
        name = (other.shown_name if other else "") or addresses
        by = people.get(join.actor_id or 0, "")
        views.append(JoinView(join.id or 0, name, _(words.JOIN_NAMES[join.reason]), by, join.occurred_at, place == 0))
    return views
