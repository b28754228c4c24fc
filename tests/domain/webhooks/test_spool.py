"""What the database can't take waits on disk, and is taken in exactly once."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.webhooks.intake import NotSafe, drain, take_in
from app.store.database import Database, Session, connect
from app.store.errors import DatabaseUnavailable
from app.store.migrate import upgrade
from app.store.spool import Spool
from app.store.tables import FeedEvent, Journal, Message
from tests.support.cast import ACCOUNT, NOOR, begin, hear, inbound_form, only, rows, status_form, webhook

NOWHERE = "postgresql+psycopg://postgres@127.0.0.1:1/none"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


@pytest.fixture
def gone() -> Iterator[Database]:
    """A database that can't be reached."""
    database = connect(NOWHERE)
    yield database
    database.close()


def test_what_an_unreachable_database_did_not_take_is_drained_once(
    database: Database, gone: Database, spool: Spool
) -> None:
    forms = [inbound_form(Body=str(number)) for number in range(5)]
    webhooks = [webhook("inbound", form) for form in forms]
    for one in [*webhooks, webhooks[0]]:
        assert take_in(gone, spool, one) is None
    assert spool.waiting() == 6
    with pytest.raises(DatabaseUnavailable):
        drain(gone, spool)
    assert spool.waiting() == 6
    assert drain(database, spool) == 6
    assert (spool.waiting(), drain(database, spool)) == (0, 0)
    assert [row.body for row in rows(database, Message)] == ["0", "1", "2", "3", "4"]
    assert {row.source for row in rows(database, Journal)} == {"spool"}
    assert [row.occurred_at for row in rows(database, Message)] == [one.occurred_at for one in webhooks]


def test_two_that_drain_at_once_take_each_form_once(database: Database, gone: Database, spool: Spool) -> None:
    for number in range(20):
        take_in(gone, spool, webhook("inbound", inbound_form(Body=str(number))))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: drain(database, spool), range(4)))
    assert spool.waiting() == 0
    assert len(rows(database, Message)) == len(rows(database, FeedEvent)) == 20


def test_the_form_is_kept_as_it_came(database: Database, gone: Database, spool: Spool, tmp_path: Path) -> None:
    form = inbound_form(Body="a\x00b 🙏")
    take_in(gone, spool, webhook("inbound", form))
    (file,) = (tmp_path / "spool").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    drain(database, spool)
    assert json.loads(only(database, Journal).form) == [[name, value] for name, value in form.items()]


def test_a_form_that_came_again_while_it_waited_is_the_same(database: Database, gone: Database, spool: Spool) -> None:
    form = inbound_form()
    take_in(gone, spool, webhook("inbound", form))
    take_in(database, spool, webhook("inbound", form))
    assert drain(database, spool) == 1
    assert len(rows(database, Message)) == 1


def test_without_a_spool_nothing_is_called_safe(gone: Database) -> None:
    with pytest.raises(NotSafe):
        take_in(gone, None, webhook("inbound", inbound_form()))


def test_a_spool_whose_disk_fails_is_not_safe(gone: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(NotSafe):
        take_in(gone, Spool(tmp_path / "file"), webhook("inbound", inbound_form()))


def test_a_disk_that_fills_up_leaves_no_half_of_a_form(
    gone: Database, spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NotSafe):
        take_in(gone, spool, webhook("inbound", inbound_form()))
    assert list((tmp_path / "spool").iterdir()) == []


def test_one_entry_that_can_not_be_read_holds_up_no_other(
    database: Database, gone: Database, spool: Spool, tmp_path: Path
) -> None:
    take_in(gone, spool, webhook("inbound", inbound_form(Body="first")))
    (tmp_path / "spool" / "2000-01-01T000000+0000-a.json").write_text('{"half":')
    (tmp_path / "spool" / "2000-01-01T000000+0000-b.json").write_text("{}")
    take_in(gone, spool, webhook("status", status_form("SM" + "1" * 32, "sent")))
    with pytest.raises(ValueError, match="line 1"):
        drain(database, spool)
    assert [row.body for row in rows(database, Message)] == ["first"]
    assert spool.waiting() == 2
    assert len(rows(database, Journal)) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_locked_file_sends_webhooks_to_the_spool_in_time(database: Database, spool: Spool) -> None:
    hear(database, "before")
    file = database.url.removeprefix("sqlite:///")
    form = inbound_form(Body="while locked")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert take_in(database, spool, webhook("inbound", form)) is None
        assert time.monotonic() - begun < 4
        other.execute("ROLLBACK")
    drain(database, spool)
    assert [row.body for row in rows(database, Message)] == ["before", "while locked"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_entry_whose_row_is_held_holds_up_no_other(database: Database, gone: Database, spool: Spool) -> None:
    hear(database, "before")
    for form in (inbound_form(Body="held"), inbound_form(Body="free", From=NOOR)):
        take_in(gone, spool, webhook("inbound", form))
    with sa.create_engine(database.url, poolclass=sa.NullPool).begin() as other:
        other.execute(sa.text("SELECT 1 FROM conversation WHERE account_sid = :a FOR UPDATE"), {"a": ACCOUNT})
        assert (drain(database, spool), database.trouble) == (1, "")
    assert [row.body for row in rows(database, Message)] == ["before", "free"]
    assert drain(database, spool) == 1


def test_while_one_finds_out_whether_the_database_is_back_no_other_waits(database: Database, spool: Spool) -> None:
    tries, may_end = threading.Event(), threading.Event()

    def find_out(_: Session) -> None:
        tries.set()
        may_end.wait(30)

    database.trouble = "locked"
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(database.write_or_leave, find_out)
        assert tries.wait(10)
        for number in range(5):
            assert take_in(database, spool, webhook("inbound", inbound_form(Body=str(number)))) is None
        may_end.set()
        found.result()
    assert (database.trouble, spool.waiting()) == ("", 5)
    assert take_in(database, spool, webhook("inbound", inbound_form(Body="5"))) is not None
    assert drain(database, spool) == 5
    assert sorted(row.body or "" for row in rows(database, Message)) == ["0", "1", "2", "3", "4", "5"]


def test_a_schema_that_is_not_there_yet_is_trouble_and_no_loss(empty_database_url: str, spool: Spool) -> None:
    """New code is up before its migration, or the file was taken away: nothing that came is lost."""
    database = connect(empty_database_url)
    assert take_in(database, spool, webhook("inbound", inbound_form())) is None
    upgrade(empty_database_url)
    begin(database)
    assert drain(database, spool) == 1
    assert len(rows(database, Message)) == 1
    database.close()
