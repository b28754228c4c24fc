"""What a person's page shows: what is in force, the whole history, addresses, and the contacts that were joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.consent import not_counting, standing
from app.domain.contacts import fields, labels
from app.store import agents, contact_joins, contact_labels, contacts
from app.store.consent import records
from app.store.database import Session
from app.store.messages import rows as messages
from app.store.tables import Address, ConsentRecord, Contact, ContactJoin
from app.web.consent.in_force import InForce, sentences
from app.web.words import consent as words
from app.web.words.gettext import N_, _
from app.web.words.numbers import browser, phone_text

PAGE = 100
MOST_OFFERED = 200
ICONS = {"opt_in": "check", "opt_out": "x", "requested": "clock", "corrected": "undo"}
_REGION_FROM = {"": "", "number": N_("from the number"), "set": N_("set by somebody here")}


@dataclass(frozen=True)
class RecordView:
    """One record. `facts` are its other fields by name, `message` the address of the message it rests on.

    `void_by` is the record that took it out of force, `supersedes` the one that it takes out of force. `not_counting`
    says why it never came into force or is out of it with its import, of which `import_id` is the number.
    """

    id: int
    icon: str
    what: str
    purpose: str
    source: str
    keyword: str
    occurred_at: datetime
    recorded_at: datetime
    late: bool
    by: str
    wording: str
    proof: str
    message: str
    supersedes: int | None
    void_by: int | None
    not_counting: str
    import_id: int | None
    may_be_corrected: bool
    is_correction: bool
    address: str
    facts: list[tuple[str, str]]


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
        history=_history(session, account_sid, newest_first[start : start + PAGE], found, mine),
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
    people = _people(session, account_sid)
    views = []
    for place, join in enumerate(joined):
        other = contacts.by_id(session, account_sid, join.joined_id)
        addresses = ", ".join(phone_text(was["address"]) for was in join.snapshot["addresses"])
        name = (other.shown_name if other else "") or addresses
        by = people.get(join.actor_id or 0, "")
        views.append(JoinView(join.id or 0, name, _(words.JOIN_NAMES[join.reason]), by, join.occurred_at, place == 0))
    return views


def _people(session: Session, account_sid: str) -> dict[int, str]:
    return {agent.id or 0: agent.name for agent in agents.all_of(session, account_sid)}


def _history(
    session: Session, account_sid: str, shown: list[ConsentRecord], everything: list[ConsentRecord], mine: list[Address]
) -> list[RecordView]:
    people = _people(session, account_sid)
    void = standing.out_of_force(everything)
    out = not_counting.among(session, account_sid, shown)
    rests_on = messages.by_ids(session, account_sid, {one.message_id for one in shown if one.message_id is not None})
    threads = {number: f"/conversations/{found.conversation_id}#m-{number}" for number, found in rests_on.items()}
    addresses = {address.id or 0: phone_text(address.address) for address in mine}
    return [
        RecordView(
            id=record.id or 0,
            icon=ICONS[record.action],
            what=words.what(record),
            purpose=words.purpose_name(record.purpose),
            source=words.source_name(record.source),
            keyword=record.keyword.upper(),
            occurred_at=record.occurred_at,
            recorded_at=record.recorded_at,
            late=(record.recorded_at - record.occurred_at).total_seconds() > 60,
            by=words.recorded_by(record, people),
            wording=record.notice_text,
            proof=record.proof,
            message=threads.get(record.message_id or 0, ""),
            supersedes=record.supersedes,
            void_by=void[record.id].id if record.id in void else None,
            not_counting=words.not_counting(out[record.id or 0]) if record.id in out else "",
            import_id=record.import_id,
            may_be_corrected=not standing.stands_at_twilio(record) and record.id not in void and record.id not in out,
            is_correction=record.supersedes is not None,
            address=addresses.get(record.address_id, ""),
            facts=_facts(record),
        )
        for record in shown
    ]


def _facts(record: ConsentRecord) -> list[tuple[str, str]]:
    """The fields that not every record has, in words."""
    notice = " ".join(part for part in (record.notice_id, record.notice_version, record.language) if part)
    from_where = _REGION_FROM[record.region_source]
    facts = [
        (_("Basis"), _(words.BASIS_NAMES[record.basis]) if record.basis else ""),
        (_("Sender"), phone_text(record.scope) if record.scope else ""),
        (_("Notice"), notice),
        (_("Ends by"), record.withdrawal_method),
        (_("Page"), record.source_url),
        (_("IP address"), record.ip),
        (_("Browser"), browser(record.user_agent) if record.user_agent else ""),
        (_("Country"), f"{record.region}, {_(from_where)}" if record.region and from_where else record.region),
        (_("Message"), record.message_sid),
        (_("Record"), record.record_id),
    ]
    return [(name, value) for name, value in facts if value]
