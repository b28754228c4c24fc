"""What a command works with: settings, database, and itself as the actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from app.domain import actor
from app.domain.actor import Actor
from app.settings import Settings
from app.store.database import Database, connect
from app.store.schema_version import at_head

WRONG_SCHEMA = (
    "The database does not have this version's schema yet. bin/serve brings it there; so does: "
    "bin/switchboard db upgrade"
)


@dataclass(frozen=True)
class Installation:
    """An open installation."""

    settings: Settings
    database: Database
    actor: Actor


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    """Open the database for one command and close it after. A ClickException when its schema is another version's."""
    database = connect(settings.database)
    try:
        if not at_head(database):
            raise click.ClickException(WRONG_SCHEMA)
        yield Installation(settings, database, actor.command(settings.twilio_account_sid))
    finally:
        database.close()
