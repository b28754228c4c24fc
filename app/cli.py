"""The commands of `bin/switchboard`. Each exits 0 when done, and 1 with the reason on stderr when not."""

from __future__ import annotations

import sys
from typing import Any

import click

from app import create_app, environment
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
    messages,
    retention,
    runs,
    templates,
    tokens,
    webhooks,
)
from app.domain.gate import in_force
from app.domain.redaction import forms as redaction
from app.domain.runs import prices
from app.domain.sending import routing
from app.domain.yaml_text import UnusableFile
from app.settings import Settings
from app.store.errors import DatabaseUnavailable
from app.web.consent.sheet_view import document


@click.group()
@click.pass_context
def switchboard(context: click.Context) -> None:
    """Switchboard: a WhatsApp console for small support teams."""
    context.meta[consent.RENDER_SHEET] = _render_sheet
    try:
        context.obj = environment.load()
        in_force.use(context.obj.rules_file)
        routing.use(context.obj)
        prices.use(context.obj.prices_file)
        redaction.use(context.obj.redact.split(","))
    except (environment.SettingsError, UnusableFile, prices.PricesError) as error:
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
switchboard.add_command(messages.messages)
switchboard.add_command(runs.runs)
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
