"""`runs left-out`: who gets nothing of a run, and why."""

from __future__ import annotations

from typing import Any

import click

from app.commands import left_out_reasons
from app.commands.context import opened
from app.commands.output import chosen, list_options, show
from app.commands.runs import run_with
from app.domain.runs import left_out
from app.domain.runs.left_out import LeftOut
from app.settings import Settings

_COLUMNS = ("line", "to", "name", "reason", "why")


@click.command("left-out")
@click.argument("number", type=int)
@list_options
@click.pass_obj
def list_left_out(settings: Settings, /, number: int, output: str, limit: int, properties: str) -> None:
    """Who is left out of a run, and why."""
    with opened(settings) as installation:
        run = run_with(installation, number)
        found = installation.database.read(lambda session: left_out.lines(session, run, limit))
    shown = [_row(one) for one in found]
    show(shown, output, chosen(properties, _COLUMNS, shown))


def _row(one: LeftOut) -> dict[str, Any]:
    to = one.address.removeprefix("whatsapp:") or one.cells
    why = left_out_reasons.why(one.reason, one.bad)
    return {"line": one.line, "to": to, "name": one.name, "state": one.state, "reason": one.reason, "why": why}
