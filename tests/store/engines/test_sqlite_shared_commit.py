"""SQLite: those who wait at the same moment share a commit, and nobody pays for another."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.store.database import Database, connect
from app.store.engines.sqlite import SqliteEngine
from app.store.errors import DatabaseUnavailable
from app.store.tables import Contact, Heartbeat
from harness.waiting import until
from tests.store.engines.writer import COUNTER, count, increment
from tests.support.cast import ACCOUNT, ago, begin, rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "switchboard.db"


@pytest.fixture
def sqlite(request: pytest.FixtureRequest, file: Path) -> Iterator[Database]:
    database = connect(request.getfixturevalue("_sqlite_copies").copy(file))
    begin(database)
    yield database
    database.close()


@pytest.fixture
def slow(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[[], threading.Event]:
    """Holds up the one who commits, so that the others gather behind; set the event to let it go on."""

    def hold() -> threading.Event:
        gone_in, go_on = threading.Event(), threading.Event()

        def wait(_session: Session) -> None:
            gone_in.set()
            go_on.wait(10)

        threading.Thread(target=lambda: sqlite.write(wait)).start()
        gone_in.wait(10)
        return go_on

    return hold


def test_threads_and_processes_that_write_at_once_lose_nothing(sqlite: Database) -> None:
    sqlite.write(lambda session: session.add(Heartbeat(process=COUNTER, kind="0", started_at=ago(), at=ago())))
    with (
        start_writer(sqlite, "increment", "6", "40") as one,
        start_writer(sqlite, "increment", "6", "40") as two,
        ThreadPoolExecutor(6) as pool,
    ):
        list(pool.map(lambda _: sqlite.write(increment), range(240)))
    assert (one.returncode, two.returncode) == (0, 0)
    assert sqlite.read(count) == 960


def test_an_error_undoes_its_own_piece_and_no_other(sqlite: Database, slow: Callable[[], threading.Event]) -> None:
    def break_a_rule(session: Session) -> None:
        session.add(contact("lost"))
        session.flush()
        session.add(Contact(id=1, account_sid="AC" + "0" * 32, name="of no account", created_at=ago()))
        session.flush()

    def raise_one(session: Session) -> None:
        session.add(contact("lost too"))
        session.flush()
        raise ValueError("of the work")

    go_on = slow()
    with ThreadPoolExecutor(4) as pool:
        pieces = [pool.submit(sqlite.write, work) for work in (add("before"), break_a_rule, raise_one, add("after"))]
        go_on.set()
        errors = [type(piece.exception()) for piece in pieces]
    assert errors == [type(None), sa.exc.IntegrityError, ValueError, type(None)]
    assert sorted(row.name for row in rows(sqlite, Contact)) == ["after", "before"]


def test_a_piece_may_undo_a_part_of_itself(sqlite: Database) -> None:
    def work(session: Session) -> None:
        session.add(contact("kept"))
        session.flush()
        with contextlib.suppress(sa.exc.IntegrityError), session.begin_nested():
            session.add(Contact(account_sid="AC" + "0" * 32, name="undone", created_at=ago()))
            session.flush()

    sqlite.write(work)
    assert [row.name for row in rows(sqlite, Contact)] == ["kept"]


def test_a_database_that_stays_locked_is_unavailable_within_four_seconds(sqlite: Database, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        # Those who come while the first one waits must not wait as long again after it.
        with ThreadPoolExecutor(8) as pool:
            begun = time.monotonic()
            pieces = [pool.submit(sqlite.write, add(str(number))) for number in range(8)]
            errors = [type(piece.exception()) for piece in pieces]
            took = time.monotonic() - begun
        other.execute("ROLLBACK")
    assert errors == [DatabaseUnavailable] * 8
    assert took < 4.5
    sqlite.write(add("after"))
    assert [row.name for row in rows(sqlite, Contact)] == ["after"]


def test_waiting_for_another_process_and_for_the_lock_is_one_wait(sqlite: Database, file: Path) -> None:
    # Another process holds its turn and waits for the same lock.
    other = connect(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as locker, ThreadPoolExecutor(2) as pool:
        locker.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        pieces = [pool.submit(database.write, add("late")) for database in (other, sqlite)]
        errors = [type(piece.exception()) for piece in pieces]
        took = time.monotonic() - begun
        locker.execute("ROLLBACK")
    other.close()
    assert errors == [DatabaseUnavailable] * 2
    assert took < 4.5


def test_a_lock_that_is_let_go_in_time_costs_nothing(sqlite: Database, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool, closing(other):
        piece = pool.submit(sqlite.write, add("patient"))
        threading.Timer(0.5, lambda: other.execute("ROLLBACK")).start()
        assert piece.exception() is None
    assert len(rows(sqlite, Contact)) == 1


def test_a_turn_that_cannot_be_taken_is_trouble_and_holds_nobody_up(
    sqlite: Database, file: Path, slow: Callable[[], threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Path(f"{file}.turn")
    turns.unlink(missing_ok=True)
    turns.mkdir()
    database = connect(f"sqlite:///{file}")
    with ThreadPoolExecutor(4) as pool:
        pieces = [pool.submit(database.write, add("x")) for _ in range(4)]
        assert [type(piece.exception(timeout=10)) for piece in pieces] == [DatabaseUnavailable] * 4
    turns.rmdir()
    database.write(add("once"))
    database.close()
    assert [row.name for row in rows(sqlite, Contact)] == ["once"]


def test_pragmas_that_do_not_read_back_refuse_the_start(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.engines.sqlite_connections.PRAGMAS", {"journal_mode": "wal", "synchronous": 9})
    with pytest.raises(DatabaseUnavailable, match="synchronous"):
        SqliteEngine(f"sqlite:///{file}")


def test_a_kill_in_the_middle_of_commits_loses_nothing_that_was_acknowledged(sqlite: Database) -> None:
    with start_writer(sqlite, "append", "8", "100000") as writer:
        assert writer.stdout is not None
        acknowledged = {writer.stdout.readline().strip() for _ in range(200)}
        writer.kill()
        acknowledged |= {line.strip() for line in writer.stdout.read().splitlines()}
    stored = {row.name for row in rows(sqlite, Contact)}
    # A line may be cut by the kill itself.
    assert {name for name in acknowledged if name.endswith(".")} <= stored
    assert sqlite.read(lambda session: session.execute(sa.text("PRAGMA integrity_check")).scalar()) == "ok"


def test_readers_are_not_held_up_by_a_writer(sqlite: Database, slow: Callable[[], threading.Event]) -> None:
    go_on = slow()
    assert sqlite.read(lambda session: session.exec(select(Heartbeat)).all()) == []
    go_on.set()
    until(lambda: sqlite.write(lambda _session: True))


def start_writer(database: Database, deed: str, threads: str, times: str) -> subprocess.Popen[str]:
    """Another process that writes to the same database."""
    command = [sys.executable, "-m", "tests.store.engines.writer", database.url, deed, threads, times]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def contact(name: str) -> Contact:
    return Contact(account_sid=ACCOUNT, name=name, created_at=ago())


def add(name: str) -> Callable[[Session], None]:
    return lambda session: session.add(contact(name))
