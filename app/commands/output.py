"""Lists as JSON, TSV, CSV or a table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import click

from app.domain.csv_text import harmless

FORMATS = ("table", "json", "tsv", "csv")
# What people write must not steer the terminal that it is shown on.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

Row = dict[str, Any]


def list_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every list takes."""
    for option in (
        click.option("--output", type=click.Choice(FORMATS), default="table", show_default=True),
        click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True),
        click.option("--properties", default="", help="Columns, with commas between."),
    ):
        command = option(command)
    return command


def chosen(properties: str, default: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """The columns to show. Raises a usage error that names what is not known."""
    names = [name.strip() for name in properties.split(",") if name.strip()] or list(default)
    known = set(rows[0]) if rows else set(names)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"Unknown property: {', '.join(unknown)}. There are: {', '.join(sorted(known))}")
    return names


def show(rows: Sequence[Row], output: str, columns: Sequence[str], every_property: bool = False) -> None:
    """Print the rows."""
    if output == "json":
        picked = list(rows) if every_property else [{name: row[name] for name in columns} for row in rows]
        click.echo(json.dumps(picked, indent=2, ensure_ascii=False))
    elif output == "table":
        _table(rows, columns)
    else:
        _separated(rows, columns, "\t" if output == "tsv" else ",")
    if not every_property:
        _note_empty(rows, columns)


def _note_empty(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Say beside the list that a row which looks like nothing is one, and what it does hold."""
    empty = [row for row in rows if not any(_cell(row[name]) for name in columns)]
    if empty:
        holds = ", ".join(name for name, value in empty[0].items() if value not in (None, "", []))
        click.echo(
            f"{len(empty)} of {len(rows)} rows hold none of {', '.join(columns)}. The first holds: {holds}", err=True
        )


def _separated(rows: Sequence[Row], columns: Sequence[str], delimiter: str) -> None:
    cells = [[harmless(_cell(row[name])) for name in columns] for row in rows]
    # Python before 3.13 leaves a carriage return unquoted; what follows it would begin a row of its own.
    returns = any("\r" in cell for row in cells for cell in row)
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    )
    writer.writerow(columns)
    writer.writerows(cells)
    click.echo(text.getvalue(), nl=False)


def _table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    cells = [list(columns)] + [[_short(_cell(row[name])) for name in columns] for row in rows]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _short(cell: str) -> str:
    line = _CONTROL.sub("\ufffd", " ".join(cell.split()))
    return line if len(line) <= 48 else f"{line[:47]}…"
