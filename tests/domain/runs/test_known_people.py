"""What is known of people fills a run's variables where it was chosen; who lacks it is left out."""

from __future__ import annotations

from functools import partial

import pytest

from app.domain.clock import now
from app.domain.contacts import fields
from app.domain.gate.draft import Draft
from app.domain.people import joins
from app.domain.runs import lists, report
from app.domain.runs.lists import NewRun
from app.domain.runs.variable_columns import Filling, ListColumns, contact_field
from app.domain.sending import outbox
from app.domain.templates import fillings
from app.store import accounts
from app.store.database import Database
from app.store.tables import RunRecipient, Template, TemplateRun
from tests.support.cast import ACCOUNT, ADA, AVA, NOOR, SENDER, conversation_with, hear, only, opt_in, rows
from tests.support.runs import number_of, planned, recipients
from tests.support.templates import template

BO = f"whatsapp:{number_of(1)}"


@pytest.fixture
def ava_and_bo(database: Database) -> int:
    """Ava and Bo, who agreed to service messages and wrote. Returns Ava's contact."""
    for who, name in ((AVA, "Ava\tMuster"), (BO, "Bo Beispiel")):
        opt_in(database, who, "service")
        hear(database, From=who, ProfileName=name)
    return conversation_with(database, AVA).contact_id


def run_to(database: Database, sid: str, *customers: str) -> TemplateRun:
    """A run to their numbers, as it is staged."""
    typed = "\n".join(one.removeprefix("whatsapp:") for one in customers)
    return only(database, TemplateRun, id=lists.from_numbers(database, ADA, NewRun("Orders", sid, SENDER), typed))


def values(database: Database) -> list[dict[str, str]]:
    """The values for each line."""
    return [one.variables for one in sorted(rows(database, RunRecipient), key=lambda one: one.line)]


def test_fields_of_people_and_our_name_fill_what_was_chosen(database: Database, ava_and_bo: int) -> None:
    hear(database, From=NOOR)
    noor = conversation_with(database, NOOR).contact_id
    database.write(lambda session: fields.add(session, ADA, noor, "Order number", "4711"))
    database.write(lambda session: joins.join(session, ADA, ava_and_bo, noor))
    database.write(lambda session: accounts.ensure(session, ACCOUNT, now(), "Bikes & Co"))
    sid = template(database, "Hello {{1}}, order {{2}} of {{3}}.", variables={"2": "0815"}).sid
    number = only(database, Template).id or 0
    chosen = {"2": "field:ORDER number", "3": "business"}
    database.write(lambda session: fillings.choose(session, ADA, number, chosen))
    run = run_to(database, sid, AVA, BO, f"whatsapp:{number_of(2)}")
    opt_in(database, f"whatsapp:{number_of(2)}", "service")
    guessed = ListColumns.of(run.mapping)
    assert guessed.variables["2"] == Filling(contact="field:order number")
    run = planned(database, run, guessed)
    assert recipients(database, run) == [
        (1, "planned", ""),
        (2, "left_out", "variable_invalid"),
        (3, "left_out", "variable_invalid"),
    ]
    csv = "".join(report.export(database, ADA, run.id or 0) or ())
    told = [line.rsplit(",", 2)[1:] for line in csv.splitlines()[1:]]
    assert told == [
        ['"Ava\tMuster"', '""'],
        ['"Bo Beispiel"', '"2 (field:order number)"'],
        ['""', '"1 (first_name); 2 (field:order number)"'],
    ]
    assert values(database) == [
        {"1": "Ava", "2": "4711", "3": "Bikes & Co"},
        {"1": "Bo", "2": "", "3": "Bikes & Co"},
        {"1": "", "2": "", "3": "Bikes & Co"},
    ]


def test_what_a_template_said_last_fills_a_variable(database: Database, ava_and_bo: int) -> None:
    sid, other = template(database).sid, template(database, friendly_name="other").sid
    there, sent = conversation_with(database, AVA).id or 0, partial(outbox.enqueue, actor=ADA)
    for template_sid, said in ((sid, "4710"), (sid, "4711"), (other, "4712")):
        draft = Draft(content_sid=template_sid, content_variables=(("1", "Ava"), ("2", said)))
        database.write(partial(sent, conversation_id=there, draft=draft, request_key=said))
    columns = ListColumns(0, "", {"1": Filling(contact="name"), "2": Filling(contact="last")})
    run = planned(database, run_to(database, sid, AVA, BO), columns)
    assert recipients(database, run) == [(1, "planned", ""), (2, "left_out", "variable_invalid")]
    assert values(database) == [{"1": "Ava Muster", "2": "4711"}, {"1": "Bo Beispiel", "2": ""}]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("last", "last"),
        ("field: Order  Number", "field:order number"),
        ("field:", ""),
        ("field:" + "x" * 41, ""),
        ("field:\x00", "field:\ufffd"),
        ("agent", ""),
        ("nothing", ""),
        ("3", ""),
    ],
)
def test_what_may_fill_a_line_is_told_from_what_may_not(typed: str, kept: str) -> None:
    assert contact_field(typed) == kept


@pytest.mark.parametrize(("our_name", "filled"), [("Bikes & Co", "business"), ("", "")])
def test_our_name_is_guessed_where_there_is_one(database: Database, our_name: str, filled: str) -> None:
    database.write(lambda session: accounts.ensure(session, ACCOUNT, now(), our_name))
    run = run_to(database, template(database, "Hello from {{company}}.", variables={"company": "Shop"}).sid, AVA)
    assert ListColumns.of(run.mapping).variables["company"].contact == filled
