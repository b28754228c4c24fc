"""`media put` and `media list`: the files that messages can carry."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from app.commands import output
from app.commands.context import opened
from app.commands.message_files import host
from app.domain.clock import now
from app.domain.media import links
from app.domain.media.grants import MediaLinks
from app.domain.media.store import media_store_for
from app.media_words import HOSTED_KINDS
from app.settings import Settings
from app.store.media import library
from app.store.media.library import FileFilter, Tally
from app.store.tables import HostedFile

COLUMNS = ("id", "name", "content_type", "size", "created_at", "url_until", "messages", "fetches")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--url", is_flag=True, help="Make a temporary URL of each, and print it.")
@click.option("--seconds", type=click.IntRange(600, 172_800), help="How long the URL lives; else MEDIA_URL_SECONDS.")
@click.pass_obj
def put(settings: Settings, files: tuple[Path, ...], url: bool, seconds: int | None) -> None:
    """Check files as the media page does, and keep them."""
    lives = timedelta(seconds=seconds or settings.media_url_seconds)
    addresses = MediaLinks(settings.public_base_url, settings.secret_key)
    with opened(settings) as installation:
        store = media_store_for(settings, installation.database)
        for path in files:
            file = host(installation, store, path)
            number = file.id or 0
            click.echo(f"File {number} is kept as {file.name} ({file.content_type}, {file.size} bytes).")
            if url:
                made = installation.database.write(
                    lambda session, number=number: links.make(session, installation.actor, number, lives)  # type: ignore[misc]
                )
                click.echo(addresses.address(made, file.name))


@click.command("list")
@click.option("--name", default="", help="A part of the name.")
@click.option("--kind", type=click.Choice(HOSTED_KINDS), help="Only files of this kind.")
@output.list_options
@click.pass_obj
def list_files(settings: Settings, name: str, kind: str | None, output: str, limit: int, properties: str) -> None:
    """List the files, newest first."""
    show(settings, FileFilter(name, kind or ""), output, limit, properties)


def show(settings: Settings, wanted: FileFilter, form: str, limit: int, properties: str) -> None:
    """Print the files that fit."""
    with opened(settings) as installation:
        account_sid = installation.actor.account_sid
        found = installation.database.read(lambda session: library.page(session, account_sid, wanted, None, limit))
        rows: list[output.Row] = []
        for start in range(0, len(found), 100):
            some = [file.id or 0 for file in found[start : start + 100]]
            told = installation.database.read(
                lambda session, some=some: library.tallies(session, account_sid, some, now())  # type: ignore[misc]
            )
            rows += [_row(file, told[file.id or 0]) for file in found[start : start + 100]]
    output.show(rows, form, output.chosen(properties, COLUMNS, rows), every_property=not properties)


def _row(file: HostedFile, tally: Tally) -> output.Row:
    return {
        "id": file.id,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "created_at": file.created_at.isoformat(),
        "url_until": tally.until.isoformat() if tally.until else "",
        "messages": tally.uses,
        "fetches": tally.fetches,
    }
