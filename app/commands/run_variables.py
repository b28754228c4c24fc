"""What fills a run's variables, as it is typed at the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.domain.runs.variable_columns import Filling, contact_field


def fillings_of(given: Sequence[str], names: list[str]) -> dict[str, Filling]:
    """What fills each variable, as typed: NAME=COLUMN, NAME=FIELD or NAME:=TEXT. Raises UsageError."""
    made = [_filling(one, names) for one in given]
    fillings = dict(made)
    if len(fillings) < len(made):
        twice = sorted({variable for variable, _ in made if [name for name, _ in made].count(variable) > 1})
        raise click.UsageError(f"--variable is given more than once for: {', '.join(twice)}")
    return fillings


def _filling(one: str, names: list[str]) -> tuple[str, Filling]:
    variable, sign, value = one.partition("=")
    if not sign:
        raise click.UsageError(f"--variable {one}: write NAME=COLUMN or NAME:=TEXT")
    if variable.endswith(":"):
        return variable[:-1], Filling(text=value)
    if value not in names and (known := contact_field(value)):
        return variable, Filling(contact=known)
    return variable, Filling(column=place_of(value, names))


def place_of(name: str, names: list[str]) -> int:
    """Where a file's column stands, by its name. Raises UsageError."""
    if name not in names:
        raise click.UsageError(f"There is no column {name}. There are: {', '.join(names)}")
    return names.index(name)
