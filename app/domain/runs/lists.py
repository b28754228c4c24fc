"""Begin a run: its template, and the list of whom it goes to, from a file, from numbers, or from a run before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from app.domain import access, audit, csv_file
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.csv_file import FileUnreadable
from app.domain.runs import variable_columns
from app.domain.storable_text import storable
from app.domain.templates import rendering
from app.domain.templates import values as template_values
from app.store import accounts
from app.store.database import Database, Session
from app.store.runs import recipients, results, rows
from app.store.templates import rows as templates

STAGED_AT_ONCE = 500
NAME_LENGTH = 120
# A comma within a number is what a spreadsheet made of it.
_BETWEEN = re.compile(r"[\n;\t]+|,(?=\s|\+)")


class RunRefused(Exception):
    """This can't be done with the run now; `code` says why, in the words of RUN_REFUSALS.

    `names` are the variables that it is about.
    """

    def __init__(self, code: str, names: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.names = sorted(names)


@dataclass(frozen=True)
class NewRun:
    """A run to be: what people call it, its template, and the number it is sent from; '' leaves that to the routes."""

    name: str
    content_sid: str
    sender: str = ""


def from_file(database: Database, actor: Actor, new: NewRun, file: IO[bytes]) -> int:
    """A run to the lines of a CSV file, kept as they are. Raises NotAllowed, RunRefused, FileUnreadable."""
    access.require(actor, "run.manage")
    table = csv_file.read(file)
    try:
        return begin(database, actor, new, table.columns, table.lines)
    finally:
        table.let_go()


def from_numbers(database: Database, actor: Actor, new: NewRun, typed: str) -> int:
    """A run to the numbers in a text, one on each line, or with signs between. Raises NotAllowed, RunRefused."""
    access.require(actor, "run.manage")
    numbers = [one.strip() for one in _BETWEEN.split(typed) if one.strip()]
    if not numbers:
        raise FileUnreadable("file_empty")
    return begin(database, actor, new, ["phone"], enumerate(([one] for one in numbers), start=1))


def from_failed(database: Database, actor: Actor, new: NewRun, earlier: int, code: str) -> int:
    """A run to those of an earlier one whose message failed with this code. Raises NotAllowed, RunRefused."""
    access.require(actor, "run.manage")
    before = database.read(lambda session: rows.get(session, actor.account_sid, earlier))
    if before is None:
        raise RunRefused("unknown")
    if before.list_deleted_at is not None:
        raise RunRefused("list_deleted")
    number = begin(database, actor, new, before.columns["names"], _failed(database, actor.account_sid, earlier, code))
    kept = before.mapping
    database.write(lambda session: rows.change(session, actor.account_sid, number, mapping=kept))
    return number


def _failed(database: Database, account_sid: str, earlier: int, code: str) -> Iterator[tuple[int, list[str]]]:
    after = 0
    while found := database.read(
        lambda session, after=after: _failed_lines(session, account_sid, earlier, code, after)  # type: ignore[misc]
    ):
        yield from found
        after = found[-1][0]


def _failed_lines(
    session: Session, account_sid: str, earlier: int, code: str, after: int
) -> list[tuple[int, list[str]]]:
    wanted = results.failed_with(session, account_sid, earlier, code, after, STAGED_AT_ONCE)
    return [(row.line, row.cells["cells"]) for row in recipients.by_lines(session, account_sid, earlier, wanted)]


def begin(
    database: Database, actor: Actor, new: NewRun, columns: Sequence[str], lines: Iterator[tuple[int, list[str]]]
) -> int:
    """A run to these lines, each with its number and cells. Raises RunRefused, FileUnreadable."""
    template = database.read(lambda session: templates.by_sid(session, actor.account_sid, new.content_sid))
    if template is None or template.gone_at is not None:
        raise RunRefused("template_unknown")
    name = storable(new.name).strip()[:NAME_LENGTH]
    if not name:
        raise RunRefused("name_missing")
    business = database.read(lambda session: accounts.name_of(session, actor.account_sid))
    guessed = template_values.fields_of(template.content_types, template.variables)
    # Without a name of ours the form asks what to say instead.
    known = {variable: field for variable, field in guessed.items() if business or field != variable_columns.BUSINESS}
    fields = {**known, **template.fillings}
    values: dict[str, Any] = {
        "name": name,
        "state": "staging",
        "content_sid": new.content_sid,
        "category": template.category,
        "sender": new.sender,
        "columns": {"names": [storable(column) for column in columns]},
        "mapping": variable_columns.guess(columns, rendering.needed(template.content_types), fields).as_json(),
        "actor_kind": actor.kind,
        "actor_id": actor.id if actor.kind == "agent" else None,
        "created_at": now(),
    }
    number = database.write(lambda session: rows.add(session, actor.account_sid, **values))
    try:
        count = _stage(database, actor.account_sid, number, lines)
    except FileUnreadable:
        database.write(lambda session: rows.change(session, actor.account_sid, number, state="dropped"))
        raise
    database.write(lambda session: _staged(session, actor, number, count))
    return number


def _staged(session: Session, actor: Actor, number: int, count: int) -> None:
    rows.change(session, actor.account_sid, number, state="staged", lines=count)
    audit.record(session, actor, "run.create", "run", number, lines=count)


def _stage(database: Database, account_sid: str, number: int, lines: Iterator[tuple[int, list[str]]]) -> int:
    count = 0
    for some in csv_file.in_chunks(lines, STAGED_AT_ONCE):
        staged = [{"account_sid": account_sid, "run_id": number, **line} for line in some]
        database.write(partial(recipients.add, rows=staged))
        count += len(staged)
    return count
