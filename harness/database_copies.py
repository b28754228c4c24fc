"""Migrates one database of each engine once, and hands out copies of it."""

from __future__ import annotations

import itertools
import secrets
import shutil
from functools import cached_property
from pathlib import Path

import psycopg

from app.store.migrate import upgrade

TEMPLATE = "switchboard_template"
_CUT_OFF = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# All rows of all tables, without regard to what refers to what, and every number from 1 again.
_EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    PERFORM setval(seqrelid, 1, false) FROM pg_sequence;
END $$
"""


class SqliteCopies:
    """Copies of a migrated SQLite file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, target: Path) -> str:
        """Put a fresh one at `target` and return its URL."""
        shutil.copyfile(self._template, target)
        return f"sqlite:///{target}"

    @cached_property
    def _template(self) -> Path:
        template = self._folder / "template.db"
        upgrade(f"sqlite:///{template}")
        return template


class PostgresqlCopies:
    """Databases of the server at `superuser_url`."""

    def __init__(self, superuser_url: str) -> None:
        self._base = superuser_url.rpartition("/")[0]
        self._connection = psycopg.connect(superuser_url.replace("+psycopg", ""), autocommit=True)
        self._numbers = itertools.count(1)
        # Two runs, and two of these in one run, may share one server.
        self._own = secrets.token_hex(4)
        self._template = f"{TEMPLATE}_{self._own}"
        self._migrated: set[str] = set()
        self._spare: list[str] = []
        # A connection knows the tables after its first look at them, which takes longer than all the rest.
        self._emptying: dict[str, psycopg.Connection] = {}

    def copy(self) -> str:
        """A fresh, migrated database's URL. One that was given back and emptied is there much sooner than a new one."""
        if self._spare:
            return self._spare.pop()
        url = self._create(self._migrated_template)
        self._migrated.add(url)
        return url

    def untouched(self) -> str:
        """The URL of a migrated database that nobody has written in: its tables are empty and were never counted."""
        return self._create(self._migrated_template)

    def empty(self) -> str:
        """The URL of a database without any table."""
        return self._create("template0")

    def drop(self, url: str) -> None:
        """Take a database back, whoever is still connected to it."""
        if url in self._migrated:
            try:
                self._empty(url)
            except psycopg.OperationalError:
                # A test may have cut off whoever was connected.
                if cut_off := self._emptying.pop(url, None):
                    cut_off.close()
                self._empty(url)
            self._spare.append(url)
        else:
            self._run(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _empty(self, url: str) -> None:
        if url not in self._emptying:
            self._emptying[url] = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self._emptying[url].execute(_CUT_OFF)
        self._emptying[url].execute(_EMPTY)

    def close(self) -> None:
        """Delete the template and what was given back, and let go of the server."""
        for connection in self._emptying.values():
            connection.close()
        for name in (self._template, *(url.rpartition("/")[2] for url in self._spare)):
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._connection.close()

    def _create(self, template: str) -> str:
        name = f"switchboard_test_{self._own}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"{self._base}/{name}"

    @cached_property
    def _migrated_template(self) -> str:
        self._run(f'CREATE DATABASE "{self._template}" TEMPLATE template0')
        upgrade(f"{self._base}/{self._template}")
        return self._template

    def _run(self, statement: str) -> None:
        self._connection.execute(statement.encode())
