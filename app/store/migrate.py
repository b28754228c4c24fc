"""Bring a database to the newest migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from app.store.database import plain_engine
from app.store.schema_version import MIGRATIONS


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`; safe to run twice, and twice at once on PostgreSQL."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Run the migrations back to `revision`."""
    command.downgrade(configuration(url), revision)


def configuration(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = plain_engine(url)
    return config
