"""`privacy`: everything about one person to take away, and their erasure."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click

from app.commands.context import Installation, opened
from app.domain.clock import now
from app.domain.contacts import addresses, known_again, mobile_spellings
from app.domain.media.store import media_store_for
from app.domain.privacy import erasure, plan
from app.domain.privacy import export as exports
from app.domain.privacy.erasure import NotErased
from app.domain.privacy.export import Render
from app.domain.privacy.plan import Plan
from app.domain.privacy.steps import tools_of
from app.settings import Settings
from app.store.consent import evidence
from app.store.privacy import erasures

# Under this name the context holds what renders a person's document: documents are the web layer's.
RENDER_PERSON = "switchboard.render_person"
# Why somebody can't be erased now, or an erasure can't go on.
WHY = {
    "sending_now": "A message to them is on its way to Twilio, or is still looked for. Try again in some minutes.",
    "contact_unknown": "Nobody has this address.",
    "erased_already": "They are erased already.",
    "archive_key_missing": "The archive can't be looked through without ARCHIVE_KEY. Set it, and the worker goes on.",
    "archive_key_other": "A part of the archive has another ARCHIVE_KEY. Set that one, and the worker goes on.",
    "store_down": "Files can't be reached just now. The worker goes on once they can.",
    "not_sealed_yet": "Some consent records aren't sealed yet. The worker goes on once they are.",
}
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


@privacy.command()
@click.option("--address", required=True, help="The person's number or WhatsApp id.")
@click.option("--yes", is_flag=True, help="Do it. Without this nothing is changed.")
@click.pass_obj
def erase(settings: Settings, address: str, yes: bool) -> None:
    """Say what an erasure would remove and keep; with --yes, erase the person for good."""
    with opened(settings) as here:
        contact_id, account_sid = contact_at(here, address), settings.twilio_account_sid
        _tell(here.database.read(lambda session: plan.of(session, account_sid, contact_id)))
        if not yes:
            click.echo("Nothing was changed. Erase them with --yes.")
            return
        tools = tools_of(settings, here.database, media_store_for(settings, here.database))
        try:
            number = erasure.begin(tools, here.actor, contact_id)
        except NotErased as error:
            raise click.ClickException(WHY[error.reason]) from None
        done = erasure.finish(tools, account_sid, number)
        if done.trouble:
            raise click.ClickException(f"They have no name and no address here any more, but: {WHY[done.trouble]}")
        click.echo("They are erased.")


@privacy.command()
@click.pass_obj
def key(settings: Settings) -> None:
    """Print the key that hashes of erased people's addresses are made with, as SUPPRESSION_KEYS takes it."""
    version, content = list(known_again.keys().by_version.items())[-1]
    with opened(settings) as here:
        used = here.database.read(lambda session: erasures.key_versions(session, settings.twilio_account_sid))
    if missing := sorted(used - set(known_again.keys().by_version)):
        click.echo(f"Opt-outs are kept by keys that aren't there: {', '.join(missing)}.", err=True)
    click.echo(f"{version}:{base64.b64encode(content).decode()}")


def _tell(found: Plan) -> None:
    waiting = f", of which {found.waiting} wait to leave and are cancelled" if found.waiting else ""
    click.echo(f"Goes: messages: {found.messages}{waiting}; files: {found.files}; addresses: {found.addresses}; names;")
    click.echo(f"  what is personal in consent records: {found.records}; all in journal, archive, spool and feed.")
    click.echo("Stays: times, states and SIDs of messages, and the ledger's hashes; who did what, by number.")
    if found.opt_outs:
        click.echo(f"Stays by a keyed hash of each address, and holds if it comes back: opt-outs: {found.opt_outs}.")


def contact_at(here: Installation, typed: str) -> int:
    """The contact at an address, however it is spelled. A ClickException when nobody is known there."""
    address = addresses.recipient(typed) or f"whatsapp:{typed.strip().removeprefix('whatsapp:')}"
    spelled, account_sid = mobile_spellings.spellings(address), here.settings.twilio_account_sid
    found = here.database.read(lambda session: evidence.contact_at(session, account_sid, spelled))
    if found is None:
        raise click.ClickException(f"Nobody is known at {typed}.")
    return found
