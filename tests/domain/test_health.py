"""Whether the installation is ready, and if not, why: each fault by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain import health
from app.domain.clock import now
from app.domain.health import Health
from app.domain.webhooks.intake import take_in
from app.store import leases
from app.store.database import Database, connect
from app.store.errors import DatabaseUnavailable
from app.store.migrate import upgrade
from app.store.spool import Spool
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, asked_message, hear, inbound_form, webhook
from tests.support.rewriting import rewrite


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def examine(database: Database, spool: Spool | None = None, account_sid: str = ACCOUNT) -> Health:
    return health.examine(database, spool, account_sid)


def beat(database: Database, ago: timedelta = timedelta(0), kind: str = "worker", name: str = "one") -> None:
    database.write(lambda session: leases.beat(session, f"{kind}:{name}", kind, now(), now() - ago))


def test_it_is_ready_when_nothing_is_wrong(database: Database, spool: Spool) -> None:
    beat(database)
    found = examine(database, spool)
    assert found.faults == []
    facts: dict[str, Any] = found.facts
    assert (facts["schema_at_head"], facts["database"], facts["spooled_webhooks"]) == (True, "ok", 0)
    assert facts["backlog_seconds"] is None
    assert 0 <= facts["worker_silent_seconds"] < 30


def test_a_worker_that_never_was_or_fell_silent_is_missed(database: Database) -> None:
    beat(database, kind="web")
    assert (examine(database).faults, examine(database).facts["worker_silent_seconds"]) == (["worker_missing"], None)
    beat(database, timedelta(seconds=31))
    assert examine(database).faults == ["worker_missing"]
    assert examine(database).facts["worker_silent_seconds"] >= 31
    beat(database, timedelta(seconds=1), name="two")
    assert examine(database).faults == []


def test_messages_that_could_leave_and_do_not_are_a_backlog(database: Database) -> None:
    beat(database)
    message = asked_message(database)
    assert examine(database).faults == []
    rewrite(database, message, next_attempt_at=now() - timedelta(minutes=6))
    found = examine(database)
    assert found.faults == ["backlog_old"]
    assert 360 <= found.facts["backlog_seconds"] < 600
    assert examine(database, account_sid=STRANGER_ACCOUNT).facts["backlog_seconds"] is None
    rewrite(database, message, next_attempt_at=now() + timedelta(minutes=30))
    assert examine(database).faults == []


def test_webhooks_in_the_spool_are_told(database: Database, spool: Spool) -> None:
    beat(database)
    gone = connect("postgresql+psycopg://postgres@127.0.0.1:1/none")
    take_in(gone, spool, webhook("inbound", inbound_form()))
    found = examine(database, spool)
    assert (found.faults, found.facts["spooled_webhooks"]) == (["webhooks_wait_in_spool"], 1)
    found = examine(gone, spool)
    assert (found.faults, found.facts["spooled_webhooks"]) == (["database_unreachable"], 1)
    assert found.facts["database"]
    gone.close()


def test_a_schema_that_is_not_ours_is_told_before_anything_is_asked_of_it(empty_database_url: str) -> None:
    database = connect(empty_database_url)
    assert examine(database).faults == ["schema_not_at_head"]
    upgrade(empty_database_url)
    assert examine(database).faults == ["worker_missing"]
    database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_takes_no_writes_is_told_until_it_does(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engines.shared_commit.PATIENCE_SECONDS", 0.1)
    beat(database)
    file = database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable):
            hear(database)
        found = examine(database)
        other.execute("ROLLBACK")
    assert found.faults == ["database_does_not_take_writes"]
    assert "locked" in found.facts["database"]
    hear(database)
    assert examine(database).faults == []
