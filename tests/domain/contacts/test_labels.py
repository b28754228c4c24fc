"""Labels of contacts: given and taken by who may write, kept in small letters, one person's though contacts joined."""

from __future__ import annotations

import pytest

from app.domain.access import NotAllowed
from app.domain.contacts import labels
from app.domain.contacts.labels import LONGEST, MOST, NotLabelled
from app.domain.people import joins
from app.store import contact_labels
from app.store.database import Database
from app.store.tables import Audit, ContactJoin, ContactLabel
from tests.support.cast import ACCOUNT, ADA, AVA, KIM, NOOR, OTTO, conversation_with, only, rows


def contact(database: Database, customer: str = AVA) -> int:
    """The customer's contact."""
    return conversation_with(database, customer).contact_id


def give(database: Database, number: int, label: str) -> bool:
    """Kim gives a label."""
    return database.write(lambda session: labels.add(session, KIM, number, label))


def held(database: Database, number: int) -> list[str]:
    """The labels that the person has."""
    return database.read(lambda session: labels.of_contact(session, ACCOUNT, number))


def test_a_label_is_given_once_however_it_is_typed_and_taken_away(database: Database) -> None:
    ava = contact(database)
    assert [give(database, ava, typed) for typed in ("VIP  Spring", " vip\x07 \u202espring\u200b", "Über")] == [
        True,
        False,
        True,
    ]
    assert held(database, ava) == ["vip spring", "über"]
    assert database.read(lambda session: contact_labels.all_of(session, ACCOUNT)) == ["vip spring", "über"]
    took = [database.write(lambda session: labels.remove(session, KIM, ava, "vip spring")) for _ in range(2)]
    assert took == [True, False]
    assert held(database, ava) == ["über"]
    told = [row.verb for row in rows(database, Audit) if row.verb.startswith("contact.")]
    assert told == ["contact.label", "contact.label", "contact.unlabel"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (" ", "label_missing"),
        ("\u200b", "label_missing"),
        ("x" * (LONGEST + 1), "label_too_long"),
        ("one more", "too_many_labels"),
    ],
)
def test_what_is_no_label_says_why(database: Database, typed: str, reason: str) -> None:
    ava = contact(database)
    for number in range(MOST):
        give(database, ava, f"label {number}")
    with pytest.raises(NotLabelled, match=reason):
        give(database, ava, typed)
    assert len(rows(database, ContactLabel)) == MOST


def test_who_only_reads_gives_and_takes_none(database: Database) -> None:
    ava = contact(database)
    give(database, ava, "vip")
    with pytest.raises(NotAllowed):
        database.write(lambda session: labels.add(session, OTTO, ava, "new"))
    with pytest.raises(NotAllowed):
        database.write(lambda session: labels.remove(session, OTTO, ava, "vip"))
    assert held(database, ava) == ["vip"]


def test_joined_contacts_have_their_labels_together_and_parted_each_its_own(database: Database) -> None:
    ava, noor = contact(database), contact(database, NOOR)
    give(database, ava, "vip")
    give(database, noor, "berlin")
    database.write(lambda session: joins.join(session, ADA, ava, noor))
    assert held(database, ava) == ["berlin", "vip"]
    number = only(database, ContactJoin).id or 0
    database.write(lambda session: joins.take_back(session, ADA, number))
    assert (held(database, ava), held(database, noor)) == (["vip"], ["berlin"])
