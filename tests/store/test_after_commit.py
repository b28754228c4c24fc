"""What waits for the commit happens once, and only after it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from psycopg import errors

from app.store.database import Database, Session, after_commit
from app.store.tables import Contact
from tests.support.cast import ACCOUNT, ago, rows


def add(session: Session) -> None:
    session.add(Contact(account_sid=ACCOUNT, name="Ava", created_at=ago()))


def test_it_happens_once_the_work_is_there(database: Database) -> None:
    seen: list[int] = []

    def work(session: Session) -> None:
        after_commit(session, lambda: seen.append(len(rows(database, Contact))))
        add(session)

    database.write(work)
    assert seen == [1]


def test_it_does_not_happen_when_the_work_is_undone(database: Database) -> None:
    done: list[str] = []

    def work(session: Session) -> None:
        after_commit(session, lambda: done.append("after"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(work)
    assert done == []


def test_it_happens_once_for_work_that_ran_twice(database: Database) -> None:
    runs, done = [0], list[str]()

    def work(session: Session) -> None:
        runs[0] += 1
        after_commit(session, lambda: done.append("after"))
        if runs[0] == 1:
            raise sa.exc.OperationalError("", {}, errors.DeadlockDetected())

    database.write(work)
    assert (runs, done) == ([2], ["after"])
