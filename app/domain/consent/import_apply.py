"""The records that the lines of an import become, and the people whom they are about."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from app.domain.clock import now
from app.domain.consent.entry import Entry
from app.domain.consent.import_lines import state_of
from app.domain.contacts import addresses, find_or_create, known_again, mobile_spellings
from app.store import contacts_at_once
from app.store.consent import imports as rows
from app.store.consent import records
from app.store.consent.imports import Line
from app.store.contacts_at_once import New, Place
from app.store.database import Session, after_commit
from app.store.tables import ConsentImport


@dataclass(frozen=True)
class Planned:
    """A line that becomes records: whom it is about, and all that is known of the records beside the address's row."""

    line: int
    address: str
    spelled: tuple[str, ...]
    records: list[dict[str, Any]]
    # Who is made of it where nobody has the address.
    new: New | None


@dataclass(frozen=True)
class Plan:
    """The next lines; `places` are those of the addresses that are somebody's already."""

    lines: list[Planned]
    places: dict[str, Place]


def plan(session: Session, found: ConsentImport, limit: int) -> Plan:
    """What the next good lines become; read only."""
    lines = rows.lines(session, found.account_sid, found.id or 0, found.done, limit, good=True)
    spelled = {line.id: mobile_spellings.spellings(line.understood["address"]) for line in lines}
    places = contacts_at_once.places(session, found.account_sid, {one for of in spelled.values() for one in of})
    return Plan([_planned(found, line, spelled[line.id], places) for line in lines], places)


def keep(session: Session, some: Sequence[Planned], found: ConsentImport, places: dict[str, Place]) -> dict[str, Any]:
    """Add the records of these lines; how far the import is then."""
    at = now()
    unknown = [one for one in some if one.address not in places]
    made = _made(session, found.account_sid, unknown, places, at) if unknown else {}
    after_commit(session, partial(places.update, made))
    added = [
        {**record, **_whose(made.get(one.address) or places[one.address]), "recorded_at": at}
        for one in some
        for record in one.records
    ]
    records.add_many(session, added)
    return {"done": some[-1].line, "records": found.records + len(added)}


def _whose(place: Place) -> dict[str, Any]:
    source = "set" if place.region else "number" if place.country else ""
    return {"address_id": place.address_id, "region": place.region or place.country, "region_source": source}


def _planned(found: ConsentImport, line: Line, spelled: tuple[str, ...], places: Mapping[str, Place]) -> Planned:
    said = line.understood
    address = said["address"]
    by = {"account_sid": found.account_sid, "actor_kind": found.actor_kind, "actor_id": found.actor_id}
    told = [
        {**_entry(found.id or 0, line.line, said, purpose).columns(), **by, "record_id": str(uuid.uuid4())}
        for purpose in said["purposes"]
    ]
    new = None
    if not places.keys() & set(spelled):
        ways = [(one, "" if one == address else "spelling") for one in spelled]
        # A file that was checked by an earlier version doesn't know it.
        country = said.get("country") or addresses.country_of(spelled[0])
        new = addresses.phone_of(address), country, ways
    return Planned(line.line, address, spelled, told, new)


def _made(
    session: Session, account_sid: str, unknown: Iterable[Planned], places: Mapping[str, Place], at: datetime
) -> dict[str, Place]:
    """Who is at these addresses, made where there is nobody."""
    first = {one.spelled[0]: one for one in unknown}
    new = [one.new for one in first.values() if one.new is not None and not places.keys() & set(one.spelled)]
    made = contacts_at_once.add(session, account_sid, at, new)
    if made is not None:
        known_again.look(session, account_sid, list(made), at)
    made = made or {}
    # Somebody else was first, or knows them by another spelling, from a time when only one was kept.
    left = {one.address for one in unknown if one.address not in made}
    for address in sorted(left):
        find_or_create.add_contact(session, account_sid, address, at)
    return {**made, **contacts_at_once.places(session, account_sid, left)} if left else made


def _entry(number: int, line: int, said: Mapping[str, Any], purpose: str) -> Entry:
    told = {"import": number, "line": line}
    return Entry(
        # It is known once the person is.
        address_id=0,
        purpose=purpose,
        state=state_of(said),
        source=said["source"],
        expressed_by="import",
        evidence_key=f"import:{number}:{line}:{purpose}",
        occurred_at=datetime.fromisoformat(said["at"]),
        basis="express" if said["action"] == "in" else "",
        proof=said["proof"],
        notice_text=said["wording"],
        detail={**told, "source": said["source_told"]} if said["source_told"] else told,
        import_id=number,
    )
