"""PostgreSQL: deadlocks are tried again, trouble is told apart from mistakes, a restart is survived."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from app.store import contacts
from app.store.database import Database, connect
from app.store.engines import postgresql_connections
from app.store.errors import DatabaseUnavailable, HeldUp
from app.store.tables import Contact
from harness.waiting import until
from tests.store.engines.conftest import add
from tests.support.cast import ACCOUNT, ago, rows


def test_a_deadlock_is_tried_again(postgresql: Database) -> None:
    first, second = (postgresql.write(add(name)) for name in ("first", "second"))
    both, runs = threading.Barrier(2, timeout=10), [0, 0]

    def rename(mine: int, one: int, other: int) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            runs[mine] += 1
            contacts.rename_profile(session, ACCOUNT, one, f"by {mine}")
            if runs[mine] == 1:
                both.wait()
            contacts.rename_profile(session, ACCOUNT, other, f"by {mine}")

        return work

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(postgresql.write, rename(*each)) for each in ((0, first, second), (1, second, first))]
        assert [each.exception(timeout=20) for each in done] == [None, None]
    # Who was refused may have its row again before the other one wakes, and the next deadlock be the other's.
    assert max(runs) > 1
    assert len({row.profile_name for row in rows(postgresql, Contact)}) == 1


def test_a_row_that_stays_locked_holds_up_its_own_work_for_less_than_four_seconds(postgresql: Database) -> None:
    contact_id = postgresql.write(add("held"))
    engine = sa.create_engine(postgresql.url)
    with engine.begin() as other:
        other.execute(sa.text("SELECT 1 FROM contact WHERE account_sid = :a FOR UPDATE"), {"a": ACCOUNT})
        begun = time.monotonic()
        with pytest.raises(HeldUp):
            postgresql.write(lambda session: contacts.rename_profile(session, ACCOUNT, contact_id, "x"))
        assert time.monotonic() - begun < 4
    assert postgresql.trouble == ""
    engine.dispose()


def test_a_mistake_comes_out_as_it_is_and_keeps_nothing(postgresql: Database) -> None:
    def work(session: Session) -> None:
        add("lost")(session)
        session.execute(sa.insert(Contact).values(account_sid=ACCOUNT, name=None, created_at=ago()))

    with pytest.raises(sa.exc.IntegrityError):
        postgresql.write(work)
    assert rows(postgresql, Contact) == []


def test_killed_connections_are_noticed_and_replaced(postgresql: Database) -> None:
    engine = sa.create_engine(postgresql.url)

    def kill_others(_session: Session) -> None:
        _session.execute(sa.text("SELECT 1"))
        with engine.begin() as other:
            other.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        add("cut")(_session)

    with pytest.raises(DatabaseUnavailable):
        postgresql.write(kill_others)
    postgresql.write(add("after"))
    engine.dispose()
    assert [row.name for row in rows(postgresql, Contact)] == ["after"]


def test_a_connection_that_died_while_nobody_used_it_is_replaced_unseen(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_connections, "_TEST_AFTER_SECONDS", 0.0)
    postgresql.write(add("before"))
    engine = sa.create_engine(postgresql.url)
    with engine.begin() as other:
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        other.execute(sa.text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {mine}"))
    engine.dispose()
    postgresql.write(add("after"))
    assert [row.name for row in rows(postgresql, Contact)] == ["before", "after"]


def test_a_server_that_is_not_there_is_trouble_at_once() -> None:
    database = connect("postgresql+psycopg://postgres@127.0.0.1:1/none")
    begun = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        database.write(add("x"))
    with pytest.raises(DatabaseUnavailable):
        database.read(lambda session: session.execute(sa.text("SELECT 1")))
    assert time.monotonic() - begun < 4
    assert database.trouble != ""
    database.close()


def test_writes_that_meet_are_each_kept(postgresql: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: postgresql.write(add(str(number))), range(100)))
    assert until(lambda: len(rows(postgresql, Contact)) == 100)


@pytest.mark.parametrize("way", ["read", "write"])
def test_who_stands_still_in_a_transaction_loses_it(postgresql: Database, way: str) -> None:
    def stand_still(session: Session) -> None:
        assert session.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar() == "10s"
        session.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 100"))
        mine = session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        until(lambda: mine not in backends(postgresql.url))
        session.execute(sa.text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable):
        getattr(postgresql, way)(stand_still)
    assert postgresql.read(lambda session: session.execute(sa.text("SELECT 1")).scalar()) == 1


def backends(url: str) -> list[int]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = [int(pid) for pid in connection.execute(sa.text("SELECT pid FROM pg_stat_activity")).scalars()]
    engine.dispose()
    return found
