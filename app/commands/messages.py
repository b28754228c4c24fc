"""`messages`: list, fetch and send."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from app.commands import message_options, output
from app.commands.context import opened
from app.commands.message_files import hosted
from app.commands.message_rows import row_of_sid, rows_of
from app.commands.refusals import refusal
from app.domain.clock import now
from app.domain.contacts import addresses
from app.domain.messages import resource
from app.domain.sending import new_recipient, together
from app.domain.statuses import RANK
from app.gateways.twilio.listed import Listed, ListUnavailable
from app.gateways.twilio.records import TwilioRecords
from app.settings import Settings
from app.store.messages.lists import MessageFilter
from app.vocabulary import MESSAGE_STATES

AT_TWILIO = ("sid", "direction", "from", "to", "status", "error_code", "date_created", "body")
HERE = ("sid", "id", "direction", "from", "to", "state", "status", "error_code", "date_created", "body")
# Twilio's words (its Message resource), and ours.
TWILIOS_STATUSES = frozenset({*RANK, "receiving", "received", "partially_delivered"})
STATUSES = TWILIOS_STATUSES | frozenset(MESSAGE_STATES)


@click.group()
def messages() -> None:
    """Messages, in our database or (with --twilio) at Twilio."""


@messages.command("list")
@click.option("--to", default="", help="Recipient; whatsapp: may be left out.")
@click.option("--from", "sender", default="", help="Sender; whatsapp: may be left out.")
@click.option("--date-sent", default="", help="A day as YYYY-MM-DD, with <, <=, > or >= before it or without.")
@click.option("--status", default="", help="Twilio's status, or our state.")
@click.option("--page-size", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--twilio", is_flag=True, help="Ask Twilio instead of our database.")
@output.list_options
@click.pass_obj
def list_messages(settings: Settings, /, twilio: bool, limit: int, page_size: int, **asked: str) -> None:
    """List messages, newest first."""
    known = TWILIOS_STATUSES if twilio else STATUSES
    if asked["status"] and asked["status"] not in known:
        at = " at Twilio" if twilio else ""
        raise click.UsageError(f"There is no status {asked['status']}{at}. There are: {', '.join(sorted(known))}.")
    since, before = _days(asked["date_sent"])
    wanted = MessageFilter(_address(asked["to"]), _address(asked["sender"]), asked["status"], since, before)
    rows = _at_twilio(settings, wanted, limit, page_size) if twilio else _here(settings, wanted, limit, page_size)
    columns = output.chosen(asked["properties"], AT_TWILIO if twilio else HERE, rows)
    output.show(rows, asked["output"], columns, every_property=not asked["properties"])


@messages.command()
@click.argument("sid")
@click.option("--twilio", is_flag=True, help="Ask Twilio instead of our database.")
@click.option("--output", type=click.Choice(output.FORMATS), default="json", show_default=True)
@click.option("--properties", default="", help="Columns, with commas between.")
@click.pass_obj
def fetch(settings: Settings, sid: str, twilio: bool, output: str, properties: str) -> None:
    """Show one message by its SID, or by our own number of it."""
    row = _one_at_twilio(settings, sid) if twilio else _one_here(settings, sid)
    if row is None:
        raise click.ClickException(f"There is no message {sid}{' at Twilio' if twilio else ''}.")
    show_one(row, output, properties)


def show_one(row: output.Row, form: str, properties: str) -> None:
    """Print one message."""
    few = HERE if "state" in row else AT_TWILIO
    columns = output.chosen(properties, tuple(row) if form == "json" else few, [row])
    if form == "json":
        click.echo(json.dumps({name: row[name] for name in columns}, indent=2, ensure_ascii=False))
    else:
        output.show([row], form, columns)


@messages.command()
@click.option("--to", required=True, help="Recipient; whatsapp: may be left out.")
@click.option("--body", default="", help="Free text, up to 1,600 characters.")
@click.option("--media", multiple=True, type=click.Path(path_type=Path), help="A file, hosted here; may be repeated.")
@click.option("--media-url", multiple=True, help="A public URL; may be given more than once.")
@click.option("--content-sid", default="", help="An approved template, HX….")
@click.option("--content-variables", default="", help='JSON, like {"1": "Ava"}.')
@click.option("--from", "sender", default="", help="Sender; else the one they wrote to, or by ROUTING_FILE.")
@click.option("--messaging-service-sid", default="", help="MG…; else by ROUTING_FILE, or TWILIO_MESSAGING_SERVICE_SID.")
@click.option("--max-price", default="", help="The most that this message may cost, in your account's currency.")
@click.pass_obj
def send(
    settings: Settings, /, to: str, sender: str, media: tuple[Path, ...], media_url: tuple[str, ...], **asked: str
) -> None:
    """Ask to send a message, through the same gate as everybody. Several files are several messages, in order."""
    draft = message_options.draft(media_url, **asked)
    own = _address(sender)
    key = f"command:{uuid.uuid4().hex}"
    with opened(settings) as installation, hosted(installation, media) as files:
        drafts = together.drafts_of(draft, [*files, *((url, "") for url in draft.media_urls)])
        answer = installation.database.write(
            lambda session: new_recipient.enqueue_all(session, installation.actor, to, own, drafts, key)
        )
        if not answer.message_ids:
            raise click.ClickException(refusal(answer.decision))
    for number in answer.message_ids:
        click.echo(f"Message {number} is in the outbox.")
    click.echo(f"What becomes of it: bin/switchboard messages fetch {answer.message_ids[0]}", err=True)


def _here(settings: Settings, wanted: MessageFilter, limit: int, page_size: int) -> list[output.Row]:
    with opened(settings) as installation:
        return installation.database.read(lambda session: rows_of(session, installation, wanted, limit, page_size))


def _one_here(settings: Settings, sid: str) -> output.Row | None:
    with opened(settings) as installation:
        account_sid = installation.actor.account_sid
        return installation.database.read(lambda session: row_of_sid(session, account_sid, sid))


def _at_twilio(settings: Settings, wanted: MessageFilter, limit: int, page_size: int) -> list[output.Row]:
    try:
        found = TwilioRecords(settings).matching(**vars(wanted), limit=limit, page_size=page_size)
    except ListUnavailable as error:
        raise _not_asked(settings, error) from error
    return [resource.listed(row) for row in found]


def _one_at_twilio(settings: Settings, sid: str) -> output.Row | None:
    try:
        found: Listed | None = TwilioRecords(settings).one(sid)
    except ListUnavailable as error:
        raise _not_asked(settings, error) from error
    return resource.listed(found) if found else None


def _not_asked(settings: Settings, error: Exception) -> click.ClickException:
    where = settings.twilio_api_base_url or "https://api.twilio.com"
    return click.ClickException(f"Twilio could not be asked at {where}: {error}")


def _address(typed: str) -> str:
    if not typed:
        return ""
    address = addresses.recipient(typed)
    if address is None:
        raise click.UsageError(f"{typed} is neither a number in E.164 nor a WhatsApp id.")
    return address


def _days(asked: str) -> tuple[datetime | None, datetime | None]:
    match = re.fullmatch(r"([<>]?=?)\s*(\d{4}-\d{2}-\d{2})", asked)
    if not asked:
        return None, None
    if match is None:
        raise click.UsageError("--date-sent takes a day like 2026-11-21, or >2026-11-21, or <2026-11-21.")
    try:
        day = datetime.fromisoformat(match[2]).replace(tzinfo=UTC)
    except ValueError:
        raise click.UsageError(f"{match[2]} is no day.") from None
    next_day, end = day + timedelta(days=1), now() + timedelta(days=1)
    return {
        ">": (next_day, end),
        ">=": (day, end),
        "<": (None, day),
        "<=": (None, next_day),
        "": (day, next_day),
        "=": (day, next_day),
    }[match[1]]
