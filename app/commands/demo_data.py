"""`demo-data`: the demo's sample."""

import os

import click

from app.domain.agents.passwords import PasswordRefused
from app.sample.load import load
from app.settings import Settings
from app.store.database import connect


@click.command("demo-data")
@click.pass_obj
def demo_data(settings: Settings) -> None:
    """Fill an account that nobody has used yet with sample data; leave any other as it is.

    The sample's people log in by what DEMO_PASSWORD is set to.
    """
    password = os.environ.get("DEMO_PASSWORD")
    if not password:
        raise click.ClickException("Set DEMO_PASSWORD to what the sample's people are to log in by.")
    database = connect(settings.database)
    try:
        load(settings, database, password)
    except PasswordRefused as error:
        raise click.ClickException(f"DEMO_PASSWORD can't be used: {error}") from None
    finally:
        database.close()
