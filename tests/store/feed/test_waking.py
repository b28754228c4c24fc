"""Who follows a PostgreSQL database hears of its changes once they are committed, whatever became of a connection."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from app.store.database import Database, Session
from app.store.feed import events as feed
from app.store.feed.waking import CHANNEL, dsn_of
from harness.waiting import until
from tests.support.cast import ACCOUNT, ago

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def listener(database: Database) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection that hears of changes, and of nothing from before."""
    with psycopg.connect(dsn_of(database.url), autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield connection


def heard(listener: psycopg.Connection[tuple[object, ...]], seconds: float = 20) -> bool:
    """Whether somebody tells of a change within this time."""
    return any(True for _ in listener.notifies(timeout=seconds, stop_after=1))


def append(session: Session) -> None:
    """An event in the session's transaction."""
    feed.append(session, ACCOUNT, "quarantine", ago(), word="sid_invalid")


def test_a_change_is_told_once_it_is_committed(
    database: Database, listener: psycopg.Connection[tuple[object, ...]]
) -> None:
    database.write(append)
    assert heard(listener)


def test_it_is_told_on_another_connection_when_the_first_one_was_cut(
    database: Database, listener: psycopg.Connection[tuple[object, ...]]
) -> None:
    database.write(append)
    assert heard(listener)
    telling = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'NOTIFY%'"
    listener.execute(f"SELECT pg_terminate_backend(pid) {telling}")
    until(lambda: not listener.execute(f"SELECT 1 {telling}").fetchone(), 20)
    any(True for _ in listener.notifies(timeout=0))
    database.write(append)
    assert heard(listener)
