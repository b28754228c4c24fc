"""The list of people by what is in force: filters, pages, and counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from app.store import contact_words, contacts
from app.store.consent import people, people_counts, states
from app.store.consent.people_filter import PeopleFilter
from app.store.database import Database, Session
from app.store.inserts import insert, insert_many
from app.store.tables import ConsentRecord, ConsentState
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, rows

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def add_person(session: Session, number: int, **state: object) -> int:
    """Somebody with one state, which began `number` minutes after the first."""
    address = f"whatsapp:+4930{number:08d}"
    contact_id = contacts.add_contact(session, ACCOUNT, BEGAN, name=f"Person {number}")
    contacts.add_address(session, ACCOUNT, contact_id, address, address, "", BEGAN)
    return add_state(session, contact_id, number, **state)


def add_state(session: Session, contact_id: int, minute: int, **changed: object) -> int:
    """One more state of a person; returns the contact's number."""
    at = BEGAN + timedelta(minutes=minute)
    address = contacts.addresses_of(session, ACCOUNT, contact_id)[0]
    common: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "purpose": "marketing",
        "state": "given",
        "source": "form",
        "region": "DE",
        "scope": "",
    }
    common |= {name: value for name, value in changed.items() if name in common}
    record = {"record_id": "r", "address_id": address.id, "expressed_by": "principal", "actor_kind": "agent"}
    times = {"occurred_at": at, "recorded_at": at, "evidence_key": f"{contact_id}:{minute}"}
    number = insert(session, ConsentRecord, {**common, **record, **times})
    flags = {"overruled": False, "blocked": False} | {k: v for k, v in changed.items() if k not in common}
    derived = {"contact_id": contact_id, "identity": address.address, "record_id": number, "since": at, **flags}
    insert_many(session, ConsentState, [{**common, **derived}])
    return contact_id


@pytest.fixture
def crowd(database: Database) -> list[int]:
    """120 people: every third opted out, every fourth from Great Britain, one blocked, one overruled."""

    def fill(session: Session) -> list[int]:
        return [
            add_person(
                session,
                number,
                state="withdrawn" if number % 3 == 0 else "given",
                region="GB" if number % 4 == 0 else "DE",
                source="keyword" if number % 3 == 0 else "form",
                blocked=number == 9,
                overruled=number == 10,
            )
            for number in range(120)
        ]

    return database.write(fill)


def walk(database: Database, wanted: PeopleFilter) -> list[int]:
    """Everybody who fits, page by page."""
    found: list[int] = []
    after = None
    while True:
        page = database.read(partial(people.page, account_sid=ACCOUNT, asked=wanted, after=after))
        assert len(page.entries) <= people.PAGE
        found += [entry.contact_id for entry in page.entries]
        if page.more is None:
            return found
        after = page.more


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (PeopleFilter(), lambda number: True),
        (PeopleFilter(states=("given", "renewed")), lambda number: number % 3 != 0 and number != 10),
        (PeopleFilter(states=("withdrawn",), country="GB"), lambda number: number % 12 == 0),
        (PeopleFilter(source="keyword"), lambda number: number % 3 == 0),
        (PeopleFilter(purpose="marketing"), lambda number: True),
        (PeopleFilter(purpose="service"), lambda number: False),
        (PeopleFilter(blocked=True), lambda number: number == 9),
        (PeopleFilter(overruled=True), lambda number: number == 10),
        (PeopleFilter(overruled=True, states=("given", "renewed")), lambda number: False),
        (PeopleFilter(overruled=True, states=("withdrawn", "refused")), lambda number: number == 10),
        (
            PeopleFilter(given_before=BEGAN + timedelta(minutes=60)),
            lambda number: number < 60 and number % 3 != 0,
        ),
    ],
)
@pytest.mark.parametrize("looked_at", [people.LOOKED_AT, 7])
def test_every_filter_finds_its_people_once_newest_first(
    database: Database,
    crowd: list[int],
    monkeypatch: pytest.MonkeyPatch,
    wanted: PeopleFilter,
    fits: Callable[[int], bool],
    looked_at: int,
) -> None:
    monkeypatch.setattr(people, "LOOKED_AT", looked_at)
    assert walk(database, wanted) == [crowd[number] for number in reversed(range(120)) if fits(number)]


def test_a_person_with_several_states_stands_where_the_newest_that_fits_does(database: Database) -> None:
    one = database.write(lambda session: add_person(session, 1))
    other = database.write(lambda session: add_person(session, 2))
    database.write(lambda session: add_state(session, one, 3, purpose="service", state="withdrawn"))
    assert walk(database, PeopleFilter()) == [one, other]
    assert walk(database, PeopleFilter(purpose="marketing")) == [other, one]
    found = database.read(lambda session: states.of_contacts(session, ACCOUNT, [one]))
    assert len(found[one]) == 2


OUT = ("withdrawn", "refused")
IN = ("given", "renewed")


def test_who_opted_out_of_everything_is_opted_out_of_each_purpose(database: Database) -> None:
    everything, marketing, again, later = database.write(
        lambda session: [add_person(session, number, state="withdrawn", purpose="all") for number in range(1, 5)]
    )
    database.write(lambda session: add_state(session, marketing, 11, state="withdrawn"))
    database.write(lambda session: add_state(session, again, 12))
    database.write(lambda session: add_state(session, later, 0, overruled=True))
    assert walk(database, PeopleFilter(states=OUT, purpose="marketing")) == [marketing, later, everything]
    assert walk(database, PeopleFilter(states=IN, purpose="marketing")) == [again]
    assert walk(database, PeopleFilter(purpose="marketing")) == [again, marketing, later, everything]
    for wanted in (PeopleFilter(states=OUT, purpose="service"), PeopleFilter(purpose="all"), PeopleFilter(states=OUT)):
        assert sorted(walk(database, wanted)) == [everything, marketing, again, later]


def test_an_opt_in_lifts_no_opt_out_of_another_address_or_of_all_our_senders(database: Database) -> None:
    elsewhere, one_sender, same_sender = database.write(
        lambda session: [
            add_person(session, number, state="withdrawn", purpose="all", scope=scope)
            for number, scope in ((1, ""), (2, ""), (3, "whatsapp:+15550000001"))
        ]
    )
    database.write(lambda session: add_state(session, elsewhere, 11, identity="whatsapp:+4930999"))
    for contact in (one_sender, same_sender):
        database.write(lambda session, who=contact: add_state(session, who, 10 + who, scope="whatsapp:+15550000001"))  # type: ignore[misc]
    assert walk(database, PeopleFilter(states=OUT, purpose="marketing")) == [one_sender, elsewhere]


def test_counts_end_where_nobody_reads_on(
    database: Database, crowd: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = partial(people_counts.count_up_to, account_sid=ACCOUNT)
    assert database.read(partial(count, states=())) == (99, True)
    assert database.read(partial(count, states=("withdrawn",))) == (40, False)
    assert database.read(partial(count, states=IN)) == (79, False)
    monkeypatch.setattr(people_counts, "MOST_COUNTED", 10)
    assert database.read(partial(count, states=IN)) == (10, True)


@pytest.mark.parametrize(
    ("wanted", "counted"),
    [
        (PeopleFilter(country="GB"), [(30, False), (20, False), (10, False)]),
        (PeopleFilter(country="GB", states=OUT, source="keyword"), [(10, False), (0, False), (10, False)]),
        (PeopleFilter(purpose="marketing"), [(99, True), (79, False), (40, False)]),
        (PeopleFilter(overruled=True), [(1, False), (0, False), (1, False)]),
        (PeopleFilter(given_before=BEGAN + timedelta(minutes=9)), [(6, False), (6, False), (0, False)]),
        (PeopleFilter(contact_ids=frozenset()), [(0, False)] * 3),
    ],
)
def test_counts_follow_the_other_filters(
    database: Database, crowd: list[int], wanted: PeopleFilter, counted: list[tuple[int, bool]]
) -> None:
    found = database.read(lambda session: people_counts.count_fitting(session, ACCOUNT, wanted, [(), IN, OUT]))
    assert found == counted


def test_a_count_among_those_that_were_looked_at_says_that_there_may_be_more(
    database: Database, crowd: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_counts, "LOOKED_AT", 12)
    wanted = PeopleFilter(purpose="marketing")
    tabs = [IN, OUT, ("expired",)]
    found = database.read(lambda session: people_counts.count_fitting(session, ACCOUNT, wanted, tabs))
    assert found == [(8, True), (4, True), (0, True)]


def test_the_countries_are_those_of_what_is_in_force(database: Database, crowd: list[int]) -> None:
    assert database.read(lambda session: people.countries(session, ACCOUNT)) == ["DE", "GB"]
    assert database.read(lambda session: people.countries(session, STRANGER_ACCOUNT)) == []


def test_people_are_found_by_beginnings_of_names_and_either_end_of_a_number(database: Database) -> None:
    def fill(session: Session) -> list[int]:
        made = []
        for name, address in (
            ("João Pedro Nascimento", "whatsapp:+5511955500141"),
            ("Joana Ícaro", "whatsapp:+447700900266"),
            ("", "whatsapp:GB.13490801221918"),
        ):
            made.append(contacts.add_contact(session, ACCOUNT, BEGAN, profile_name=name))
            contacts.add_address(session, ACCOUNT, made[-1], address, address, "", BEGAN)
        return made

    joao, joana, hidden = database.write(fill)

    def found(query: str) -> set[int]:
        return set(database.read(lambda session: contact_words.find(session, ACCOUNT, query)).contact_ids)

    assert found("joa") == {joao, joana}
    assert found("nasc JOÃO") == {joao}
    assert found("icaro") == {joana}
    assert found("+55 11 9555") == {joao}
    assert found("07700 900266") == found("900 266") == {joana}
    assert found("gb.1349") == {hidden}
    assert found("edro") == found("%") == found("") == set()
    database.write(lambda session: contacts.change(session, ACCOUNT, joana, joined_into_id=joao))
    assert found("icaro") == {joao}
    database.write(lambda session: contacts.rename_profile(session, ACCOUNT, hidden, "Noor K."))
    assert found("noor") == {hidden}


def test_a_name_that_very_many_have_says_that_not_all_were_found(
    database: Database, crowd: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_words, "MOST_FOUND", 30)
    found = database.read(lambda session: contact_words.find(session, ACCOUNT, "person"))
    assert (len(found.contact_ids), found.cut) == (30, True)
    assert walk(database, PeopleFilter(contact_ids=found.contact_ids)) == sorted(found.contact_ids, reverse=True)


def test_nobody_of_another_account_is_seen(database: Database, crowd: list[int]) -> None:
    page = database.read(lambda session: people.page(session, STRANGER_ACCOUNT, PeopleFilter()))
    assert page.entries == []
    assert len(rows(database, ConsentState)) == 120
