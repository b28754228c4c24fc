"""An import's work goes in short turns beside everybody else's, and any number of workers may be at it."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.consent import import_apply, import_check, import_turns, import_work, imports
from app.domain.consent.import_turns import Overtaken, Turns
from app.store.consent import records
from app.store.database import Database
from app.store.tables import Address, ConsentImport, ConsentImportLine, ConsentRecord, Contact
from tests.domain.consent.importing import CHOSEN, GOOD, HEADER, apply, bring
from tests.support.cast import ACCOUNT, ADA, hear, only, rows


def test_two_workers_at_once_record_each_line_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_work, "READ_AT_ONCE", 4)
    monkeypatch.setattr(imports, "STANDS_BACK_SECONDS", 0.0)
    number = bring(database, *(GOOD.replace("0123", f"0{100 + n}") for n in range(60)))
    database.write(lambda session: imports.apply(session, ADA, number))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: imports.work(database, ACCOUNT), range(3)))
    assert len({record.evidence_key for record in rows(database, ConsentRecord)}) == 60
    assert len(rows(database, Contact)) == 60
    found = only(database, ConsentImport)
    assert (found.state, found.settled, found.records) == ("applied", True, 60)


def test_what_was_prepared_is_not_kept_once_the_file_was_dropped(database: Database) -> None:
    number = imports.stage(database, ADA, "list.csv", io.BytesIO(f"{HEADER}\n{GOOD}".encode()))
    mapping = {**CHOSEN, **only(database, ConsentImport).mapping}
    database.write(lambda session: imports.check(session, ADA, number, mapping))
    found = only(database, ConsentImport)
    looked = database.read(lambda session: import_check.looked_at(session, found, 10))
    database.write(lambda session: imports.drop(session, ADA, number))
    with pytest.raises(Overtaken):
        Turns(database).write(found, looked, partial(import_check.keep, found=found))
    assert only(database, ConsentImportLine).understood == {}


def test_who_writes_while_their_line_is_prepared_stays_one_person(database: Database) -> None:
    brazil = GOOD.replace("+14155550123", "+55 11 96123-4567")
    number = bring(database, GOOD, brazil, GOOD.replace("marketing", "service"))
    database.write(lambda session: imports.apply(session, ADA, number))
    found = only(database, ConsentImport)
    plan = database.read(lambda session: import_apply.plan(session, found, 10))
    hear(database)
    hear(database, From="whatsapp:+551161234567", WaId="551161234567")
    Turns(database).write(found, plan.lines, partial(import_apply.keep, found=found, places=plan.places))
    assert len(rows(database, Contact)) == 2
    assert len(rows(database, ConsentRecord)) == 3
    whose = {address.id: address.contact_id for address in rows(database, Address)}
    recorded = [whose[record.address_id] for record in rows(database, ConsentRecord)]
    assert sorted(map(recorded.count, set(recorded))) == [1, 2]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_those_it_made_are_looked_up_and_not_looked_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_turns, "COUNTED_AT", 100)
    apply(database, bring(database, *(GOOD.replace("0123", f"{1000 + n}") for n in range(300))))
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool) -> None:
        asked.append((text, values))

    sa.event.listen(database.reads, "before_cursor_execute", note)
    some = [contact.id or 0 for contact in rows(database, Contact)][:8]
    asked.clear()
    database.read(lambda session: records.deciding(session, ACCOUNT, some))
    sa.event.remove(database.reads, "before_cursor_execute", note)
    with database.reads.connect() as connection:
        plans = ["\n".join(connection.exec_driver_sql(f"EXPLAIN {text}", values).scalars()) for text, values in asked]
    assert len(plans) == 2
    for plan, column in zip(plans, ("contact_id", "address_id"), strict=True):
        named = [line for line in plan.splitlines() if f"({column} = ANY" in line]
        assert any("Index Cond" in line for line in named), plan
        assert not any("Filter" in line for line in named), plan


def test_a_turn_takes_as_many_lines_as_fit_into_its_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    number = bring(database, GOOD)
    for seconds, size in ((0.0, import_turns.LEAST), (3600.0, 2 * import_turns.FIRST)):
        for name in ("TURN_SECONDS", "TURN_SECONDS_BESIDE"):
            monkeypatch.setattr(import_turns, name, seconds)
        turns = Turns(database)
        found = only(database, ConsentImport, id=number)
        turns.write(found, range(import_turns.FIRST), lambda _session, some: {"done": some[-1]})
        assert turns.size == size
