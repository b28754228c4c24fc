"""Many pieces of work that one thread hands over at once: each has its value or its own error, and waits briefly."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import contacts
from app.store.database import Database, after_commit, connect
from app.store.engines.shared_commit import BRIEFLY_SECONDS
from app.store.errors import PATIENCE_SECONDS, DatabaseUnavailable
from app.store.savepoint import savepoint
from app.store.tables import Contact
from harness.waiting import until
from tests.store.engines.conftest import add
from tests.support.cast import ACCOUNT, rows

AWAY = "postgresql+psycopg://postgres@127.0.0.1:1/none"


def names(database: Database) -> list[str]:
    return [contact.name for contact in rows(database, Contact)]


def test_each_has_its_value_in_order(database: Database) -> None:
    works = [add(f"number {number}") for number in range(70)]
    numbers = database.write_together(works)
    assert sorted(names(database)) == sorted(f"number {number}" for number in range(70))
    assert len({number for number in numbers if isinstance(number, int)}) == 70


def test_nothing_is_asked_of_nobody(database: Database) -> None:
    assert database.write_together([]) == []


def test_an_error_is_its_own_pieces_and_no_other_tells_of_it(database: Database) -> None:
    told: list[str] = []

    def failing(session: Session) -> int:
        add("never kept")(session)
        after_commit(session, lambda: told.append("failed"))
        raise LookupError("a mistake")

    def telling(session: Session) -> int:
        after_commit(session, lambda: told.append("kept"))
        return add("kept")(session)

    found = database.write_together([telling, failing, telling])
    # On PostgreSQL what can't share a transaction has to be run by itself.
    alone = [work for work, value in zip([telling, failing, telling], found, strict=True) if not isinstance(value, int)]
    for work in alone:
        try:
            database.write(work)
        except LookupError:
            continue
    assert names(database) == ["kept", "kept"]
    assert told == ["kept", "kept"]


def test_a_piece_may_undo_a_part_of_itself(database: Database) -> None:
    def work(session: Session) -> int:
        with savepoint(session):
            add("kept")(session)
        try:
            with savepoint(session):
                add("undone")(session)
                raise LookupError
        except LookupError:
            return 1

    found = database.write_together([work])
    if not database.is_sqlite:
        assert isinstance(found[0], BaseException)
        database.write(work)
    assert names(database) == ["kept"]


def test_a_database_that_is_away_is_trouble_at_once() -> None:
    database = connect(AWAY)
    begun = time.monotonic()
    found = database.write_together([add("nowhere")] * 3)
    assert [type(one) for one in found] == [DatabaseUnavailable] * 3
    assert time.monotonic() - begun < 2
    database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_row_that_is_held_is_waited_for_briefly(database: Database) -> None:
    held = database.write(add("held"))
    engine = sa.create_engine(database.url)
    with engine.begin() as other:
        other.execute(sa.select(col(Contact.id)).where(col(Contact.account_sid) == ACCOUNT).with_for_update())
        begun = time.monotonic()
        found = database.write_together([lambda session: contacts.rename_profile(session, ACCOUNT, held, "x")])
        took = time.monotonic() - begun
    engine.dispose()
    assert isinstance(found[0], BaseException)
    assert took < 2 * BRIEFLY_SECONDS
    assert database.write_together([add("after")])[0] == held + 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_lock_is_waited_for_briefly_and_takes_nobody_elses_patience(database: Database) -> None:
    file = Path(sa.make_url(database.url).database or "")
    ended: dict[str, float] = {}

    def timed(name: str, write: Callable[[], object]) -> object:
        begun = time.monotonic()
        try:
            return write()
        except DatabaseUnavailable as error:
            return error
        finally:
            ended[name] = time.monotonic() - begun

    with closing(sqlite3.connect(file, isolation_level=None)) as locker, ThreadPoolExecutor(2) as pool:
        locker.execute("BEGIN IMMEDIATE")
        many = pool.submit(timed, "many", partial(database.write_together, [add("brief")] * 3))
        until(lambda: database._engine._commits._leading.locked())  # type: ignore[attr-defined]
        one = pool.submit(timed, "one", partial(database.write, add("patient")))
        found = many.result(10)
        assert isinstance(found, list)
        assert [type(piece) for piece in found] == [DatabaseUnavailable] * 3
        locker.execute("ROLLBACK")
        assert isinstance(one.result(10), int)
    assert BRIEFLY_SECONDS * 0.8 < ended["many"] < PATIENCE_SECONDS / 2
    assert names(database) == ["patient"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pieces_that_wait_behind_somebody_elses_long_turn_leave(database: Database) -> None:
    gone_in, go_on = threading.Event(), threading.Event()

    def hold_up(_session: Session) -> None:
        gone_in.set()
        go_on.wait(10)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(database.write, hold_up)
        gone_in.wait(10)
        begun = time.monotonic()
        found = database.write_together([add("never"), add("kept neither")])
        took = time.monotonic() - begun
        go_on.set()
        assert first.exception() is None
    assert [type(one) for one in found] == [DatabaseUnavailable] * 2
    assert took < PATIENCE_SECONDS / 2
    assert names(database) == []
