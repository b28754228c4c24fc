"""`consent import`: opt-ins and opt-outs from a CSV file, by the same verbs as in the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.commands.context import Installation, opened
from app.consent_words import CONSENT_PURPOSES
from app.domain.clock import now
from app.domain.consent import imports
from app.domain.consent.import_lines import FAULTS, FIELDS
from app.domain.consent.imports import ImportRefused
from app.domain.csv_file import FileUnreadable
from app.settings import Settings
from app.store import accounts
from app.store.consent import import_faults
from app.store.consent import imports as rows
from app.store.tables import ConsentImport

WHY = {
    "phone_missing": "no phone number",
    "phone_mangled": "a number that a spreadsheet has mangled; export it as text",
    "phone_invalid": "not a phone number; one without its country needs --country",
    "action_unknown": "neither opt-in nor opt-out",
    "purpose_missing": "no purpose",
    "purpose_unknown": "no such purpose",
    "purpose_all": "an opt-in names its purposes one by one",
    "date_missing": "no date",
    "date_unreadable": "a date that can't be read",
    "date_future": "a date to come",
    "proof_missing": "an opt-in without proof or wording",
    "duplicate": "an earlier line says the same",
    "already_recorded": "recorded already",
    "erased": "whom it was about was erased",
    "blocked_at_twilio": "opted out at Twilio or WhatsApp itself; only their own START ends that",
    "file_empty": "The file is empty.",
    "file_too_large": "The file is larger than 50 MB.",
    "file_not_text": "This is no CSV file.",
    "columns_missing": "The first line names no columns, or more than 60.",
    "phone_unmapped": "Say which column holds the phone numbers: --column phone=NAME.",
    "date_unmapped": "Say which column holds the dates: --column date=NAME.",
    "action_unmapped": "Say which column holds opt-in or opt-out (--column action=NAME), or give --action.",
    "purpose_unmapped": "Say which column holds the purposes (--column purpose=NAME), or give --purpose.",
    "not_now": "No line can be recorded.",
}
_AT_ONCE = 500


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", "columns", multiple=True, help="FIELD=NAME, where the names of columns don't tell.")
@click.option("--country", default="", help="Country of numbers that don't tell theirs, like DE.")
@click.option("--action", type=click.Choice(["in", "out"]), default=None, help="For lines that don't say it.")
@click.option("--purpose", type=click.Choice(CONSENT_PURPOSES), default=None, help="For lines that don't say it.")
@click.option("--month-first", is_flag=True, help="In dates such as 1/31/2026 the month comes first.")
@click.option("--good-lines", is_flag=True, help="Record the good lines although others are left out.")
@click.option("--dry-run", is_flag=True, help="Say what would be left out, and record nothing.")
@click.pass_obj
def import_file(
    settings: Settings, /, file: Path, columns: tuple[str, ...], good_lines: bool, dry_run: bool, **chosen: Any
) -> None:
    """Record the opt-ins and opt-outs of a CSV file. Each line that is left out is named on stderr."""
    with opened(settings) as installation:
        try:
            found = _checked(installation, file, columns, chosen)
            go_on = bool(found.good) and (good_lines or not found.bad) and not dry_run
            _end(installation, found, go_on)
        except (FileUnreadable, ImportRefused) as error:
            raise click.ClickException(WHY[error.code]) from None
    if not go_on and not dry_run:
        raise click.ClickException("Nothing was recorded. Mend the lines, or give --good-lines.")


def _checked(installation: Installation, file: Path, columns: tuple[str, ...], chosen: dict[str, Any]) -> ConsentImport:
    database, who = installation.database, installation.actor
    database.write(lambda session: accounts.ensure(session, who.account_sid, now()))
    with file.open("rb") as stream:
        number = imports.stage(database, who, file.name, stream)
    try:
        return _looked_at(installation, number, columns, chosen)
    except (click.UsageError, ImportRefused):
        _drop(installation, number)
        raise


def _looked_at(
    installation: Installation, number: int, columns: tuple[str, ...], chosen: dict[str, Any]
) -> ConsentImport:
    database, who = installation.database, installation.actor
    staged = _import(installation, number)
    places = {**staged.mapping["columns"], **dict(_column(one, staged.columns["names"]) for one in columns)}
    mapping = {
        "columns": places,
        "country": str(chosen["country"]).upper(),
        "action": chosen["action"] or "",
        "purpose": chosen["purpose"] or "",
        "month_first": chosen["month_first"],
    }
    database.write(lambda session: imports.check(session, who, number, mapping))
    imports.work(database, who.account_sid, number)
    found = _import(installation, number)
    _name_bad_lines(installation, number)
    click.echo(f"{found.good} lines can be recorded, {found.bad} are left out.", err=True)
    return found


def _end(installation: Installation, found: ConsentImport, go_on: bool) -> None:
    database, who, number = installation.database, installation.actor, found.id or 0
    if not go_on:
        _drop(installation, number)
        return
    database.write(lambda session: imports.apply(session, who, number))
    imports.work(database, who.account_sid, number)
    click.echo(f"Import {number}: {_import(installation, number).records} records.")


def _drop(installation: Installation, number: int) -> None:
    database, who = installation.database, installation.actor
    database.write(lambda session: imports.drop(session, who, number))
    imports.work(database, who.account_sid, number)


def _name_bad_lines(installation: Installation, number: int) -> None:
    account_sid, after = installation.actor.account_sid, 0
    while found := installation.database.read(
        lambda session, after=after: import_faults.lines(session, account_sid, number, FAULTS, after, _AT_ONCE)  # type: ignore[misc]
    ):
        for line in found:
            click.echo(f"line {line.line}: {WHY[line.fault]}", err=True)
        after = found[-1].line


def _import(installation: Installation, number: int) -> ConsentImport:
    account_sid = installation.actor.account_sid
    found = installation.database.read(lambda session: rows.get(session, account_sid, number))
    assert found is not None
    return found


def _column(one: str, names: list[str]) -> tuple[str, int]:
    field, _, name = one.partition("=")
    if field not in FIELDS or name not in names:
        raise click.UsageError(f"--column {one}: write FIELD=NAME, of {', '.join(FIELDS)} and {', '.join(names)}")
    return field, names.index(name)
