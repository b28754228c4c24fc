"""A fresh, migrated database for a run, on SQLite or on a PostgreSQL of the run's own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from harness.database_copies import PostgresqlCopies, SqliteCopies
from harness.databases import PostgresqlServer

ENGINES = ("sqlite", "postgresql")


@contextlib.contextmanager
def fresh_database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of a database that nothing else uses; PostgreSQL runs with fsync on, as in production."""
    if engine == "sqlite":
        yield SqliteCopies(folder).copy(folder / "switchboard.db")
        return
    server = PostgresqlServer()
    try:
        server.start()
        copies = PostgresqlCopies(server.url())
        yield copies.copy()
        copies.close()
    finally:
        server.remove()
