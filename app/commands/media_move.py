"""`media move`: all files from one media store to another."""

from __future__ import annotations

import click

from app.commands.context import opened
from app.domain.media.move import MoveRefused, move
from app.domain.media.store import media_store_for
from app.domain.media.two_stores import TwoStores
from app.settings import Settings


@click.command("move")
@click.pass_obj
def move_files(settings: Settings, /) -> None:
    """Move all files from MEDIA_STORE_BEFORE to MEDIA_STORE, while both are in use. Run it again if it was stopped.

    Each copy is compared by its hash before the old file goes.
    """
    if not settings.media_store_before:
        raise click.ClickException("MEDIA_STORE_BEFORE is not set: it names the store that files come from.")
    with opened(settings) as installation:
        stores = media_store_for(settings, installation.database)
        assert isinstance(stores, TwoStores)
        try:
            done = move(installation.database, stores, settings.twilio_account_sid, click.echo)
        except MoveRefused:
            raise click.ClickException("Another move is going on, or was killed a minute ago at most.") from None
        except OSError as error:
            raise click.ClickException(
                f"A store can't be reached: {error.strerror or error}. What was moved stays moved; run it again."
            ) from None
    click.echo(f"{len(done.moved)} files moved, {done.size} bytes.", err=True)
    if done.differ:
        raise click.ClickException(f"These differ in the two stores and were left in both: {', '.join(done.differ)}")
