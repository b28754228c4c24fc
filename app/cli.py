"""The commands of `bin/switchboard`. Each exits 0 when done, and 1 with the reason on stderr when not."""

from __future__ import annotations

import sys

import click

from app import environment
from app.commands import agents, consent_import, database, errors, messages, webhooks
from app.store.errors import DatabaseUnavailable


@click.group()
@click.pass_context
def switchboard(context: click.Context) -> None:
    """Switchboard: a WhatsApp console for small support teams."""
    try:
        context.obj = environment.load()
    except environment.SettingsError as error:
        raise click.ClickException(str(error)) from None


switchboard.add_command(agents.agents)
switchboard.add_command(consent_import.consent)
switchboard.add_command(database.db)
switchboard.add_command(errors.errors)
switchboard.add_command(messages.messages)
switchboard.add_command(webhooks.webhooks)


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
