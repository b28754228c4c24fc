"""`templates`: the account's templates, from the shell."""

from __future__ import annotations

import json
from typing import Any

import click

from app.commands import output
from app.commands.context import opened
from app.commands.template_faults import FAULTS
from app.domain.clock import now
from app.domain.templates import draft, groups, lint, making, rendering, sendable, sync
from app.gateways.twilio.content import ContentUnavailable, TwilioContent
from app.settings import Settings
from app.store import accounts
from app.store.tables import Template
from app.store.templates import rows

COLUMNS = ("sid", "name", "language", "type", "category", "status", "variables")


@click.group()
def templates() -> None:
    """Templates as the account has them at Twilio."""


@templates.command("sync")
@click.pass_obj
def read(settings: Settings) -> None:
    """Read the account's templates from Twilio, and say what changed."""
    with opened(settings) as installation:
        who = installation.actor
        installation.database.write(lambda session: accounts.ensure(session, who.account_sid, now()))
        try:
            done = sync.sync(installation.database, TwilioContent(settings), who)
        except ContentUnavailable as error:
            raise click.ClickException(f"Twilio could not be asked: {error}. Nothing was changed here.") from None
    click.echo(f"{done.total} templates: {len(done.new)} new, {len(done.changed)} changed, {len(done.gone)} gone.")
    for word in ("new", "changed", "gone"):
        for sid in getattr(done, word):
            click.echo(f"{word}\t{sid}")


@templates.command("list")
@output.list_options
@click.option("--status", default="", help="Only of this state, such as approved.")
@click.pass_obj
def list_templates(settings: Settings, /, limit: int, properties: str, status: str, **shown: str) -> None:
    """Every template, a line for each language."""
    with opened(settings) as installation:
        account_sid = installation.actor.account_sid
        found = installation.database.read(lambda session: rows.all_of(session, account_sid))
    lines = [_row(template) for template in found if status.lower() in ("", template.status)][:limit]
    output.show(lines, shown["output"], output.chosen(properties, COLUMNS, lines), every_property=not properties)


@templates.command()
@click.argument("sid")
@click.option("--fresh", is_flag=True, help="Ask Twilio about it first.")
@click.option("--variables", default="", help="Values as a JSON object: show the message that they make.")
@click.pass_obj
def show(settings: Settings, sid: str, fresh: bool, variables: str) -> None:
    """One template by its Content SID, as JSON, with why it can't be sent now."""
    template = _found(settings, sid, fresh=fresh)
    told = {**_row(template), "content_types": template.content_types, "samples": template.variables}
    told |= {"rejection_reason": template.rejection_reason or None, "why_not": sendable.why_not(template)}
    if variables:
        told["message"] = _rendered(template, variables)
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


@templates.command("lint")
@click.argument("sid")
@click.pass_obj
def look(settings: Settings, sid: str) -> None:
    """What WhatsApp would reject in a template. Exits 1 when there is more than hints."""
    template = _found(settings, sid, fresh=False)
    written = draft.of_template(template)
    with opened(settings) as installation:
        account_sid = installation.actor.account_sid
        beside = installation.database.read(lambda session: making.others(session, account_sid, written, template.id))
    faults = lint.lint(written, beside)
    for fault in faults:
        click.echo(f"{'hint' if fault.hint else 'fault'}\t{fault.part}\t{FAULTS[fault.code].format_map(fault.detail)}")
    if lint.stops(faults):
        raise click.ClickException("WhatsApp would reject this.")


def _found(settings: Settings, sid: str, *, fresh: bool) -> Template:
    with opened(settings) as installation:
        who = installation.actor
        try:
            if fresh:
                sync.check(installation.database, TwilioContent(settings), who, sid)
        except ContentUnavailable as error:
            raise click.ClickException(f"Twilio could not be asked: {error}.") from None
        found = installation.database.read(lambda session: rows.by_sid(session, who.account_sid, sid))
    if found is None:
        raise click.ClickException("No template has this Content SID. bin/switchboard templates sync reads them anew.")
    return found


def _rendered(template: Template, variables: str) -> str:
    try:
        values = json.loads(variables)
        if not isinstance(values, dict):
            raise ValueError
    except ValueError:
        raise click.UsageError('--variables takes a JSON object, such as \'{"1": "Ava"}\'') from None
    try:
        return rendering.render(template.content_types, {name: str(value) for name, value in values.items()}).text
    except rendering.MissingVariables as error:
        raise click.ClickException(f"Without a value: {', '.join(error.names)}") from None


def _row(template: Template) -> dict[str, Any]:
    return {
        "sid": template.sid,
        "name": groups.name_of(template),
        "language": template.language,
        "type": template.kind,
        "category": template.category or None,
        "status": template.status,
        "variables": " ".join(rendering.needed(template.content_types)),
        "body": template.body,
        "last_used_at": template.last_used_at and template.last_used_at.isoformat(),
        "synced_at": template.synced_at.isoformat(),
        "gone_at": template.gone_at and template.gone_at.isoformat(),
    }
