"""Rows by the million into a migrated database: SQLite by one prepared statement, PostgreSQL by COPY."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.store import tables  # noqa: F401
from app.store.columns import UtcDateTime
from bench.past import Past, Row
from bench.past_webhooks import tables as tables_of

AT_ONCE = 50_000
_QUICK = ("synchronous=off", "journal_mode=wal", "cache_size=-500000", "foreign_keys=off")


class Filled(Protocol):
    """What is filled in: whose it is, and when its rows happened."""

    account_sid: str

    def at(self, number: int, /) -> str: ...


def fill(database_url: str, past: Past) -> None:
    """Insert all of it."""
    fill_tables(database_url, past, tables_of(past))


def fill_tables(database_url: str, past: Filled, filled: Iterable[tuple[str, Iterator[Row]]]) -> None:
    """Insert these rows of tables, with what is usual where they say nothing."""
    url = sa.make_url(database_url)
    for name, rows in filled:
        table = SQLModel.metadata.tables[name]
        values = _values(table, rows, past)
        if url.get_backend_name() == "sqlite":
            _into_sqlite(database_url, table, values)
        else:
            _into_postgresql(url, table, values)


def _values(table: sa.Table, rows: Iterable[Row], past: Filled) -> Iterator[tuple[object, ...]]:
    """The rows' values by the table's columns, with what is usual where a row says nothing."""
    usual = {column.name: _usual(column, past) for column in table.columns}
    for row in rows:
        yield tuple({**usual, **row}.values())


def _usual(column: sa.Column[Any], past: Filled) -> object:
    if column.name == "account_sid":
        return past.account_sid
    if column.nullable:
        return None
    if isinstance(column.type, sa.Boolean):
        return False
    if isinstance(column.type, UtcDateTime):
        return past.at(1)
    if isinstance(column.type, sa.JSON):
        return "[]" if column.name == "media_urls" else "{}"
    return 0 if isinstance(column.type, sa.Integer) else ""


def _into_sqlite(database_url: str, table: sa.Table, values: Iterator[tuple[object, ...]]) -> None:
    engine = sa.create_engine(database_url)
    connection: Any = engine.raw_connection()
    for pragma in _QUICK:
        connection.execute(f"PRAGMA {pragma}")
    statement = f"INSERT INTO {table.name} ({_names(table)}) VALUES ({', '.join('?' * len(table.columns))})"
    while some := list(itertools.islice(values, AT_ONCE)):
        connection.executemany(statement, some)
        connection.commit()
    connection.close()
    engine.dispose()


def _into_postgresql(url: sa.URL, table: sa.Table, values: Iterator[tuple[object, ...]]) -> None:
    there = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(there) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(f"COPY {table.name} ({_names(table)}) FROM STDIN".encode()) as copy:
            for row in values:
                copy.write_row(row)
        highest = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {highest}, false)".encode())
    with psycopg.connect(there, autocommit=True) as connection:
        connection.execute(f"VACUUM (ANALYZE) {table.name}".encode())


def _names(table: sa.Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)
