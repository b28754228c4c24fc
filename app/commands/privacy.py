"""`privacy`: everything about one person to take away, and their erasure."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click

from app.commands.context import Installation, opened
from app.domain.clock import now
from app.domain.contacts import addresses, mobile_spellings
from app.domain.media.store import media_store_for
from app.domain.privacy import export as exports
from app.domain.privacy.export import Render
from app.settings import Settings
from app.store.consent import evidence

# Under this name the context holds what renders a person's document: documents are the web layer's.
RENDER_PERSON = "switchboard.render_person"
OpenRender = Callable[[Settings], AbstractContextManager[Render]]


@click.group()
def privacy() -> None:
    """Everything about one person: to take away, or to erase."""


@privacy.command()
@click.option("--address", required=True, help="The person's number or WhatsApp id.")
@click.option("--to", "target", type=click.Path(path_type=Path), default=Path(), help="A folder, or the file's name.")
@click.pass_context
def export(context: click.Context, address: str, target: Path) -> None:
    """Write everything about one person into a ZIP: person.json, person.html, and the files of their messages."""
    settings: Settings = context.obj
    open_render: OpenRender = context.meta[RENDER_PERSON]
    with opened(settings) as here, open_render(settings) as render:
        contact_id = contact_at(here, address)
        store = media_store_for(settings, here.database)
        found = exports.make(here.database, store, here.actor, contact_id, render)
        assert found is not None
        file = target / f"person-{contact_id}-{now():%Y-%m-%d}.zip" if target.is_dir() else target
        with file.open("xb") as out:
            for part in found.parts():
                out.write(part)
        click.echo(f"Everything about them is in {file}.")


def contact_at(here: Installation, typed: str) -> int:
    """The contact at an address, however it is spelled. A ClickException when nobody is known there."""
    address = addresses.recipient(typed) or f"whatsapp:{typed.strip().removeprefix('whatsapp:')}"
    spelled, account_sid = mobile_spellings.spellings(address), here.settings.twilio_account_sid
    found = here.database.read(lambda session: evidence.contact_at(session, account_sid, spelled))
    if found is None:
        raise click.ClickException(f"Nobody is known at {typed}.")
    return found
