"""The commands of `bin/switchboard`. Each exits 0 when done, and 1 with the reason on stderr when not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from app import process_start
from app.application import create_app
from app.commands import (
    agents,
    consent,
    consent_import,
    consent_record,
    database,
    errors,
    media,
    media_files,
    media_move,
    media_rehost,
    messages,
    privacy,
    retention,
    runs,
    runs_left_out,
    templates,
    tokens,
    webhooks,
)
from app.domain.privacy.export import Render
from app.process_start import START_FAULTS
from app.settings import Settings
from app.store.errors import DatabaseUnavailable
from app.web.consent.sheet_view import document
from app.web.privacy.document import document as person_document


@click.group()
@click.pass_context
def switchboard(context: click.Context) -> None:
    """Switchboard: a WhatsApp console for small support teams."""
    context.meta[consent.RENDER_SHEET] = _render_sheet
    context.meta[privacy.RENDER_PERSON] = _render_person
    try:
        context.obj = process_start.read()
    except START_FAULTS as error:
        # An evidence sheet is checked on any machine, with nothing but the public key.
        if any(word.partition("=")[0] == consent.SHEET_OPTION for word in sys.argv):
            return
        raise click.ClickException(str(error)) from None


switchboard.add_command(agents.agents)
switchboard.add_command(consent.consent)
consent.consent.add_command(consent_record.record)
consent.consent.add_command(consent_import.import_file)
switchboard.add_command(database.db)
switchboard.add_command(errors.errors)
switchboard.add_command(media.media)
media.media.add_command(media_files.put)
media.media.add_command(media_files.list_files)
media.media.add_command(media_move.move_files)
media.media.add_command(media_rehost.rehost)
switchboard.add_command(messages.messages)
switchboard.add_command(privacy.privacy)
switchboard.add_command(runs.runs)
runs.runs.add_command(runs_left_out.list_left_out)
switchboard.add_command(templates.templates)
switchboard.add_command(retention.retention)
switchboard.add_command(tokens.tokens)
switchboard.add_command(webhooks.webhooks)


def _render_sheet(settings: Settings, content: dict[str, Any]) -> str:
    application = create_app(settings)
    try:
        with application.test_request_context():
            return document(content)
    finally:
        application.extensions["services"].database.close()


@contextmanager
def _render_person(settings: Settings) -> Iterator[Render]:
    application = create_app(settings)
    try:
        with application.test_request_context():
            yield person_document
    finally:
        application.extensions["services"].database.close()


def main() -> None:
    """Run the command: exit 0 when it is done, 1 with the reason on stderr when not."""
    try:
        code = switchboard(prog_name="bin/switchboard", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except click.Abort:
        sys.exit("Stopped.")
    except DatabaseUnavailable as error:
        sys.exit(f"The database could not be reached: {error}")
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
