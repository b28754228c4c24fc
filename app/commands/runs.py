"""`runs create|list|show|pause|resume|stop`: templates to many people, by the same verbs as in the console."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.commands import left_out_reasons
from app.commands.context import Installation, opened
from app.commands.output import chosen, list_options, show
from app.commands.refused_runs import dropped_if_refused
from app.commands.run_refusals import WHY, unknown_field, why
from app.commands.run_variables import fillings_of, place_of
from app.consent_words import PURPOSES
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts.field_names import FieldUnknown
from app.domain.csv_file import FileUnreadable
from app.domain.runs import chosen_people, control, lists, planning, report, start_times, starting
from app.domain.runs.chosen_people import Choice
from app.domain.runs.control import Terms
from app.domain.runs.lists import NewRun, RunRefused
from app.domain.runs.start_times import StartTimeRefused
from app.domain.runs.variable_columns import ListColumns
from app.gateways.twilio.content import TwilioContent
from app.settings import Settings
from app.store.database import Session
from app.store.runs import rows
from app.store.tables import TemplateRun

_LIST_COLUMNS = ("id", "name", "state", "reason", "lines", "template", "created_at")
_VARIABLE_HELP = "NAME=COLUMN, NAME=first_name, NAME=last, 'NAME=field:order number', or NAME:=TEXT for all."


@click.group()
def runs() -> None:
    """Send a template to a list of people."""


@runs.command()
@click.option("--name", required=True, help="What you call it.")
@click.option("--content-sid", required=True)
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV file.")
@click.option("--to", "numbers", multiple=True, help="A number; may be given again.")
@click.option("--label", default="", help="Everybody with this label, and all of the next three that are given.")
@click.option("--search", default="", help="Everybody whose name or number fits.")
@click.option("--in-country", default="", help="Everybody in this country, like PT.")
@click.option("--opted-in", type=click.Choice(PURPOSES), default=None, help="Everybody who agreed to this purpose.")
@click.option("--phone", default="", help="The column with the numbers, where its name doesn't tell.")
@click.option("--country", default="", help="Country of numbers that don't tell theirs, like DE.")
@click.option("--variable", "variables", multiple=True, help=_VARIABLE_HELP)
@click.option("--start", is_flag=True, help="Let it go out now.")
@click.option("--at", "typed", default="", help="Let it go out at this time, like 2026-03-29T09:00.")
@click.option("--zone", default="UTC", show_default=True)
@click.option("--stop-share", type=int, default=10, show_default=True)
@click.option("--spend-cap", default="")
@click.pass_obj
def create(settings: Settings, /, name: str, content_sid: str, file: Path | None, **options: Any) -> None:
    """Plan a run, and say who would get it; with --start or --at let it go out. Refused, the run is dropped."""
    with opened(settings) as installation:
        new = NewRun(name, content_sid)
        try:
            number = _list(installation, new, file, options)
            with dropped_if_refused(installation, number):
                found = _planned(installation, number, options)
                _say(installation, found)
                if options["start"] or options["typed"]:
                    _start(installation, number, options)
        except (FileUnreadable, RunRefused, StartTimeRefused) as error:
            raise click.ClickException(why(error)) from None
        except FieldUnknown as error:
            raise click.ClickException(unknown_field(error)) from None


@runs.command("list")
@list_options
@click.pass_obj
def list_runs(settings: Settings, /, output: str, limit: int, properties: str) -> None:
    """The newest runs."""
    with opened(settings) as installation:
        account_sid = installation.actor.account_sid
        found = installation.database.read(lambda session: rows.newest(session, account_sid, None, limit))
    shown = [_row(run) for run in found]
    show(shown, output, chosen(properties, _LIST_COLUMNS, shown))


@runs.command("show")
@click.argument("number", type=int)
@click.pass_obj
def show_run(settings: Settings, /, number: int) -> None:
    """How a run stands."""
    with opened(settings) as installation:
        _say(installation, run_with(installation, number))


def _deed(name: str, help_text: str, verb: Callable[[Session, Actor, int], None]) -> click.Command:
    @click.argument("number", type=int)
    @click.pass_obj
    def command(settings: Settings, /, number: int) -> None:
        with opened(settings) as installation:
            try:
                installation.database.write(lambda session: verb(session, installation.actor, number))
            except RunRefused as error:
                raise click.ClickException(why(error)) from None
            _say(installation, run_with(installation, number))

    return click.command(name, help=help_text)(command)


runs.add_command(_deed("pause", "Hold what isn't with Twilio yet.", control.pause))
runs.add_command(_deed("resume", "Let a paused run go on.", control.resume))
runs.add_command(_deed("stop", "End a run for good.", control.stop))


def _list(installation: Installation, new: NewRun, file: Path | None, options: dict[str, Any]) -> int:
    numbers = options["numbers"]
    people = Choice.typed(options["label"], options["search"], options["in_country"], options["opted_in"] or "")
    ways = [file is not None, bool(numbers), people != Choice()].count(True)
    if ways != 1:
        raise click.UsageError(WHY["list_twice" if ways else "list_missing"])
    if people != Choice():
        return chosen_people.from_people(installation.database, installation.actor, new, people)
    if file is None:
        return lists.from_numbers(installation.database, installation.actor, new, "\n".join(numbers))
    with file.open("rb") as stream:
        return lists.from_file(installation.database, installation.actor, new, stream)


def _planned(installation: Installation, number: int, options: dict[str, Any]) -> TemplateRun:
    database, who = installation.database, installation.actor
    run = run_with(installation, number)
    names, guessed = run.columns["names"], ListColumns.of(run.mapping)
    phone = place_of(options["phone"], names) if options["phone"] else guessed.phone
    fillings = {**guessed.variables, **fillings_of(options["variables"], names)}
    columns = ListColumns(phone, str(options["country"]).upper(), fillings)
    database.write(lambda session: control.plan(session, who, number, columns))
    # The worker may be planning it already.
    while run_with(installation, number).state == "planning":
        if not planning.work(database, who.account_sid, number):
            time.sleep(0.1)
    return run_with(installation, number)


def _start(installation: Installation, number: int, options: dict[str, Any]) -> None:
    database, who = installation.database, installation.actor
    at = start_times.moment_of(options["typed"], options["zone"], now()) if options["typed"] else None
    terms = Terms(at, options["zone"], options["stop_share"], options["spend_cap"])
    contents = TwilioContent(installation.settings)
    starting.start(database, contents, who, number, terms)
    click.echo(f"Run {number} {run_with(installation, number).state}.")


def _say(installation: Installation, run: TemplateRun) -> None:
    account_sid, number = installation.actor.account_sid, run.id or 0
    standing = installation.database.read(lambda session: report.standing(session, account_sid, number))
    click.echo(f"Run {run.id}, {run.name}: {run.state}{f' ({run.reason})' if run.reason else ''}")
    for name in ("waiting", "queued", "sent", "delivered", "read", "answered", "unconfirmed", "called_off"):
        click.echo(f"  {name.replace('_', ' ')}: {getattr(standing, name)}")
    for word, counted in (("failed", standing.failed), ("left out", standing.left_out), ("bad line", standing.bad)):
        for code, count in counted.items():
            said = f" ({left_out_reasons.REASONS[code]})" if counted is not standing.failed else ""
            click.echo(f"  {word}, {code}: {count}{said}")


def run_with(installation: Installation, number: int) -> TemplateRun:
    """The account's run with this number."""
    account_sid = installation.actor.account_sid
    found = installation.database.read(lambda session: rows.get(session, account_sid, number))
    if found is None:
        raise click.ClickException(WHY["unknown"])
    return found


def _row(run: TemplateRun) -> dict[str, Any]:
    kept = {name: getattr(run, name) for name in ("id", "name", "state", "reason", "lines")}
    return {**kept, "template": run.content_sid, "created_at": run.created_at.isoformat()}
