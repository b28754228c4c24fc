"""A part of a transaction that is undone, and nothing else."""

from __future__ import annotations

import contextlib

import sqlalchemy as sa

from app.store.database import Database, Session
from app.store.savepoint import savepoint
from app.store.tables import Contact
from tests.support.cast import ACCOUNT, ago, rows


def contact(name: str) -> Contact:
    return Contact(account_sid=ACCOUNT, name=name, created_at=ago())


def test_an_error_undoes_the_part_and_the_rest_stands(database: Database) -> None:
    def work(session: Session) -> None:
        session.add(contact("before"))
        session.flush()
        with contextlib.suppress(ValueError), savepoint(session):
            session.add(contact("undone"))
            session.flush()
            raise ValueError("of the part")
        session.add(contact("after"))

    database.write(work)
    assert [row.name for row in rows(database, Contact)] == ["before", "after"]


def test_a_row_that_the_database_refuses_undoes_the_part_alone(database: Database) -> None:
    def work(session: Session) -> None:
        session.add(contact("before"))
        session.flush()
        with contextlib.suppress(sa.exc.IntegrityError), savepoint(session):
            session.add(contact("undone"))
            session.flush()
            # A column that must not be empty: both databases refuse it at once.
            session.execute(sa.insert(Contact).values(account_sid=ACCOUNT, name=None, created_at=ago()))
        session.add(contact("after"))

    database.write(work)
    assert [row.name for row in rows(database, Contact)] == ["before", "after"]


def test_parts_may_be_nested(database: Database) -> None:
    def work(session: Session) -> None:
        with savepoint(session):
            session.add(contact("outer"))
            session.flush()
            with contextlib.suppress(KeyError), savepoint(session):
                session.add(contact("inner"))
                raise KeyError
            session.add(contact("outer again"))

    database.write(work)
    assert [row.name for row in rows(database, Contact)] == ["outer", "outer again"]


def test_work_runs_once_while_no_part_fails_and_again_with_savepoints_when_one_does(database: Database) -> None:
    runs = {"well": 0, "ill": 0}

    def work(session: Session, how: str) -> None:
        runs[how] += 1
        session.add(contact(how))
        session.flush()
        with contextlib.suppress(ValueError), savepoint(session):
            session.add(contact("of the part"))
            if how == "ill":
                raise ValueError

    database.write(lambda session: work(session, "well"))
    database.write(lambda session: work(session, "ill"))
    assert runs == {"well": 1, "ill": 2}
    assert sorted(row.name for row in rows(database, Contact)) == ["ill", "of the part", "well"]


def test_who_swallows_all_errors_does_not_swallow_the_wish_for_savepoints(database: Database) -> None:
    def work(session: Session) -> str:
        session.add(contact("before"))
        session.flush()
        try:
            with savepoint(session):
                session.execute(sa.insert(Contact).values(account_sid=ACCOUNT, name=None, created_at=ago()))
        except Exception as error:
            return type(error).__name__
        return ""

    assert database.write(work) == "IntegrityError"
    assert [row.name for row in rows(database, Contact)] == ["before"]
