"""A run to people who agreed, brought as far as a test wants it."""

from __future__ import annotations

import io
from typing import Any

from app.domain.runs import control, lists, planning
from app.domain.runs.control import Terms
from app.domain.runs.dispatch import Dispatcher
from app.domain.runs.lists import NewRun
from app.domain.runs.variable_columns import Filling, ListColumns
from app.store.database import Database
from app.store.tables import Message, RunRecipient, TemplateRun
from tests.support.cast import ACCOUNT, ADA, SENDER, only, opt_in, rows
from tests.support.templates import template

BY_COLUMNS = ListColumns(0, "", {"1": Filling(column=1), "2": Filling(column=2)})


def number_of(index: int) -> str:
    """A number of the list."""
    return f"+1415555{index:04d}"


def listed(database: Database, count: int = 3, *more: str, agreed: bool = True, **columns: str) -> TemplateRun:
    """A run whose list is there: so many people who agreed to service messages, and `more` lines."""
    sid = template(database, **columns).sid
    lines = [f"{number_of(index)},Name {index},bike {index}" for index in range(count)]
    if agreed:
        for index in range(count):
            opt_in(database, f"whatsapp:{number_of(index)}", "service")
    file = io.BytesIO("\n".join(("phone,name,bike,nothing", *lines, *more)).encode())
    number = lists.from_file(database, ADA, NewRun("Bikes", sid, SENDER), file)
    return only(database, TemplateRun, id=number)


def planned(database: Database, run: TemplateRun, columns: ListColumns = BY_COLUMNS) -> TemplateRun:
    """The run, planned."""
    number = run.id or 0
    database.write(lambda session: control.plan(session, ADA, number, columns))
    planning.work(database, ACCOUNT)
    return only(database, TemplateRun, id=number)


def started(database: Database, run: TemplateRun, **terms: Any) -> Dispatcher:
    """The run, started; what lets it out. Without a rate a hundred of its messages are in the outbox at a time."""
    database.write(lambda session: control.start(session, ADA, run.id or 0, Terms(**terms)))
    return Dispatcher(database, ACCOUNT, rate=0)


def recipients(database: Database, run: TemplateRun) -> list[tuple[int, str, str]]:
    """Line, state and reason of each recipient."""
    found = rows(database, RunRecipient, run_id=run.id)
    return sorted((one.line, one.state, one.reason) for one in found)


def messages(database: Database) -> list[Message]:
    """The messages of runs, in their order."""
    return sorted(rows(database, Message, origin="run"), key=lambda message: message.id or 0)
