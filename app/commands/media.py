"""`media`: files of customers and of ours."""

from __future__ import annotations

import click

from app.commands.context import opened
from app.domain.media import escalation
from app.settings import Settings


@click.group()
def media() -> None:
    """Files of customers and of ours."""


@media.command("escalation")
@click.option("--days", type=click.IntRange(1, escalation.MOST_DAYS), default=7, show_default=True)
@click.option("--output", "form", type=click.Choice(("text", "csv")), default="text", show_default=True)
@click.pass_obj
def escalation_list(settings: Settings, /, days: int, form: str) -> None:
    """What Twilio's support asks for about customers' files that came late or never."""
    with opened(settings) as installation:
        actor = installation.actor
        found = installation.database.read(lambda session: escalation.late_files(session, actor, days))
    text = escalation.as_csv(found) if form == "csv" else escalation.as_text(found, settings.twilio_account_sid)
    click.echo(text, nl=False)
    click.echo(f"{len(found)} files came late in the last {days} days.", err=True)
