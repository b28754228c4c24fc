"""PostgreSQL: brief work that waits at the same moment shares a transaction, and nobody pays for another."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import contacts
from app.store.by_primary_key import is_row
from app.store.database import Database, after_commit, connect
from app.store.engines import shared_commit
from app.store.errors import DatabaseUnavailable
from app.store.prepared import Prepared
from app.store.savepoint import savepoint
from app.store.tables import Contact
from harness.waiting import until
from tests.store.engines.conftest import add
from tests.support.cast import ACCOUNT, ago, rows

_IT = is_row(Contact, sa.bindparam("account"), sa.bindparam("number"))
_NAME = Prepared(sa.select(col(Contact.profile_name)).where(_IT))
_RENAME = Prepared(sa.update(Contact).where(_IT).values(profile_name=sa.bindparam("name")))
_TRANSACTION = sa.text("SELECT pg_current_xact_id()::text")


@pytest.fixture
def together(postgresql: Database) -> Callable[..., list[Future[object]]]:
    """Runs pieces of work in one transaction, in this order: all are there when the one before them is committed."""

    def run(*pieces: Callable[[Session], object]) -> list[Future[object]]:
        gone_in, go_on = threading.Event(), threading.Event()

        def hold_up(_session: Session) -> None:
            gone_in.set()
            go_on.wait(10)

        with ThreadPoolExecutor(len(pieces) + 1) as pool:
            first = pool.submit(postgresql.write_together, hold_up)
            gone_in.wait(10)
            done = []
            for number, piece in enumerate(pieces, 1):
                done.append(pool.submit(postgresql.write_together, piece))
                until(partial(waiting, postgresql, number))
            go_on.set()
            assert first.exception() is None
        return done

    return run


def waiting(database: Database, number: int) -> bool:
    return len(database._engine._commits._waiting) == number  # type: ignore[attr-defined]


def transaction(session: Session) -> str:
    return str(session.execute(_TRANSACTION).scalar_one())


def test_who_waits_at_the_same_moment_shares_a_transaction(
    postgresql: Database, together: Callable[..., list[Future[object]]]
) -> None:
    told: list[str] = []

    def heard(name: str) -> Callable[[Session], str]:
        def work(session: Session) -> str:
            add(name)(session)
            after_commit(session, lambda: told.append(name))
            return transaction(session)

        return work

    done = together(heard("one"), heard("two"), heard("three"))
    assert len({piece.result() for piece in done}) == 1
    # What each has to do after the commit is its own.
    assert sorted(told) == ["one", "three", "two"]
    assert sorted(row.name for row in rows(postgresql, Contact)) == ["one", "three", "two"]


def test_other_work_has_a_transaction_of_its_own(postgresql: Database) -> None:
    assert postgresql.write_together(lambda _session: postgresql.write(transaction)) != ""


def test_an_error_undoes_its_own_piece_and_no_other(
    postgresql: Database, together: Callable[..., list[Future[object]]]
) -> None:
    def break_a_rule(session: Session) -> None:
        add("lost")(session)
        session.execute(sa.insert(Contact).values(account_sid=ACCOUNT, name=None, created_at=ago()))

    def raise_one(session: Session) -> None:
        add("lost too")(session)
        raise ValueError("of the work")

    def undo_a_part(session: Session) -> None:
        add("kept")(session)
        with contextlib.suppress(ValueError), savepoint(session):
            raise_one(session)

    def swallow(session: Session) -> None:
        with contextlib.suppress(sa.exc.IntegrityError):
            break_a_rule(session)

    done = together(add("before"), break_a_rule, raise_one, undo_a_part, swallow, add("after"))
    errors = [type(piece.exception()) for piece in done]
    nothing = type(None)
    assert errors == [nothing, sa.exc.IntegrityError, ValueError, nothing, sa.exc.PendingRollbackError, nothing]
    assert sorted(row.name for row in rows(postgresql, Contact)) == ["after", "before", "kept"]


def test_what_one_piece_foresaw_is_not_what_the_next_one_finds(
    postgresql: Database, together: Callable[..., list[Future[object]]]
) -> None:
    number = postgresql.write(add("somebody"))

    def foresee_for_nothing(session: Session) -> None:
        _NAME.foresee(session, {"account": ACCOUNT, "number": number})
        transaction(session)

    def rename(session: Session) -> None:
        _RENAME.run(session, {"account": ACCOUNT, "number": number, "name": "new"})

    def look(session: Session) -> object:
        _NAME.foresee(session, {"account": ACCOUNT, "number": number})
        transaction(session)
        return _NAME.scalar(session, {"account": ACCOUNT, "number": number})

    assert together(foresee_for_nothing, rename, look)[-1].result() == "new"


def test_a_row_that_stays_locked_holds_up_who_wants_it_and_nobody_else(
    postgresql: Database, together: Callable[..., list[Future[object]]]
) -> None:
    held = postgresql.write(add("held"))
    engine = sa.create_engine(postgresql.url)
    with engine.begin() as other:
        other.execute(sa.text("SELECT 1 FROM contact WHERE account_sid = :a FOR UPDATE"), {"a": ACCOUNT})
        ended: dict[str, float] = {}
        begun = time.monotonic()

        def timed(name: str, work: Callable[[Session], object]) -> Callable[[Session], None]:
            def run(session: Session) -> None:
                work(session)
                after_commit(session, lambda: ended.setdefault(name, time.monotonic() - begun))

            return run

        wants = timed("wants it", lambda session: contacts.rename_profile(session, ACCOUNT, held, "x"))
        done = together(timed("one", add("one")), wants, timed("two", add("two")))
    engine.dispose()
    assert [type(piece.exception()) for piece in done] == [type(None), DatabaseUnavailable, type(None)]
    assert sorted(ended) == ["one", "two"]
    # Less than the patience of who waits for the row.
    assert max(ended.values()) < 2.5


def test_two_that_want_the_same_rows_in_another_order_both_have_them(postgresql: Database) -> None:
    first, second = (postgresql.write(add(name)) for name in ("first", "second"))
    other, both, runs = connect(postgresql.url), threading.Barrier(2, timeout=10), [0, 0]

    def rename(mine: int, one: int, two: int) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            runs[mine] += 1
            contacts.rename_profile(session, ACCOUNT, one, f"by {mine}")
            transaction(session)
            if runs[mine] == 1:
                both.wait()
            contacts.rename_profile(session, ACCOUNT, two, f"by {mine}")

        return work

    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(database.write_together, rename(*each))
            for database, each in ((postgresql, (0, first, second)), (other, (1, second, first)))
        ]
        assert [each.exception(timeout=20) for each in done] == [None, None]
    other.close()
    assert max(runs) > 1
    assert len({row.profile_name for row in rows(postgresql, Contact)}) == 1


def test_a_server_that_is_not_there_is_trouble_at_once_for_all() -> None:
    database = connect("postgresql+psycopg://postgres@127.0.0.1:1/none")
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(database.write_together, add("x")) for _ in range(8)]
        assert [type(piece.exception()) for piece in done] == [DatabaseUnavailable] * 8
    assert time.monotonic() - begun < 4
    assert database.trouble != ""
    database.close()


def test_who_waits_too_long_for_a_turn_gives_up(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql._engine._commits, "_patience", 0.2)  # type: ignore[attr-defined]
    gone_in, go_on = threading.Event(), threading.Event()

    def stand_still(session: Session) -> None:
        add("slow")(session)
        gone_in.set()
        go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(postgresql.write_together, stand_still)
        gone_in.wait(10)
        with pytest.raises(DatabaseUnavailable, match="too many write already"):
            postgresql.write_together(add("late"))
        go_on.set()
        assert slow.exception() is None
    postgresql.write_together(add("after"))
    assert [row.name for row in rows(postgresql, Contact)] == ["slow", "after"]


def test_a_turn_that_lasts_ends_and_the_rest_has_the_next(
    postgresql: Database, together: Callable[..., list[Future[object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_commit, "_TURN_SECONDS", 0.0)
    done = together(transaction, transaction, transaction)
    assert len({piece.result() for piece in done}) == 3


def test_threads_and_processes_that_write_at_once_lose_nothing(postgresql: Database) -> None:
    command = [sys.executable, "-m", "tests.store.engines.writer", postgresql.url, "append", "6", "40"]
    with subprocess.Popen(command) as one, subprocess.Popen(command) as two, ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: postgresql.write_together(add(f"mine {number}")), range(240)))
    assert (one.returncode, two.returncode) == (0, 0)
    assert len(rows(postgresql, Contact)) == 720


def test_a_kill_in_the_middle_of_commits_loses_nothing_that_was_acknowledged(postgresql: Database) -> None:
    command = [sys.executable, "-m", "tests.store.engines.writer", postgresql.url, "append", "8", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = {writer.stdout.readline().strip() for _ in range(200)}
        writer.kill()
        acknowledged |= {line.strip() for line in writer.stdout.read().splitlines()}
    # A line may be cut by the kill itself.
    assert {name for name in acknowledged if name.endswith(".")} <= {row.name for row in rows(postgresql, Contact)}
