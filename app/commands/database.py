"""`db`: the schema."""

import click

from app.domain.clock import now
from app.settings import Settings
from app.store import accounts, migrate
from app.store.database import connect


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@click.pass_obj
def upgrade(settings: Settings) -> None:
    """Bring the database to this version's schema."""
    migrate.upgrade(settings.database)
    database = connect(settings.database)
    database.write(lambda session: accounts.ensure(session, settings.twilio_account_sid, now(), settings.business_name))
    database.close()
    click.echo("The database is up to date.")
