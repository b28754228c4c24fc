"""The migrations: both ways, on both databases, and exactly the tables."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

import app.store.tables  # noqa: F401  every table, so that the metadata is whole
from app.domain.webhooks.receive import receive
from app.domain.webhooks.webhook import Webhook
from app.store.database import connect, plain_engine
from app.store.migrate import downgrade, upgrade
from app.store.schema_version import at_head
from app.store.tables import Journal
from tests.support.cast import ACCOUNT, ago, begin, rows


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[sa.Engine]:
    engine = plain_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_the_migrations_give_exactly_the_tables(empty_database_url: str, engine: sa.Engine) -> None:
    upgrade(empty_database_url)
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_object": _is_of_this_database(engine)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []


def _is_of_this_database(engine: sa.Engine) -> Callable[..., bool]:
    def included(found: Any, _name: Any, kind: str, *_: Any) -> bool:
        only_on = getattr(found, "_ddl_if", None)
        elsewhere = only_on is not None and only_on.dialect != engine.dialect.name
        return kind not in ("index", "foreign_key_constraint") or not elsewhere

    return included


def test_the_migrations_give_exactly_the_indexes_and_conditions(empty_database_url: str, engine: sa.Engine) -> None:
    """Partial indexes and checks, which the comparison leaves out: as the tables themselves would be made."""
    upgrade(empty_database_url)
    migrated = _fine_print(engine)
    downgrade(empty_database_url, "base")
    SQLModel.metadata.create_all(engine)
    assert migrated == _fine_print(engine)


def test_there_and_back_and_there_again(empty_database_url: str, engine: sa.Engine) -> None:
    upgrade(empty_database_url)
    there = _fine_print(engine)
    downgrade(empty_database_url, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(empty_database_url)
    assert _fine_print(engine) == there


def test_a_database_says_whether_it_is_at_head(empty_database_url: str) -> None:
    database = connect(empty_database_url)
    assert not at_head(database)
    upgrade(empty_database_url)
    assert at_head(database)
    upgrade(empty_database_url)
    assert at_head(database)
    database.close()


def test_two_migrations_at_once_are_one(empty_database_url: str) -> None:
    command = [sys.executable, "-c", f"from app.store.migrate import upgrade; upgrade({empty_database_url!r})"]
    with subprocess.Popen(command) as one, subprocess.Popen(command) as two:
        pass
    assert (one.returncode, two.returncode) == (0, 0)
    database = connect(empty_database_url)
    assert at_head(database)
    database.close()


def test_a_migration_that_is_cut_short_leaves_nothing_and_starts_again(
    empty_database_url: str, engine: sa.Engine
) -> None:
    made = itertools.count()

    def give_out(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "CREATE INDEX" in statement and next(made) == 10:
            raise ConnectionAbortedError

    sa.event.listen(sa.Engine, "before_cursor_execute", give_out)
    try:
        with pytest.raises(ConnectionAbortedError):
            upgrade(empty_database_url)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", give_out)
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(empty_database_url)


def _fine_print(engine: sa.Engine) -> dict[str, object]:
    """Every table's columns, indexes, unique keys, checks and references, as the database tells them."""
    seen = sa.inspect(engine)
    return {
        table: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)),
            "indexes": sorted((str(i["name"]), i["column_names"], i["unique"], _where(i)) for i in _plain(seen, table)),
            "uniques": sorted(sorted(u["column_names"]) for u in seen.get_unique_constraints(table)),
            "checks": sorted(_bare(c["sqltext"]) for c in seen.get_check_constraints(table)),
            "references": sorted((k["constrained_columns"], k["referred_table"]) for k in seen.get_foreign_keys(table)),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def _plain(seen: sa.Inspector, table: str) -> list[dict[str, object]]:
    return [dict(index) for index in seen.get_indexes(table) if not index.get("duplicates_constraint")]


def _where(index: dict[str, object]) -> str:
    options = index.get("dialect_options")
    assert isinstance(options, dict)
    return _bare(str(options.get("sqlite_where", options.get("postgresql_where", ""))))


def _bare(sql: str) -> str:
    return re.sub(r"\s+", " ", sql)


def test_a_status_that_was_not_understood_is_still_the_same_after_the_upgrade(
    empty_database_url: str, engine: sa.Engine
) -> None:
    upgrade(empty_database_url)
    webhook = Webhook(ACCOUNT, "status", (("MessageSid", "SM" + "a" * 32),), "/twilio/status", ago())
    database = connect(empty_database_url)
    begin(database)
    database.write(lambda session: receive(session, webhook))
    before = [(row.key, row.sid) for row in rows(database, Journal)]
    downgrade(empty_database_url, "0007")
    with engine.connect() as connection:
        old = connection.execute(sa.text("SELECT key FROM journal WHERE account_sid <> ''")).scalars().all()
    assert [len(key) for key in old] == [len("status:") + 64]
    upgrade(empty_database_url)
    assert [(row.key, row.sid) for row in rows(database, Journal)] == before
    assert database.write(lambda session: receive(session, webhook)).journal_id is None
    database.close()
