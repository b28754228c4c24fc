"""Fields of contacts: kept in one line by who may write, one person's though contacts joined."""

from __future__ import annotations

import pytest

from app.domain.access import NotAllowed
from app.domain.clock import now
from app.domain.contacts import fields
from app.domain.contacts.fields import LONGEST_NAME, LONGEST_VALUE, MOST, NotKept
from app.domain.people import joins
from app.store import contact_fields
from app.store.database import Database
from app.store.tables import Audit, Contact, ContactField, ContactJoin, Conversation, FeedEvent
from tests.support.cast import ACCOUNT, ADA, AVA, KIM, NOOR, OTTO, conversation_with, hear, only, rows
from tests.support.rewriting import rewrite


def contact(database: Database, customer: str = AVA) -> int:
    """The customer's contact."""
    return conversation_with(database, customer).contact_id


def add(database: Database, number: int, name: str, value: str) -> bool:
    """Kim writes a new field down."""
    return database.write(lambda session: fields.add(session, KIM, number, name, value))


def change(database: Database, number: int, name: str, value: str, was: str | None = None) -> bool:
    """Kim lets a field hold something else."""
    return database.write(lambda session: fields.change(session, KIM, number, name, value, was))


def remove(database: Database, number: int, name: str, was: str | None = None) -> bool:
    """Kim removes a field."""
    return database.write(lambda session: fields.remove(session, KIM, number, name, was))


def held(database: Database, number: int) -> dict[str, str]:
    """The fields that the person has."""
    return database.read(lambda session: fields.of_contact(session, ACCOUNT, number))


def test_a_field_is_added_changed_and_removed_however_it_is_typed(database: Database) -> None:
    ava = contact(database)
    assert add(database, ava, " Order\tNum\x07ber ", "47\n 1\x9b1")
    assert add(database, ava, "Über", "x")
    assert not add(database, ava, "order number", "47 11")
    assert change(database, ava, "ORDER NUMBER", "4712")
    assert not change(database, ava, "order number", " 4712 ")
    assert held(database, ava) == {"order number": "4712", "über": "x"}
    assert database.read(lambda session: contact_fields.names(session, ACCOUNT)) == ["order number", "über"]
    assert [remove(database, ava, "Order  number") for _ in range(2)] == [True, False]
    assert held(database, ava) == {"über": "x"}
    told = [(row.verb, row.detail) for row in rows(database, Audit) if row.verb.startswith("contact.")]
    assert told == [("contact.field", {})] * 3 + [("contact.field_removed", {})]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("\u200b ", "x", "field_name_missing"),
        ("x" * (LONGEST_NAME + 1), "x", "field_name_too_long"),
        ("field 1", "\n\u2800", "field_value_missing"),
        ("field 1", "x" * (LONGEST_VALUE + 1), "field_value_too_long"),
        ("one more", "x", "too_many_fields"),
    ],
)
def test_what_is_no_field_says_why(database: Database, name: str, value: str, reason: str) -> None:
    ava = contact(database)
    for number in range(MOST):
        add(database, ava, f"field {number}", "x")
    with pytest.raises(NotKept, match=reason):
        add(database, ava, name, value)
    assert len(rows(database, ContactField, value="x")) == MOST
    assert change(database, ava, "field 1", "y" * LONGEST_VALUE)


def test_a_field_that_is_there_is_not_overwritten_by_adding_it(database: Database) -> None:
    ava = contact(database)
    add(database, ava, "straße", "4711")
    with pytest.raises(NotKept, match="field_there_already") as refused:
        add(database, ava, " Straße", "4712")
    assert (refused.value.name, refused.value.there) == ("straße", "4711")
    assert held(database, ava) == {"straße": "4711"}


def test_what_another_tab_did_meanwhile_is_not_undone(database: Database) -> None:
    ava = contact(database)
    add(database, ava, "order", "1")
    change(database, ava, "order", "2", was="1")
    with pytest.raises(NotKept, match="field_changed") as refused:
        change(database, ava, "order", "3", was="1")
    assert refused.value.there == "2"
    with pytest.raises(NotKept, match="field_changed"):
        remove(database, ava, "order", was="1")
    assert remove(database, ava, "order", was="2")
    with pytest.raises(NotKept, match="field_gone"):
        change(database, ava, "order", "3", was="2")
    assert held(database, ava) == {}


def test_each_conversation_of_the_person_is_told_once(database: Database) -> None:
    ava = contact(database)
    hear(database, From=AVA, To="whatsapp:+4930999")
    add(database, ava, "order", "1")
    assert not add(database, ava, "order", "1")
    told = [event.conversation_id for event in rows(database, FeedEvent, kind="conversation", word="fields")]
    assert set(told) == {one.id for one in rows(database, Conversation, contact_id=ava)}
    assert len(told) == 2


def test_who_only_reads_writes_and_removes_none(database: Database) -> None:
    ava = contact(database)
    add(database, ava, "order", "1")
    with pytest.raises(NotAllowed):
        database.write(lambda session: fields.add(session, OTTO, ava, "order", "2"))
    with pytest.raises(NotAllowed):
        database.write(lambda session: fields.remove(session, OTTO, ava, "order"))
    assert held(database, ava) == {"order": "1"}


def test_joined_contacts_have_their_fields_together_and_parted_each_its_own(database: Database) -> None:
    ava, noor = contact(database), contact(database, NOOR)
    add(database, ava, "order", "of Ava")
    add(database, noor, "order", "of Noor")
    add(database, noor, "bike", "red")
    database.write(lambda session: joins.join(session, ADA, ava, noor))
    # What is written down by a page that shows them apart still is the person's.
    add(database, noor, "size", "L")
    assert held(database, ava) == {"bike": "red", "order": "of Ava", "size": "L"}
    number = only(database, ContactJoin).id or 0
    database.write(lambda session: joins.take_back(session, ADA, number))
    assert held(database, ava) == {"order": "of Ava", "size": "L"}
    assert held(database, noor) == {"bike": "red", "order": "of Noor"}


def test_a_field_of_joined_contacts_is_removed_from_all_of_them(database: Database) -> None:
    ava, noor = contact(database), contact(database, NOOR)
    add(database, ava, "order", "of Ava")
    add(database, noor, "order", "of Noor")
    database.write(lambda session: joins.join(session, ADA, ava, noor))
    assert remove(database, noor, "order")
    assert held(database, ava) == {}


def test_somebody_who_was_erased_gets_none(database: Database) -> None:
    ava = contact(database)
    rewrite(database, only(database, Contact), erased_at=now())
    with pytest.raises(NotKept, match="erased"):
        add(database, ava, "order", "1")
    with pytest.raises(NotKept, match="erased"):
        remove(database, ava, "order")
