"""Opt-ins and opt-outs brought from a file: staged, checked, applied as a whole, and taken back as a whole.

The work goes in chunks. What a chunk says is read and understood beside whoever writes, and kept in short turns
(`import_turns.py`), so that a webhook never waits for more than one; whoever goes on after a crash begins where the
last turn ended. Records count once the whole is marked applied, and not before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePath
from typing import IO, Any

from app.consent_words import PURPOSES
from app.domain import access, audit, csv_file
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import import_work
from app.domain.consent.import_lines import FIELDS, guess
from app.domain.consent.import_turns import Overtaken, Turns
from app.domain.csv_file import FileUnreadable
from app.domain.storable_text import storable
from app.store.consent import imports as rows
from app.store.database import Database, Session
from app.store.tables import ConsentImport

STAGED_AT_ONCE = 250
STANDS_BACK_SECONDS = 1.0


class ImportRefused(Exception):
    """This can't be done with the import now; `code` is unknown, not_now, phone_unmapped, date_unmapped or unmapped."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def stage(database: Database, actor: Actor, name: str, file: IO[bytes]) -> int:
    """Keep the lines of a file as they are. Returns the import's number. Raises NotAllowed, FileUnreadable."""
    access.require(actor, "consent.import")
    table = csv_file.read(file)
    columns: dict[str, Any] = {
        "name": storable(PurePath(name.replace("\\", "/")).name)[:200] or "?",
        "state": "staging",
        "encoding": table.encoding,
        "separator": table.separator,
        "columns": {"names": [storable(column) for column in table.columns]},
        "mapping": {"columns": guess(table.columns)},
        "actor_kind": actor.kind,
        "actor_id": actor.id if actor.kind == "agent" else None,
        "created_at": now(),
    }
    number = database.write(lambda session: rows.add(session, actor.account_sid, **columns))
    try:
        lines = _stage_lines(database, actor.account_sid, number, table.lines)
    except FileUnreadable:
        database.write(lambda session: rows.change(session, actor.account_sid, number, state="dropped"))
        raise
    finally:
        table.let_go()
    database.write(lambda session: rows.change(session, actor.account_sid, number, state="staged", lines=lines))
    return number


def _stage_lines(database: Database, account_sid: str, number: int, found: Iterator[tuple[int, list[str]]]) -> int:
    lines = 0
    for some in csv_file.in_chunks(found, STAGED_AT_ONCE):
        staged = [{"account_sid": account_sid, "import_id": number, **line} for line in some]
        database.write(partial(rows.add_lines, rows=staged))
        lines += len(staged)
    return lines


def check(session: Session, actor: Actor, number: int, mapping: Mapping[str, Any]) -> None:
    """Have every line looked at by this mapping of columns. Raises NotAllowed, ImportRefused."""
    found = _held(session, actor, number, ("staged", "ready"))
    columns = {field: place for field, place in mapping["columns"].items() if field in FIELDS}
    count = len(found.columns["names"])
    if any(not 0 <= place < count for place in columns.values()):
        raise ImportRefused("unmapped")
    for field, default in (("phone", ""), ("date", ""), ("action", mapping["action"]), ("purpose", mapping["purpose"])):
        if field not in columns and not default:
            raise ImportRefused(f"{field}_unmapped")
    if mapping["purpose"] not in ("", "all", *PURPOSES):
        raise ImportRefused("purpose_unmapped")
    fresh = {"done": 0, "good": 0, "bad": 0}
    kept = {**mapping, "columns": columns}
    rows.change(session, actor.account_sid, number, state="checking", mapping=kept, **fresh)


def apply(session: Session, actor: Actor, number: int) -> None:
    """Record what the good lines say. Raises NotAllowed, ImportRefused."""
    found = _held(session, actor, number, ("ready",))
    if not found.good:
        raise ImportRefused("not_now")
    rows.change(session, actor.account_sid, number, state="applying", done=0, records=0)
    audit.record(session, actor, "consent.import", "import", number, good=found.good, bad=found.bad)


def take_back(session: Session, actor: Actor, number: int) -> None:
    """Let the import's records count no more; the ledger keeps them. Raises NotAllowed, ImportRefused."""
    _held(session, actor, number, ("applied",))
    when_and_who = {"taken_back_at": now(), "taken_back_by": actor.name}
    rows.change(session, actor.account_sid, number, state="taken_back", done=0, settled=False, **when_and_who)
    audit.record(session, actor, "consent.import_taken_back", "import", number)


def drop(session: Session, actor: Actor, number: int) -> None:
    """Forget the lines of a file that was never applied. Raises NotAllowed, ImportRefused."""
    _held(session, actor, number, ("staging", "staged", "checking", "ready"))
    rows.change(session, actor.account_sid, number, state="dropped", done=0, settled=False)


def work(database: Database, account_sid: str, only: int | None = None) -> int:
    """Go on with the imports that there is work for, chunk by chunk. Returns how many chunks were done."""
    turns, done = Turns(database), 0
    for number in database.read(lambda session: rows.waiting(session, account_sid)):
        if only in (None, number):
            done += _work(turns, account_sid, number)
    return done


def _work(turns: Turns, account_sid: str, number: int) -> int:
    done, is_left = 0, True
    while is_left:
        try:
            is_left = import_work.step(turns, account_sid, number)
            done += 1
        except Overtaken:
            # Two who go on at once prepare the same lines; one of them stands back.
            time.sleep(STANDS_BACK_SECONDS)
    return done


def _held(session: Session, actor: Actor, number: int, states: tuple[str, ...]) -> ConsentImport:
    access.require(actor, "consent.import")
    found = rows.get(session, actor.account_sid, number, lock=True)
    if found is None:
        raise ImportRefused("unknown")
    if found.state not in states:
        raise ImportRefused("not_now")
    return found
