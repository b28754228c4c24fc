"""A run is planned line by line: who would get it, who would not, and why."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.access import NotAllowed
from app.domain.csv_file import FileUnreadable
from app.domain.runs import control, lists, planning
from app.domain.runs.lists import NewRun, RunRefused
from app.domain.runs.variable_columns import FIRST_NAME, Filling, ListColumns, guess
from app.domain.templates import fillings
from app.store.database import Database
from app.store.tables import RunRecipient, Template, TemplateRun
from tests.support.cast import ACCOUNT, ADA, AVA, KIM, SENDER, hear, only, opt_in, rows
from tests.support.runs import BY_COLUMNS, listed, number_of, planned, recipients
from tests.support.templates import template


def test_each_line_is_told_what_becomes_of_it(database: Database) -> None:
    run = listed(
        database,
        2,
        "(415) 555-0001,Twice,bike",
        "4.49E+11,Mangled,bike",
        ",Nobody,bike",
        f"{number_of(9)},Stranger,bike",
        "+4915112345678,,",
    )
    opt_in(database, "whatsapp:+4915112345678", "service")
    run = planned(database, run, ListColumns(0, "US", BY_COLUMNS.variables))
    assert run.state == "planned"
    assert recipients(database, run) == [
        (2, "planned", ""),
        (3, "planned", ""),
        (4, "bad", "duplicate"),
        (5, "bad", "phone_mangled"),
        (6, "bad", "phone_missing"),
        (7, "left_out", "consent_missing"),
        (8, "left_out", "variable_invalid"),
    ]
    first = only(database, RunRecipient, line=2)
    assert first.variables == {"1": "Name 0", "2": "bike 0"}
    assert first.country == "US"


def test_two_spellings_of_a_mobile_and_two_addresses_of_a_person_are_one(database: Database) -> None:
    opt_in(database, "whatsapp:+5531987650001", "service")
    run = planned(database, listed(database, 0, "+5531987650001,A,b", "+553187650001,A,b"))
    assert [state for _, state, _ in recipients(database, run)] == ["planned", "bad"]


def test_a_line_that_goes_counts_though_one_before_it_could_not(database: Database) -> None:
    opt_in(database, AVA, "service")
    run = planned(database, listed(database, 0, f"{AVA},Ava,", f"{AVA},Ava,red", f"{AVA},Ava,blue"))
    assert recipients(database, run) == [
        (2, "left_out", "variable_invalid"),
        (3, "planned", ""),
        (4, "bad", "duplicate"),
    ]


def test_who_opted_out_is_left_out_under_any_spelling(database: Database) -> None:
    opt_in(database, "whatsapp:+5531987650001", "service")
    hear(database, "STOP", From="whatsapp:+553187650001")
    run = planned(database, listed(database, 0, "+5531987650001,A,b"))
    assert recipients(database, run) == [(2, "left_out", "suppressed")]


def test_variables_are_filled_by_columns_names_and_texts(database: Database) -> None:
    opt_in(database, AVA, "service")
    hear(database, From=AVA, ProfileName="Ava Muster")
    run = listed(database, 0, f"{AVA},ignored,bike")
    columns = ListColumns(0, "", {"1": Filling(contact=FIRST_NAME), "2": Filling(text="red one")})
    planned(database, run, columns)
    assert only(database, RunRecipient).variables == {"1": "Ava", "2": "red one"}


def test_what_was_chosen_for_a_template_fills_what_has_no_column(database: Database) -> None:
    opt_in(database, AVA, "service")
    hear(database, From=AVA, ProfileName="Ava Muster")
    sid = template(database, "Hello {{1}}, we call {{2}} about {{3}}.").sid
    number = only(database, Template).id or 0
    chosen = {"2": "phone", "3": "last", "9": "name"}
    assert database.write(lambda session: fillings.choose(session, ADA, number, chosen))
    assert only(database, Template).fillings == {"2": "phone", "3": "last"}
    run = only(database, TemplateRun, id=lists.from_numbers(database, ADA, NewRun("Calls", sid, SENDER), AVA))
    guessed = ListColumns.of(run.mapping).variables
    assert guessed == {"1": Filling(contact=FIRST_NAME), "2": Filling(contact="phone"), "3": Filling(contact="last")}
    planned(database, run, ListColumns(0, "", {**guessed, "3": Filling(contact="country")}))
    assert only(database, RunRecipient).variables == {"1": "Ava", "2": AVA.removeprefix("whatsapp:"), "3": "US"}


def test_columns_are_guessed_by_their_names() -> None:
    found = guess(["Kunde", "Mobile number", "2", "Var 1"], ["1", "2"])
    assert (found.phone, found.variables["1"].column, found.variables["2"].column) == (1, 3, 2)


def test_planning_goes_on_where_it_was_killed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "CHUNK", 2)
    run = listed(database, 5)
    number = run.id or 0
    database.write(lambda session: control.plan(session, ADA, number, BY_COLUMNS))
    assert database.write(lambda session: planning.step(session, ACCOUNT, number))
    assert only(database, TemplateRun).done == 3
    planning.work(database, ACCOUNT)
    assert [state for _, state, _ in recipients(database, run)] == ["planned"] * 5


def test_a_plan_made_anew_looks_at_every_line_again(database: Database) -> None:
    run = planned(database, listed(database, 2))
    run = planned(database, run, ListColumns(0, "", {"1": Filling(column=1), "2": Filling(column=3)}))
    assert [reason for _, _, reason in recipients(database, run)] == ["variable_invalid"] * 2


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (ListColumns(9, "", BY_COLUMNS.variables), "columns_unknown"),
        (ListColumns(0, "", {"1": Filling(column=60), "2": Filling()}), "columns_unknown"),
        (ListColumns(0, "", {"1": Filling(column=1)}), "variables_unfilled"),
        (ListColumns(0, "", {"1": Filling(column=1), "2": Filling(text="")}), "variables_unfilled"),
        (ListColumns(0, "", {**BY_COLUMNS.variables, "firstname": Filling(text="x")}), "variables_unknown"),
    ],
)
def test_columns_that_do_not_fit_are_refused(database: Database, columns: ListColumns, code: str) -> None:
    number = listed(database).id or 0
    with pytest.raises(RunRefused, match=code):
        database.write(lambda session: control.plan(session, ADA, number, columns))


@pytest.mark.parametrize(
    ("new", "code"), [({"name": " "}, "name_missing"), ({"content_sid": "HX" + "0" * 32}, "template_unknown")]
)
def test_a_run_needs_a_name_and_a_template(database: Database, new: dict[str, Any], code: str) -> None:
    values = {"name": "Bikes", "content_sid": template(database).sid, "sender": SENDER, **new}
    with pytest.raises(RunRefused, match=code):
        lists.from_numbers(database, ADA, NewRun(**values), number_of(1))


def test_an_empty_list_and_somebody_who_may_not_are_refused(database: Database) -> None:
    new = NewRun("Bikes", template(database).sid, SENDER)
    with pytest.raises(FileUnreadable):
        lists.from_numbers(database, ADA, new, " \n ; ")
    with pytest.raises(NotAllowed):
        lists.from_numbers(database, KIM, new, number_of(1))
    assert rows(database, TemplateRun) == []
