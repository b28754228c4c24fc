"""SQLite's log is written back beside the writers, stays bounded, and needs nobody to close anything."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from app.store.database import Database, connect
from app.store.engines import checkpoints
from app.store.engines.sqlite_connections import PRAGMAS
from harness.waiting import until

MEGABYTE = 2**20
SMALL = 4 * MEGABYTE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "padding.db"


@pytest.fixture
def sqlite(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database whose log is large at a sixteenth of the size, and which is looked at more often."""
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(checkpoints, "LARGE_BYTES", checkpoints.LARGE_BYTES // 16)
    monkeypatch.setattr(checkpoints, "TOO_LARGE_BYTES", checkpoints.TOO_LARGE_BYTES // 16)
    monkeypatch.setitem(PRAGMAS, "journal_size_limit", SMALL)
    # Nobody else does it.
    monkeypatch.setitem(PRAGMAS, "wal_autocheckpoint", 0)
    database = connect(f"sqlite:///{file}")
    database.write(lambda session: session.execute(sa.text("CREATE TABLE padding (text)")))
    yield database
    database.close()


def pad(session: Session) -> None:
    session.execute(sa.text("INSERT INTO padding VALUES (:text)"), {"text": "x" * 200_000})


def size_of_log(file: Path) -> int:
    return Path(f"{file}-wal").stat().st_size


@contextmanager
def in_threads(*deeds: Callable[[], object]) -> Iterator[None]:
    """Each of the deeds again and again, beside the block."""
    ended = threading.Event()

    def again_and_again(deed: Callable[[], object]) -> None:
        while not ended.is_set():
            deed()

    threads = [threading.Thread(target=again_and_again, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def test_the_log_begins_anew_while_others_write_and_read_without_a_pause(sqlite: Database, file: Path) -> None:
    def read() -> None:
        def sum_up(session: Session) -> None:
            for _ in range(5):
                session.execute(sa.text("SELECT sum(length(text)) FROM (SELECT text FROM padding LIMIT 5)")).all()

        sqlite.read(sum_up)

    with in_threads(read, read, lambda: sqlite.write(pad)):
        begun = until(lambda: times_begun(file), 60)
        until(lambda: times_begun(file) >= begun + 3, 60)


def times_begun(file: Path) -> int:
    """How often the log began anew, as its head says."""
    return int.from_bytes(Path(f"{file}-wal").read_bytes()[12:16])


def test_a_log_that_grew_while_somebody_read_for_long_is_made_small_again(sqlite: Database, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM padding").fetchall()
        for _ in range(30):
            sqlite.write(pad)
        assert size_of_log(file) > 5 * MEGABYTE
        reader.execute("ROLLBACK")

        def is_small() -> bool:
            sqlite.write(lambda session: session.execute(sa.text("INSERT INTO padding VALUES ('')")))
            return size_of_log(file) <= SMALL

        assert until(is_small, 60)


def test_of_several_processes_one_does_it_at_a_time(sqlite: Database, file: Path) -> None:
    other = file.with_name("other.db")
    database = connect(f"sqlite:///{other}")
    with open(f"{other}.checkpoint", "ab") as held:
        fcntl.flock(held.fileno(), fcntl.LOCK_EX)
        database.write(lambda session: session.execute(sa.text("CREATE TABLE one (a)")))
        sqlite.write(pad)
        # The other's thread was asked before this one's.
        until(lambda: tables_without_log(file))
        assert tables_without_log(other) == []
    until(lambda: tables_without_log(other))
    database.close()


def tables_without_log(file: Path) -> list[object]:
    # What is being written at the moment may be half there.
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        with contextlib.suppress(sqlite3.DatabaseError):
            return connection.execute("SELECT name FROM sqlite_master").fetchall()
        return []


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "checkpoints"]


def test_the_thread_ends_with_the_database_and_another_process_begins_its_own(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a real fork: SQLite must not be forked while it is in use, and this process has many threads."""
    before = threads()
    database = connect(f"sqlite:///{file}")
    assert threads() == before
    database.write(lambda session: session.execute(sa.text("CREATE TABLE one (a)")))
    (mine,) = (thread for thread in threads() if thread not in before)
    database.write(lambda session: session.execute(sa.text("CREATE TABLE two (a)")))
    assert threads() == [*before, mine]
    database.close()
    assert not mine.is_alive()

    inherited = checkpoints.Checkpoints(file)
    inherited.written()
    parents = next(thread for thread in threads() if thread not in before)
    ended = inherited._ended
    with monkeypatch.context() as forked:
        forked.setattr("app.store.engines.checkpoints.os.getpid", lambda: -1)
        inherited.written()
        own = next(thread for thread in threads() if thread not in (*before, parents))
        inherited.close()
        assert (own.is_alive(), parents.is_alive()) == (False, True)
    ended.set()


def test_writers_would_do_it_themselves_only_where_the_log_is_at_its_bound() -> None:
    pages = PRAGMAS["wal_autocheckpoint"]
    assert isinstance(pages, int)
    assert checkpoints.TOO_LARGE_BYTES < pages * 4096 <= 64 * MEGABYTE
