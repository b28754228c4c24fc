"""A reader of the feed is held back by nobody's transaction, and passes over nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from app.store.database import Database, Session
from app.store.feed import events as feed
from app.store.feed import positions
from app.store.feed.positions import Position, Read
from app.web.live import cursor
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, ago

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
LIMIT = 3
MOST_WRITERS = 5


@pytest.fixture
def engine(database: Database) -> Iterator[sa.Engine]:
    """Connections of other processes, as many as are asked for."""
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def append(session: Session, account_sid: str = ACCOUNT) -> None:
    """One event in the session's transaction."""
    feed.append(session, account_sid, "quarantine", ago(), word="sid_invalid")


def committed(database: Database, count: int = 1) -> None:
    """Some events, each in a transaction of its own."""
    for _ in range(count):
        database.write(append)


def after(database: Database, position: Position, limit: int = 100, until: Position | None = None) -> Read:
    """What a reader at this position reads; the position goes through the text that consoles keep."""
    kept = cursor.read(cursor.written(position))
    assert kept == position
    return database.read(lambda session: positions.after(session, ACCOUNT, kept, limit, until))


def newest(database: Database) -> Position:
    """The position of who has read all."""
    return database.read(lambda session: positions.newest(session, ACCOUNT))


@on_postgresql
def test_a_long_transaction_in_another_database_holds_nobody_back(database: Database, postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as other:
        assert other.execute("SELECT pg_current_xact_id(), current_database()").fetchone()
        start = newest(database)
        committed(database, 2)
        read = after(database, start)
        assert len(read.events) == 2
        assert after(database, read.position).events == []


@on_postgresql
def test_a_long_transaction_that_writes_no_feed_holds_nobody_back(database: Database, engine: sa.Engine) -> None:
    with engine.connect() as other:
        other.execute(sa.text("CREATE TABLE unrelated (number int)"))
        committed(database)
        start = newest(database)
        committed(database, 2)
        read = after(database, start)
        assert len(read.events) == 2
        other.commit()
        assert after(database, read.position).events == []


@on_postgresql
def test_what_commits_late_is_read_then_and_once(database: Database, engine: sa.Engine) -> None:
    start = newest(database)
    with Session(engine) as slow, Session(engine) as dropped:
        append(slow)
        append(dropped)
        committed(database, 2)
        quick = after(database, start)
        assert len(quick.events) == 2
        append(slow)
        committed(database)
        again = after(database, quick.position)
        assert len(again.events) == 1
        dropped.rollback()
        slow.commit()
        late = after(database, again.position)
        assert len(late.events) == 2
        assert {event.transaction for event in late.events} < set(again.position.running)
        assert after(database, late.position).events == []


@on_postgresql
def test_who_begins_while_a_transaction_runs_gets_what_it_writes(database: Database, engine: sa.Engine) -> None:
    with Session(engine) as slow:
        append(slow)
        committed(database)
        start = newest(database)
        slow.commit()
    assert len(after(database, start).events) == 1


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_of_commits_everything_is_read_once(
    database: Database, engine: sa.Engine, seed: int
) -> None:
    chance, open_ones, written = random.Random(seed), list[Session](), 0
    most = 1 if database.is_sqlite else MOST_WRITERS
    came = list[int]()
    position, start = newest(database), newest(database)

    def read() -> None:
        nonlocal position
        found = after(database, position, LIMIT)
        came.extend(event.id for event in found.events)
        position = found.position

    pending = dict[int, int]()
    for _ in range(120):
        step = chance.random()
        if step < 0.45 and len(open_ones) < most:
            session = Session(engine)
            for _ in range(chance.randint(0, 3)):
                append(session)
                append(session, STRANGER_ACCOUNT)
                pending[id(session)] = pending.get(id(session), 0) + 1
            open_ones.append(session)
        elif step < 0.75 and open_ones:
            session = open_ones.pop(chance.randrange(len(open_ones)))
            kept = chance.random() < 0.8
            session.commit() if kept else session.rollback()
            session.close()
            count = pending.pop(id(session), 0)
            written += count if kept else 0
        else:
            read()
    for session in open_ones:
        session.rollback()
        session.close()
    while (before := len(came)) < written:
        read()
        assert len(came) > before or len(came) == written
    assert len(came) == len(set(came)) == written
    assert written
    everything = after(database, start, 1000)
    assert sorted(came) == sorted(event.id for event in everything.events)


@on_postgresql
def test_up_to_a_position_is_what_its_reader_has_read(database: Database, engine: sa.Engine) -> None:
    start = newest(database)
    with Session(engine) as slow:
        append(slow)
        committed(database, 2)
        until = newest(database)
        slow.commit()
    committed(database)
    found = after(database, start, until=until)
    assert (len(found.events), found.position) == (2, until)
    assert len(after(database, found.position).events) == 2


@on_postgresql
def test_numbers_to_come_of_a_dump_are_nobodys_news(database: Database, engine: sa.Engine) -> None:
    with Session(engine) as restored:
        append(restored)
        restored.execute(
            sa.text("UPDATE feed_event SET transaction = transaction + 10 * 4294967296 WHERE account_sid = :account"),
            {"account": ACCOUNT},
        )
        restored.commit()
    start = newest(database)
    assert start.transaction < 2**32
    committed(database)
    assert len(after(database, start).events) == 1


@pytest.mark.parametrize("epoch", [0, 1, 7])
def test_a_cursor_keeps_numbers_of_every_epoch(epoch: int) -> None:
    position = Position(epoch * 2**32 + 12, 2**40, tuple(epoch * 2**32 + number for number in (1, 5, 11)))
    assert cursor.read(cursor.written(position)) == position


def test_a_cursor_with_too_many_transactions_stands_before_them() -> None:
    position = Position(5000, 7, tuple(range(1000, 1000 + cursor.MOST_RUNNING + 1)))
    kept = cursor.read(cursor.written(position))
    assert kept is not None
    assert (kept.transaction, kept.running) == (999, ())
    assert len(cursor.written(Position(5000, 7, tuple(range(1000, 1000 + cursor.MOST_RUNNING))))) < 500


@pytest.mark.parametrize("text", ["1-1.2", "1-1.", "1-1.zzzzzzzzzzzzzz", "1-1" + ".1" * (cursor.MOST_RUNNING + 1)])
def test_a_cursor_that_cannot_be_is_none(text: str) -> None:
    assert cursor.read(text) is None
