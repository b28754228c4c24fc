"""A run to people who are known here: who fits is on its list, once, as they are now."""

from __future__ import annotations

import pytest

from app.domain.access import NotAllowed
from app.domain.contacts import labels
from app.domain.people import joins
from app.domain.runs import chosen_people
from app.domain.runs.chosen_people import Choice
from app.domain.runs.lists import NewRun, RunRefused
from app.domain.runs.variable_columns import FIRST_NAME, Filling, ListColumns
from app.store import contact_words
from app.store.database import Database
from app.store.tables import RunRecipient, TemplateRun
from tests.support.cast import ADA, AVA, KIM, NOOR, SENDER, conversation_with, hear, only, opt_in, rows
from tests.support.runs import planned, recipients
from tests.support.templates import template

BO, CY = "whatsapp:+4915112345678", "whatsapp:+4915112345679"


def known(database: Database) -> dict[str, int]:
    """Four people who wrote; Ava and Bo have a label, Bo and Cy are in Germany, Noor and Bo opted in."""
    for customer, name in ((AVA, "Ava Muster"), (NOOR, "Noor Ali"), (BO, "Bo Muster"), (CY, "Cy Ohm")):
        hear(database, From=customer, ProfileName=name)
    found = {customer: conversation_with(database, customer).contact_id for customer in (AVA, NOOR, BO, CY)}
    for customer in (AVA, BO):
        database.write(lambda session, one=found[customer]: labels.add(session, KIM, one, "VIP"))  # type: ignore[misc]
    opt_in(database, BO, "service")
    opt_in(database, NOOR, "service")
    hear(database, "STOP", From=NOOR)
    return found


def chosen(database: Database, choice: Choice) -> list[str]:
    """The names on the list of a run to these people."""
    sid = template(database).sid
    number = chosen_people.from_people(database, ADA, NewRun("Bikes", sid, SENDER), choice)
    cells = [row.cells["cells"] for row in rows(database, RunRecipient, run_id=number)]
    return sorted(name.split()[0] for _phone, name in cells)


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (Choice(label="vip "), ["Ava", "Bo"]),
        (Choice(search="muster"), ["Ava", "Bo"]),
        (Choice(search="+49 151 1234567"), ["Bo", "Cy"]),
        (Choice(country="DE"), ["Bo", "Cy"]),
        (Choice(opted_in="service"), ["Bo"]),
        (Choice("vip", "muster", "DE", "service"), ["Bo"]),
    ],
)
def test_who_fits_all_of_it_is_on_the_list(database: Database, choice: Choice, names: list[str]) -> None:
    known(database)
    assert chosen(database, choice) == names


def test_the_list_is_planned_as_others_are_and_stays_as_it_was(database: Database) -> None:
    people = known(database)
    chosen(database, Choice(label="vip"))
    run = only(database, TemplateRun)
    assert run.columns["names"] == ["phone", "name"]
    database.write(lambda session: labels.add(session, KIM, people[CY], "vip"))
    run = planned(database, run, by_name())
    assert [state for _line, state, _reason in recipients(database, run)] == ["planned", "planned"]
    assert only(database, RunRecipient, line=1).variables == {"1": "Ava Muster", "2": "Ava"}


def by_name() -> ListColumns:
    """The name as it stands in the list, and as it is known."""
    return ListColumns(0, "", {"1": Filling(column=1), "2": Filling(contact=FIRST_NAME)})


def test_joined_contacts_are_one_and_are_written_to_where_they_wrote_from_last(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A page of the list for each.
    monkeypatch.setattr(chosen_people, "AT_ONCE", 1)
    people = known(database)
    database.write(lambda session: joins.join(session, ADA, people[AVA], people[BO]))
    hear(database, From=BO, ProfileName="Ava Muster")
    assert chosen(database, Choice(label="vip")) == ["Ava"]
    assert only(database, RunRecipient).cells["cells"][0] == BO.removeprefix("whatsapp:")
    assert chosen(database, Choice(country="US")) == ["Ava"]


def test_of_several_addresses_the_one_that_agreed_is_written_to(database: Database) -> None:
    people = known(database)
    database.write(lambda session: joins.join(session, ADA, people[CY], people[BO]))
    hear(database, From=CY, ProfileName="Cy Ohm")
    assert chosen(database, Choice(opted_in="service")) == ["Cy"]
    assert only(database, RunRecipient).cells["cells"][0] == BO.removeprefix("whatsapp:")


@pytest.mark.parametrize("choice", [Choice(), Choice(label="nobody"), Choice(country="Atlantis"), Choice(opted_in="x")])
def test_without_anybody_there_is_no_run(database: Database, choice: Choice) -> None:
    known(database)
    with pytest.raises(RunRefused, match="nobody_chosen"):
        chosen(database, choice)
    assert rows(database, TemplateRun) == []


def test_a_search_that_is_cut_is_no_list(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    known(database)
    monkeypatch.setattr(contact_words, "MOST_FOUND", 1)
    with pytest.raises(RunRefused, match="search_too_wide"):
        chosen(database, Choice(label="vip", search="muster"))


def test_who_may_not_send_to_many_chooses_nobody(database: Database) -> None:
    known(database)
    with pytest.raises(NotAllowed):
        chosen_people.from_people(database, KIM, NewRun("Bikes", "HX", SENDER), Choice(label="vip"))
