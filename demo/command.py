"""`python -m demo`: prepares the database of a demo."""

from __future__ import annotations

import os
import sys

import click

from app import environment
from app.domain.agents.passwords import PasswordRefused
from app.environment import SettingsError
from app.settings import Settings
from app.store import migrate
from app.store.database import connect
from app.store.errors import DatabaseUnavailable
from demo.load import load


@click.command()
@click.option("--stand-in", "stand_in_url", default="", help="Where a stand-in for Twilio wants to know of it.")
def main(stand_in_url: str) -> None:
    """Bring the database to this version's schema, and fill its account where nobody has used it yet.

    The sample's people log in by what DEMO_PASSWORD is set to. Exits 1 with the reason on stderr when it can't be done.
    """
    password = os.environ.get("DEMO_PASSWORD")
    if not password:
        sys.exit("Set DEMO_PASSWORD to what the sample's people are to log in by.")
    try:
        _prepare(environment.load(), password, stand_in_url)
    except SettingsError as error:
        sys.exit(str(error))
    except PasswordRefused as error:
        sys.exit(f"DEMO_PASSWORD can't be used: {error}")
    except OSError as error:
        sys.exit(f"The stand-in for Twilio can't be told: {error}")
    except DatabaseUnavailable as error:
        sys.exit(f"The database could not be reached: {error}")


def _prepare(settings: Settings, password: str, stand_in_url: str) -> None:
    migrate.upgrade(settings.database)
    database = connect(settings.database)
    try:
        load(settings, database, password, stand_in_url)
    finally:
        database.close()
