"""`demo-data`: the demo's sample."""

import os

import click

from app.domain.agents.passwords import PasswordRefused
from app.sample.load import load
from app.settings import Settings
from app.store.database import connect


@click.command("demo-data")
@click.option("--stand-in", "stand_in_url", default="", help="Where a stand-in for Twilio wants to know of it.")
@click.pass_obj
def demo_data(settings: Settings, stand_in_url: str) -> None:
    """Fill an account that nobody has used yet with sample data; leave any other as it is.

    The sample's people log in by what DEMO_PASSWORD is set to.
    """
    password = os.environ.get("DEMO_PASSWORD")
    if not password:
        raise click.ClickException("Set DEMO_PASSWORD to what the sample's people are to log in by.")
    database = connect(settings.database)
    try:
        load(settings, database, password, stand_in_url)
    except PasswordRefused as error:
        raise click.ClickException(f"DEMO_PASSWORD can't be used: {error}") from None
    except OSError as error:
        raise click.ClickException(f"The stand-in at {stand_in_url} can't be told: {error}") from None
    finally:
        database.close()
