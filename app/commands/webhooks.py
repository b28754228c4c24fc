"""`webhooks`: the journal as a tool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import click

from app.commands import output
from app.commands.context import Installation, opened
from app.commands.quarantine import why
from app.domain.clock import now
from app.domain.media.store import media_store_for
from app.domain.webhooks.archive import Archive, replay_from
from app.domain.webhooks.replay import Replayed, replay
from app.domain.webhooks.webhook import Webhook
from app.gateways.encryption import Seal, SealBroken, new_key
from app.settings import Settings
from app.store.database import Session
from app.store.journal import rows as journal

COLUMNS = ("journal", "kind", "sid", "changed", "reason")


@click.group()
def webhooks() -> None:
    """The webhooks that Twilio posted, as they came."""


@webhooks.command("replay")
@click.argument("sids", nargs=-1)
@click.option("--since", default="", help="From this moment, ISO 8601 (UTC where no zone is given).")
@click.option("--until", "before", default="", help="Up to this moment; now where it is left out.")
@click.option("--from-archive", is_flag=True, help="Read the encrypted archive instead of the journal.")
@click.option("--output", "form", type=click.Choice(output.FORMATS), default="table", show_default=True)
@click.pass_obj
def replay_webhooks(
    settings: Settings, /, sids: tuple[str, ...], since: str, before: str, from_archive: bool, form: str
) -> None:
    """Apply stored webhooks again: those of one or more MessageSids, or of a span of time.

    What is right already stays as it is; what was changed is counted.
    """
    if bool(sids) == bool(since) or (sids and before):
        raise click.UsageError("Give one or more MessageSids, or --since (and --until).")
    with opened(settings) as installation:
        if from_archive:
            done = _from_archive(installation, sids, since, before)
        else:
            numbers = _numbers(installation, sids, since, before)
            done = replay(installation.database, installation.actor, numbers)
    if not done:
        raise click.ClickException(f"The {'archive' if from_archive else 'journal'} has no webhook like that.")
    rows = [
        {"journal": one.journal_id, "kind": one.kind, "sid": one.sid, "changed": one.changed, "reason": one.reason}
        for one in done
    ]
    output.show(rows, form, COLUMNS)
    for reason in sorted({one.reason for one in done if one.reason}):
        click.echo(why(reason), err=True)
    click.echo(f"{len(done)} applied again, {sum(one.changed for one in done)} changes.", err=True)


def _numbers(installation: Installation, sids: tuple[str, ...], since: str, before: str) -> list[int]:
    account_sid = installation.actor.account_sid
    if since:
        span = _moment(since), _moment(before) if before else now()
        return installation.database.read(lambda session: journal.between(session, account_sid, *span))
    return [number for sid in sids for number in installation.database.read(_of_sid(account_sid, sid))]


def _from_archive(installation: Installation, sids: tuple[str, ...], since: str, before: str) -> list[Replayed]:
    settings = installation.settings
    if not settings.archive_key:
        raise click.ClickException("ARCHIVE_KEY is not set: nothing can be read from the archive.")
    store = media_store_for(settings, installation.database)
    kept = Archive(store, Seal(settings.archive_key), settings.twilio_account_sid)
    first = _moment(since) if since else None
    last = _moment(before) if before else now()

    def wanted(webhook: Webhook) -> bool:
        return webhook.sid in sids or (first is not None and first <= webhook.occurred_at < last)

    try:
        return replay_from(kept, installation.database, installation.actor, wanted)
    except SealBroken:
        raise click.ClickException("The archive was sealed with another ARCHIVE_KEY.") from None


@webhooks.command("archive-key")
def archive_key() -> None:
    """Make a key for ARCHIVE_KEY."""
    click.echo(new_key())


def _of_sid(account_sid: str, sid: str) -> Callable[[Session], list[int]]:
    return lambda session: journal.of_sid(session, account_sid, sid)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text} is no moment in ISO 8601, like 2026-11-21T08:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
