"""`retention`: what is deleted after its time, now or on trial."""

from __future__ import annotations

import os

import click

from app.commands import output
from app.commands.context import Installation, opened
from app.domain import access
from app.domain.clock import now
from app.domain.media.store import media_store_for
from app.domain.retention.plan import plan
from app.domain.retention.run import Retention
from app.settings import Settings

PLANNED = ("kind", "setting", "days", "count", "oldest", "kept")
DELETED = ("kind", "deleted", "oldest", "kept")


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be deleted, and delete nothing.")
@click.option("--output", "form", type=click.Choice(output.FORMATS), default="table", show_default=True)
@click.pass_obj
def retention(settings: Settings, *, dry_run: bool, form: str) -> None:
    """Delete what is older than it is to be kept. The worker does so once a day."""
    with opened(settings) as installation:
        if dry_run:
            output.show(_planned(installation), form, PLANNED)
        else:
            output.show(_deleted(installation), form, DELETED)


def _planned(installation: Installation) -> list[output.Row]:
    access.require(installation.actor, "retention.read")
    store = media_store_for(installation.settings, installation.database)
    return [
        {
            "kind": one.kind,
            "setting": one.setting,
            "days": one.days or "for ever",
            "count": one.count,
            "oldest": one.oldest.date().isoformat() if one.oldest else "",
            "kept": dict(one.kept or {}),
        }
        for one in plan(installation.database, installation.settings, store, now())
    ]


def _deleted(installation: Installation) -> list[output.Row]:
    access.require(installation.actor, "retention.run")
    store = media_store_for(installation.settings, installation.database)
    run = Retention(installation.database, installation.settings, store, f"command:{os.getpid()}").run()
    if run is None:
        raise click.ClickException("Another process deletes at this moment. Look again in a minute.")
    return [
        {"kind": kind, "deleted": told["deleted"], "oldest": told["oldest"][:10], "kept": told["kept"]}
        for kind, told in run.did.items()
    ]
