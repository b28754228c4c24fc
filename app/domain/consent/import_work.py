"""One chunk of an import: lines checked, records added, or what is in force derived anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.clock import now
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.consent.import_lines import ColumnMapping, Fault, key_of, understand
from app.domain.contacts import addresses, find_or_create, known_again, mobile_spellings
from app.store import contacts, contacts_at_once
from app.store.consent import imports as rows
from app.store.consent import records
from app.store.consent.imports import Line
from app.store.contacts_at_once import Place
from app.store.database import Session
from app.store.tables import ConsentImport

CHUNK = 250


def step(session: Session, account_sid: str, number: int) -> bool:
    """Do the next chunk. False when there is none left; two workers take turns by the import's row."""
    found = rows.get(session, account_sid, number, lock=True)
    if found is None:
        return False
    if found.state == "checking":
        return _check(session, found)
    if found.state == "applying":
        return _apply(session, found)
    if found.settled or found.state not in rows.SETTLING:
        return False
    return _forget(session, found) if found.state == "dropped" else _settle(session, found)


def _check(session: Session, found: ConsentImport) -> bool:
    account_sid, number, at = found.account_sid, found.id or 0, now()
    lines = rows.lines(session, account_sid, number, found.done, CHUNK)
    if not lines:
        rows.change(session, account_sid, number, state="ready", done=0)
        return False
    mapping = ColumnMapping.of(found.mapping)
    looked = [_looked_at(line, mapping, at) for line in lines]
    _compare(session, found, looked)
    rows.change_lines(session, account_sid, looked)
    bad = sum(bool(row["fault"]) for row in looked)
    counts = {"good": found.good + len(looked) - bad, "bad": found.bad + bad}
    rows.change(session, account_sid, number, done=lines[-1].line, **counts)
    return True


def _looked_at(line: Line, mapping: ColumnMapping, at: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"number": line.id, "understood": {}, "fault": "", "key": ""}
    try:
        understood = understand(line.cells["cells"], mapping, at)
    except Fault as fault:
        return {**row, "fault": fault.code}
    return {**row, "understood": understood, "key": key_of(understood)}


def _compare(session: Session, found: ConsentImport, looked: Sequence[dict[str, Any]]) -> None:
    """Find what the file says twice, what is recorded already, and whom only their own START may opt in."""
    good = [row for row in looked if not row["fault"]]
    account_sid, number = found.account_sid, found.id or 0
    spelled = {one for row in good for one in mobile_spellings.spellings(row["understood"]["address"])}
    seen = rows.known_keys(session, account_sid, number, [row["key"] for row in good], found.done)
    recorded = rows.recorded(session, account_sid, spelled)
    blocked = rows.blocked(session, account_sid, spelled)
    for row in good:
        said = row["understood"]
        at, state = datetime.fromisoformat(said["at"]), _state(said)
        held = [(said["address"], purpose) for purpose in (*said["purposes"], "all")]
        if row["key"] in seen:
            row["fault"] = "duplicate"
        elif all((said["identity"], purpose, state, at) in recorded for purpose in said["purposes"]):
            row["fault"] = "already_recorded"
        elif said["action"] == "in" and any(one in blocked for one in held):
            row["fault"] = "blocked_at_twilio"
        seen.add(row["key"])


def _apply(session: Session, found: ConsentImport) -> bool:
    account_sid, number, at = found.account_sid, found.id or 0, now()
    lines = rows.lines(session, account_sid, number, found.done, CHUNK, good=True)
    if not lines:
        rows.change(session, account_sid, number, state="applied", applied_at=at, done=0, settled=False)
        return True
    people = _people(session, account_sid, [line.understood["address"] for line in lines], at)
    by = {"actor_kind": found.actor_kind, "actor_id": found.actor_id}
    added = [
        {
            **_entry(number, line.line, line.understood, purpose, place.address_id).columns(),
            **by,
            "account_sid": account_sid,
            "record_id": str(uuid.uuid4()),
            "region": place.region or place.country,
            "region_source": "set" if place.region else "number" if place.country else "",
            "recorded_at": at,
        }
        for line in lines
        for place in [people[line.understood["address"]]]
        for purpose in line.understood["purposes"]
    ]
    records.add_many(session, added)
    rows.change(session, account_sid, number, done=lines[-1].line, records=found.records + len(added))
    return True


def _settle(session: Session, found: ConsentImport) -> bool:
    """Derive what is in force for the next of those whom the import concerns."""
    account_sid, number = found.account_sid, found.id or 0
    concerned = rows.records_after(session, account_sid, number, found.done, CHUNK)
    if not concerned:
        rows.change(session, account_sid, number, settled=True, done=0)
        return False
    ledger.derive_many(session, account_sid, contacts.lock(session, account_sid, {who for _, who in concerned}))
    rows.change(session, account_sid, number, done=concerned[-1][0])
    return True


def _forget(session: Session, found: ConsentImport) -> bool:
    if rows.delete_lines(session, found.account_sid, found.id or 0, CHUNK * 5):
        return True
    rows.change(session, found.account_sid, found.id or 0, settled=True)
    return False


def _people(session: Session, account_sid: str, wanted: Sequence[str], at: datetime) -> dict[str, Place]:
    """Who is at each of these addresses, made where there is nobody."""
    spelled = {address: mobile_spellings.spellings(address) for address in wanted}
    there = contacts_at_once.places(session, account_sid, {one for of in spelled.values() for one in of})
    missing = {of[0]: (address, of) for address, of in spelled.items() if not there.keys() & set(of)}
    new = [
        (
            addresses.phone_of(address),
            addresses.country_of(of[0]),
            [(o, "" if o == address else "spelling") for o in of],
        )
        for address, of in missing.values()
    ]
    if new and contacts_at_once.add(session, account_sid, at, new):
        known_again.look(session, account_sid, [one for _address, of in missing.values() for one in of], at)
    elif new:
        for address, _of in missing.values():
            find_or_create.add_contact(session, account_sid, address, at)
    for address, of in spelled.items():
        if address not in there and there.keys() & set(of):
            # Known by another spelling, from a time when only one was kept.
            find_or_create.add_contact(session, account_sid, address, at)
    return contacts_at_once.places(session, account_sid, set(wanted))


def _entry(number: int, line: int, said: dict[str, Any], purpose: str, address_id: int) -> Entry:
    told = {"import": number, "line": line}
    return Entry(
        address_id=address_id,
        purpose=purpose,
        state=_state(said),
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


def _state(said: dict[str, Any]) -> str:
    return "given" if said["action"] == "in" else "withdrawn"
