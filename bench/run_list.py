"""A run's list of people who agreed, the template, and the plan."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.contacts import find_or_create
from app.domain.runs import control, lists, planning
from app.domain.runs.lists import NewRun
from app.domain.runs.variable_columns import Filling, ListColumns
from app.store.database import Database, Session
from app.store.templates import rows as templates

SID = "HX" + "a" * 32
TEXT = "Hello {{1}}, your bike is ready."
_NAMES = ListColumns(0, "", {"1": Filling(text="Ann")})
_AT_ONCE = 200


def number_of(index: int) -> str:
    """The telephone number of one of the people."""
    return f"+1415{5000000 + index}"


def people(database: Database, who: Actor, count: int) -> None:
    """So many who agreed, and the template."""
    columns = {
        "friendly_name": "bench",
        "language": "en",
        "content_types": {"twilio/text": {"body": TEXT}},
        "kind": "twilio/text",
        "body": TEXT,
        "status": "approved",
        "category": "UTILITY",
        "synced_at": now(),
    }
    database.write(lambda session: templates.add(session, who.account_sid, SID, **columns))
    for start in range(0, count, _AT_ONCE):
        database.write(partial(_agree, who=who, some=range(start, min(start + _AT_ONCE, count))))


def _agree(session: Session, who: Actor, some: range) -> None:
    at = now() - timedelta(days=1)
    for index in some:
        address_id = find_or_create.address_id_of(session, who.account_sid, f"whatsapp:{number_of(index)}", at)
        entry = Entry(
            address_id=address_id,
            purpose="service",
            state="given",
            source="paper",
            expressed_by="agent",
            evidence_key=f"bench:{index}",
            occurred_at=at,
            basis="express",
            proof="bench",
        )
        ledger.record(session, who, entry, at)


def plan(database: Database, who: Actor, sender: str, count: int) -> tuple[int, float, float]:
    """The run's number, and how long its plan took, by the clock and in processor time."""
    typed = "\n".join(number_of(index) for index in range(count))
    began, used = time.monotonic(), time.process_time()
    number = lists.from_numbers(database, who, NewRun("Bench", SID, sender), typed)
    database.write(lambda session: control.plan(session, who, number, _NAMES))
    planning.work(database, who.account_sid)
    return number, time.monotonic() - began, time.process_time() - used
