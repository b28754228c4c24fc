"""Whether a database has the schema that this code was written for. It needs none of what migrations need."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from app.store.database import Database, Session

MIGRATIONS = Path(__file__).parents[2] / "migrations"
_VERSION = sa.table("alembic_version", sa.column("version_num"))


@cache
def newest() -> str:
    """The revision of the newest migration: the number that its file's name begins with."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def at_head(database: Database) -> bool:
    """True when the schema is the one this code was written for. Raises DatabaseUnavailable."""
    return database.read(_revision) == newest()


def _revision(session: Session) -> str | None:
    if not sa.inspect(session.connection()).has_table(_VERSION.name):
        return None
    return session.execute(sa.select(_VERSION.c.version_num)).scalar()
