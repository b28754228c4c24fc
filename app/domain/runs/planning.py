"""Plan a run: whom each line means, what the template says to them, and whether the gate would let it leave.

The work goes in chunks, each a transaction of its own; whoever goes on after a crash begins where the last one ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from app.domain.clock import now
from app.domain.contacts import addresses, mobile_spellings, phone_cells
from app.domain.gate import rules as gate
from app.domain.gate.draft import Draft
from app.domain.gate.facts import Facts
from app.domain.runs import known_people, ways
from app.domain.runs.variable_columns import ListColumns
from app.store.database import Database, Session
from app.store.runs import recipients, rows
from app.store.tables import RunRecipient, TemplateRun

CHUNK = 200


@dataclass(frozen=True)
class _Meant:
    """A line whose number is understood."""

    line: RunRecipient
    address: str


def work(database: Database, account_sid: str, only: int | None = None) -> int:
    """Go on with the runs that are being planned. Returns how many chunks were done."""
    done = 0
    for number in database.read(lambda session: rows.in_states(session, account_sid, ("planning",))):
        if only is not None and number != only:
            continue
        while database.write(partial(step, account_sid=account_sid, number=number)):
            done += 1
    return done


def step(session: Session, account_sid: str, number: int) -> bool:
    """Plan the next lines. False when none is left; two workers take turns by the run's row."""
    run = rows.get(session, account_sid, number, lock=True)
    if run is None or run.state != "planning":
        return False
    found = recipients.lines(session, account_sid, number, run.done, CHUNK)
    if not found:
        rows.change(session, account_sid, number, state="planned", done=0)
        return False
    recipients.plan(session, account_sid, _planned(session, run, found, now()))
    rows.change(session, account_sid, number, done=found[-1].line)
    return True


def _planned(session: Session, run: TemplateRun, found: Sequence[RunRecipient], at: datetime) -> list[dict[str, Any]]:
    columns = ListColumns.of(run.mapping)
    planned, meant = [], []
    for line in found:
        try:
            address = phone_cells.address_of(columns.number_in(line.cells["cells"]), columns.country)
        except phone_cells.PhoneFault as fault:
            planned.append(_row(line, "bad", fault.code))
        else:
            meant.append(_Meant(line, address))
    there = ways.facts_of(session, run, [one.address for one in meant])
    known = known_people.about(session, run, columns, there)
    people = {one.address: _person(one.address, there[one.address]) for one in meant}
    seen = recipients.known_people(session, run.account_sid, run.id or 0, set(people.values()), run.done)
    for one in meant:
        about, person = there[one.address], people[one.address]
        values = columns.values(one.line.cells["cells"], known[one.address])
        state, reason = ("bad", "duplicate") if person in seen else _answer(run, about, values, at)
        if state == "planned":
            seen.add(person)
        country = addresses.country_of(one.address)
        planned.append(
            _row(one.line, state, reason, address=one.address, person=person, country=country, variables=values)
        )
    return planned


def _answer(run: TemplateRun, about: Facts, values: dict[str, str], at: datetime) -> tuple[str, str]:
    draft = Draft(content_sid=run.content_sid, content_variables=tuple(values.items()))
    decision = gate.foresee(about, draft, at)
    return ("planned", "") if decision.allowed else ("left_out", decision.rule)


def _person(address: str, about: Facts) -> str:
    """The same for every spelling of a mobile, and every address of one contact."""
    return f"contact:{about.contact_id}" if about.contact_id else mobile_spellings.spellings(address)[0]


def _row(line: RunRecipient, state: str, reason: str, **more: Any) -> dict[str, Any]:
    empty = {"address": "", "person": "", "country": "", "variables": {}}
    return {"number": line.id, "state": state, "reason": reason, **empty, **more}
