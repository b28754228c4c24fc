"""`media rehost`: bring the files of a message here that failed at somebody else's URL, and send it again with ours."""

from __future__ import annotations

import click

from app.commands.context import Installation, opened
from app.commands.message_rows import of_sid
from app.commands.preflight_failures import FAILURES
from app.commands.refusals import refusal
from app.domain.media.outgoing import MEGABYTE
from app.domain.media.store import media_store_for
from app.domain.sending import rehosting
from app.domain.sending.outbox import Enqueued
from app.gateways.public_url import PublicUrl
from app.settings import Settings


@click.command()
@click.argument("sid")
@click.pass_obj
def rehost(settings: Settings, /, sid: str) -> None:
    """Bring a failed message's files here from their URLs, and send it again with ours; by its SID or our number."""
    with opened(settings) as installation:
        account_sid = installation.actor.account_sid
        message = installation.database.read(lambda session: of_sid(session, account_sid, sid))
        if message is None:
            raise click.ClickException(f"There is no message {sid}.")
        asked = _asked(installation, message.id or 0)
        if asked.message_id is None:
            raise click.ClickException(refusal(asked.decision))
    if asked.repeated:
        click.echo(f"It was sent again before: message {asked.message_id}.")
    else:
        click.echo(f"Message {asked.message_id} is in the outbox, with the file from here.")
    click.echo(f"What becomes of it: bin/switchboard messages fetch {asked.message_id}", err=True)


def _asked(installation: Installation, number: int) -> Enqueued:
    settings, database = installation.settings, installation.database
    store, most = media_store_for(settings, database), settings.media_document_mb * MEGABYTE
    try:
        found, asked = rehosting.resend_ours(database, store, PublicUrl(), installation.actor, number, most)
    except OSError as error:
        raise click.ClickException(f"The file can't be stored: {error.strerror or error}. Nothing was sent.") from None
    if asked is None:
        why = FAILURES[found.failure].format(seen=found.seen)
        raise click.ClickException(f"{why} Nothing was sent. Send the file itself: messages send --media FILE.")
    return asked
