"""What a command works with: settings, database, and itself as the actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.domain import actor
from app.domain.actor import Actor
from app.settings import Settings
from app.store.database import Database, connect


@dataclass(frozen=True)
class Installation:
    """An open installation."""

    settings: Settings
    database: Database
    actor: Actor


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    """Open the database for one command and close it after."""
    database = connect(settings.database)
    try:
        yield Installation(settings, database, actor.command(settings.twilio_account_sid))
    finally:
        database.close()
