"""Prepared statements: the same values and rows as SQLAlchemy's own, its errors, and nobody's back door."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.database import Database
from app.store.inserts import insert, insert_many
from app.store.prepared import Prepared, command
from app.store.savepoint import savepoint
from app.store.tables import Contact, FeedEvent, Message
from tests.support.account_guard import AccountGuard, AccountNotSaid
from tests.support.cast import ACCOUNT, ago, hear, only, rows
from tests.support.plan_guard import PlanGuard
from tests.support.vocabulary_guard import VocabularyGuard, WordNotListed

MINE = (col(Message.account_sid) == sa.bindparam("account_sid"), col(Message.sid) == sa.bindparam("sid"))
MESSAGE = Prepared(sa.select(Message.__table__).where(*MINE, col(Message.sid) != sa.literal_column("''")))  # type: ignore[attr-defined]
BY_NUMBER = Prepared(sa.select(col(Message.id)).where(col(Message.id) == sa.bindparam("number")))
NEWEST = Prepared(
    sa.select(col(Message.id))
    .where(col(Message.account_sid) == sa.bindparam("account_sid"))
    .order_by(col(Message.id).desc())
    .limit(sa.bindparam("most"))
)
_NAME = sa.select(col(Contact.name)).where(
    col(Contact.account_sid) == sa.bindparam("account_sid"), col(Contact.id) == sa.bindparam("number")
)
NAME = Prepared(_NAME)
NAME_PLANNED_ANEW = Prepared(_NAME, planned_anew=True)
EITHER_NAME = pytest.mark.parametrize("name", [NAME, NAME_PLANNED_ANEW], ids=["kept", "planned anew"])
RENAME = Prepared(
    sa.update(Contact)
    .where(col(Contact.account_sid) == sa.bindparam("the_account"), col(Contact.id) == sa.bindparam("the_id"))
    .values(name=sa.bindparam("name"))
)


def test_a_row_reads_as_the_object_of_its_table_does(database: Database) -> None:
    heard = hear(database, "Hello", Latitude="1.5", Longitude="2.5")
    found = database.read(lambda session: MESSAGE.first(session, {"account_sid": ACCOUNT, "sid": heard.sid}))
    assert found._asdict() == heard.model_dump()
    assert found.occurred_at.tzinfo is UTC
    assert found.details == {"latitude": "1.5", "longitude": "2.5"}


def test_a_moment_of_any_zone_is_kept_as_the_same_moment(database: Database) -> None:
    there = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    database.write(lambda session: insert(session, Contact, {"account_sid": ACCOUNT, "created_at": there}))
    assert only(database, Contact).created_at == there


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"created_at": datetime(2026, 3, 1)}, sa.exc.StatementError),  # noqa: DTZ001
        ({"created_at": ago(), "name": None}, sa.exc.IntegrityError),
        ({}, sa.exc.StatementError),
    ],
    ids=["a moment without zone", "what a column refuses", "a value too few"],
)
def test_what_is_refused_is_sqlalchemys_error_and_nothing_is_kept(
    database: Database, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        database.write(lambda session: insert(session, Contact, {"account_sid": ACCOUNT, **values}))
    assert rows(database, Contact) == []


def test_a_column_that_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError):
        database.write(lambda session: insert(session, Contact, {"account_sid": ACCOUNT, "nam": "Ava"}))


def test_a_statement_without_account_is_refused_by_the_guard(database: Database, account_guard: AccountGuard) -> None:
    for careless in (lambda session: BY_NUMBER.rows(session, {"number": 1}), forget_contacts):
        with pytest.raises(AccountNotSaid):
            database.read(careless)
    assert len(account_guard.complaints) == 2
    account_guard.complaints.clear()


def forget_contacts(session: Session) -> None:
    command(session, "DELETE FROM contact")


def test_a_word_that_is_not_listed_is_refused_by_the_guard(
    database: Database, vocabulary_guard: VocabularyGuard
) -> None:
    heard = hear(database, "Hello")
    values = {**only(database, FeedEvent).model_dump(exclude={"id"}), "kind": "sung", "message_id": heard.id}
    with pytest.raises(WordNotListed):
        database.write(lambda session: insert(session, FeedEvent, values))
    assert {"'sung'" in complaint for complaint in vocabulary_guard.complaints} == {True}
    vocabulary_guard.complaints.clear()


def test_a_plan_that_reads_all_is_noticed_by_the_guard(database: Database, plan_guard: PlanGuard) -> None:
    database.read(lambda session: NEWEST.rows(session, {"account_sid": ACCOUNT, "most": 5}))
    noticed, plan_guard.complaints = plan_guard.complaints, []
    assert bool(noticed) is database.is_sqlite


def test_a_listener_that_refuses_is_asked_before_the_statement_runs(database: Database) -> None:
    number = database.write(
        lambda session: insert(session, Contact, {"account_sid": ACCOUNT, "name": "Ava", "created_at": ago()})
    )

    def refuse(*_: Any) -> None:
        raise LookupError

    sa.event.listen(sa.Engine, "before_cursor_execute", refuse)
    try:
        with pytest.raises(LookupError):
            database.write(
                lambda session: RENAME.run(session, {"the_account": ACCOUNT, "the_id": number, "name": "Eve"})
            )
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", refuse)
    assert only(database, Contact).name == "Ava"


def add(session: Session, **values: Any) -> int:
    """A contact; its number."""
    return insert(session, Contact, {"account_sid": ACCOUNT, "created_at": ago(), **values})


def rename(session: Session, number: int, name: str | None) -> None:
    """Give a contact another name."""
    RENAME.run(session, {"the_account": ACCOUNT, "the_id": number, "name": name})


@EITHER_NAME
def test_what_waits_for_the_next_statement_is_done_before_it(database: Database, name: Prepared) -> None:
    def work(session: Session) -> list[str]:
        number = add(session, name="Ava")
        rename(session, number, "Eve")
        found = name.scalar(session, {"account_sid": ACCOUNT, "number": number})
        rename(session, number, "Ida")
        by_orm = session.exec(select(Contact.name).where(Contact.account_sid == ACCOUNT)).one()
        for turn in range(250):
            rename(session, number, f"Ida {turn}")
        return [found, by_orm]

    assert database.write(work) == ["Eve", "Ida"]
    assert only(database, Contact).name == "Ida 249"


def test_a_part_that_fails_late_is_undone_alone(database: Database) -> None:
    def work(session: Session) -> str:
        number = add(session, name="Ava")
        try:
            with savepoint(session):
                rename(session, number, "Eve")
                rename(session, number, None)
        except sa.exc.IntegrityError as error:
            return type(error).__name__
        return ""

    assert database.write(work) == "IntegrityError"
    assert only(database, Contact).name == "Ava"


def test_what_fails_last_of_all_keeps_nothing_and_says_so(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        database.write(lambda session: rename(session, add(session, name="Ava"), None))
    assert rows(database, Contact) == []
    database.write(lambda session: rename(session, add(session, name="Ava"), "Eve"))
    assert only(database, Contact).name == "Eve"


def test_what_work_that_fails_had_waiting_is_never_done(database: Database) -> None:
    number = database.write(lambda session: add(session, name="Ava"))

    def work(session: Session) -> None:
        rename(session, number, "Eve")
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)
    database.write(lambda session: NAME.scalar(session, {"account_sid": ACCOUNT, "number": number}))
    assert only(database, Contact).name == "Ava"


@EITHER_NAME
def test_a_read_begins_its_snapshot_with_a_prepared_statement_too(database: Database, name: Prepared) -> None:
    number = database.write(lambda session: add(session, name="Ava"))

    def look(session: Session) -> tuple[str, str]:
        first = name.scalar(session, {"account_sid": ACCOUNT, "number": number})
        database.write(lambda other: rename(other, number, "Eve"))
        return first, name.scalar(session, {"account_sid": ACCOUNT, "number": number})

    assert database.read(look) == ("Ava", "Ava")
    assert database.read_once(lambda session: name.scalar(session, {"account_sid": ACCOUNT, "number": number})) == "Eve"


def test_who_goes_on_after_an_error_that_undid_everything_hears_of_it(database: Database) -> None:
    def work(session: Session) -> None:
        add(session, name="Ava")
        with contextlib.suppress(sa.exc.IntegrityError):
            insert(session, Contact, {"account_sid": ACCOUNT, "created_at": ago(), "name": None})

    if database.is_sqlite:
        database.write(work)
        assert only(database, Contact).name == "Ava"
        return
    with pytest.raises(sa.exc.PendingRollbackError):
        database.write(work)
    assert rows(database, Contact) == []


def test_what_was_foreseen_is_as_it_was_then_and_is_asked_for_anew_the_second_time(database: Database) -> None:
    number = database.write(lambda session: add(session, name="Ava"))
    wanted = {"account_sid": ACCOUNT, "number": number}

    def work(session: Session) -> list[str]:
        NAME.foresee(session, wanted)
        other = add(session, name="Eve")
        found = [NAME.scalar(session, wanted), NAME.scalar(session, {**wanted, "number": other})]
        rename(session, number, "Ida")
        return [*found, NAME.scalar(session, wanted)]

    assert database.write(work) == ["Ava", "Eve", "Ida"]


def test_what_was_foreseen_and_never_asked_for_is_forgotten_with_its_work(database: Database) -> None:
    number = database.write(lambda session: add(session, name="Ava"))
    wanted = {"account_sid": ACCOUNT, "number": number}

    def work(session: Session) -> None:
        NAME.foresee(session, wanted)
        rename(session, number, "Eve")

    database.write(work)
    assert database.write(lambda session: NAME.scalar(session, wanted)) == "Eve"


def test_many_rows_get_numbers_in_their_order_however_many_they_are(database: Database) -> None:
    some = [{"account_sid": ACCOUNT, "created_at": ago(), "name": f"Ava {n}"} for n in range(250)]
    numbers = database.write(lambda session: insert_many(session, Contact, some))
    assert [(row.id, row.name) for row in rows(database, Contact)] == [
        (number, row["name"]) for number, row in zip(numbers, some, strict=True)
    ]
    assert database.write(lambda session: insert_many(session, Contact, [])) == []


def test_of_many_rows_none_is_kept_where_one_is_refused(database: Database) -> None:
    some = [{"account_sid": ACCOUNT, "created_at": ago(), "name": name} for name in ("Ava", None, "Eve")]
    with pytest.raises(sa.exc.IntegrityError):
        database.write(lambda session: insert_many(session, Contact, some))
    assert rows(database, Contact) == []
