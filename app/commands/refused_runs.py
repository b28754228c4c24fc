"""A run that a command began is dropped when the command is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from app.commands.context import Installation
from app.domain.contacts.field_names import FieldUnknown
from app.domain.runs import control
from app.domain.runs.lists import RunRefused
from app.domain.runs.start_times import StartTimeRefused


@contextmanager
def dropped_if_refused(installation: Installation, number: int) -> Iterator[None]:
    """Drop the run when the block is refused, whatever by; what somebody started meanwhile stays as it is."""
    try:
        yield
    except (click.ClickException, FieldUnknown, RunRefused, StartTimeRefused):
        with suppress(RunRefused):
            installation.database.write(lambda session: control.drop(session, installation.actor, number))
        raise
