"""All that a database holds, as text, whoever's it is."""

from __future__ import annotations

import sqlite3

import psycopg
import sqlalchemy as sa
from sqlmodel import SQLModel


def whole_database(url: str) -> str:
    """Every value of every row of every table, by the driver itself."""
    tables = sorted(SQLModel.metadata.tables)
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        connection = sqlite3.connect(f"file:{parsed.database}?mode=ro", uri=True)
        try:
            return "\n".join(str(row) for name in tables for row in connection.execute(f'SELECT * FROM "{name}"'))
        finally:
            connection.close()
    with psycopg.connect(parsed.set(drivername="postgresql").render_as_string(hide_password=False)) as server:
        return "\n".join(str(row) for name in tables for row in server.execute(f'SELECT * FROM "{name}"'))
