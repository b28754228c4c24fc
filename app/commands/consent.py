"""`consent`: the public key of the ledger, whether all of it is as it was sealed, and exports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from app.commands import consent_faults
from app.commands.context import Installation, opened
from app.domain.consent import checkpoints, exports, sheet, sheet_signature
from app.domain.consent.signed_note import NoteInvalid, Verifier
from app.domain.consent.verify import LedgerBroken, Report
from app.domain.consent.verify import verify as verify_ledger
from app.domain.contacts import mobile_spellings
from app.settings import Settings
from app.store.consent import evidence

SHEET_OPTION = "--sheet"
# Under this name the context holds what makes a document of a sheet's content: documents are the web layer's.
RENDER_SHEET = "switchboard.render_sheet"
RenderSheet = Callable[[Settings, dict[str, Any]], str]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def consent() -> None:
    """What people agreed to and took back, and the proof of it."""


@consent.command()
@click.pass_obj
def key(settings: Settings) -> None:
    """Print the public key that checkpoints and evidence sheets are checked with."""
    click.echo(checkpoints.signer(settings).verifier)


@consent.command()
@click.option("--checkpoint", type=FILE, help="A checkpoint that was kept elsewhere.")
@click.option(SHEET_OPTION, "sheet_file", type=FILE, help="Check an evidence sheet, with --key and no database.")
@click.option("--key", "keys", multiple=True, help="A public key, as `consent key` prints it; also one of before.")
@click.pass_obj
def verify(settings: Settings | None, checkpoint: Path | None, sheet_file: Path | None, keys: tuple[str, ...]) -> None:
    """Check that nothing was rewritten: every record, the tree, the checkpoints, and what is in force."""
    given = [_verifier(text) for text in keys]
    if sheet_file is not None:
        _verify_sheet(sheet_file, given or ([checkpoints.signer(settings).verifier] if settings else []))
        return
    assert settings is not None
    kept = checkpoint.read_bytes().decode() if checkpoint else ""
    known = [checkpoints.signer(settings).verifier, *given]
    with opened(settings) as here:
        try:
            report = here.database.read(
                lambda session: verify_ledger(session, settings.twilio_account_sid, known, kept)
            )
        except LedgerBroken as error:
            raise click.ClickException(consent_faults.ledger(error.why, error.subject, error.detail)) from None
    _tell(report, bool(kept))


@consent.command()
@click.option("--format", "form", type=click.Choice((*exports.FORMATS, "sheet")), required=True)
@click.option("--address", default="", help="Of the person with this number only.")
@click.pass_context
def export(context: click.Context, form: str, address: str) -> None:
    """Print the ledger, or with --address one person's part of it; or that person's evidence sheet."""
    if form == "sheet" and not address:
        raise click.UsageError("A sheet is of one person: give --address.")
    settings: Settings = context.obj
    with opened(settings) as here:
        contact_id = _contact(here, address) if address else None
        if form == "sheet":
            _print([_sheet(here, contact_id or 0, context.meta[RENDER_SHEET])])
            return
        exports.write_down(here.database, here.actor, form, contact_id)
        account_sid, controller = settings.twilio_account_sid, settings.public_base_url
        _print(exports.parts(here.database, account_sid, form, contact_id, controller))


def _contact(here: Installation, address: str) -> int:
    number = address.strip().removeprefix("whatsapp:").replace(" ", "")
    spelled = mobile_spellings.spellings(f"whatsapp:{number}")
    account_sid = here.settings.twilio_account_sid
    found = here.database.read(lambda session: evidence.contact_at(session, account_sid, spelled))
    if found is None:
        raise click.ClickException(f"Nobody is known at {address}.")
    return found


def _sheet(here: Installation, contact_id: int, rendered: RenderSheet) -> str:
    signer = checkpoints.signer(here.settings)
    try:
        content = sheet.make(here.database, here.actor, contact_id, signer)
    except sheet.PersonErased:
        raise click.ClickException(
            "This person was erased: nothing of what a sheet shows is left. `consent verify` proves their records."
        ) from None
    assert content is not None
    return sheet_signature.sign(rendered(here.settings, content), signer)


def _print(parts: Iterable[str]) -> None:
    # Bytes as they are: a sheet is signed to the last line's end.
    for part in parts:
        sys.stdout.write(part)


def _verifier(text: str) -> Verifier:
    try:
        return Verifier.parse(text)
    except NoteInvalid:
        raise click.UsageError(consent_faults.SHEET["key_malformed"]) from None


def _verify_sheet(file: Path, keys: list[Verifier]) -> None:
    if not keys:
        raise click.UsageError("Give the ledger's public key with --key.")
    try:
        found = sheet_signature.check(file.read_bytes().decode(errors="replace"), keys[0])
    except sheet_signature.SheetInvalid as error:
        raise click.ClickException(consent_faults.sheet(error.why, error.subject)) from None
    click.echo(f"The sheet is as it was signed, from {found.origin} with {found.size} records then.")
    click.echo(f"Records proven to be in it: {found.proven}. Not sealed yet: {found.unsealed}.")


def _tell(report: Report, kept: bool) -> None:
    click.echo(f"Records as they were sealed: {report.leaves}, of which erased: {report.erased}.")
    click.echo(f"Records not sealed yet: {report.unsealed}.")
    click.echo(f"Checkpoints that fit: {report.checkpoints}, {'with' if kept else 'without'} one kept elsewhere.")
    click.echo(f"Contacts for whom what is in force follows from the records: {report.people}.")
