"""Bring a database to the newest migration, or say how far it is."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.store.database import Database, plain_engine

_MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`; safe to run twice, and twice at once on PostgreSQL."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Run the migrations back to `revision`."""
    command.downgrade(configuration(url), revision)


def at_head(database: Database) -> bool:
    """True when the schema is the one this code was written for. Raises DatabaseUnavailable."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    return database.read(lambda session: _revision(session.connection())) == head


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def configuration(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = plain_engine(url)
    return config
