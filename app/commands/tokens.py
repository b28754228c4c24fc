"""`tokens`: programs that may call the API, from the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from app.commands import output
from app.commands.context import opened
from app.domain import actor
from app.domain.access import SCOPES
from app.domain.agents import api_tokens
from app.domain.clock import now
from app.settings import Settings
from app.store import accounts
from app.store.database import Session
from app.store.tables import ApiToken

T = TypeVar("T")
WHY = {
    "name_missing": "A name has 1 to 200 characters.",
    "scopes_missing": f"Say what the token may do: --scope {', --scope '.join(SCOPES)}.",
    "unknown": "No token that holds has this number: bin/switchboard tokens list",
}
COLUMNS = ("id", "name", "scopes", "token", "created_at", "used_at", "revoked_at")


@click.group()
def tokens() -> None:
    """Tokens of programs that call the API."""


@tokens.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(sorted(SCOPES)), help="What it may do; again for more."
)
@click.pass_obj
def create(settings: Settings, name: str, scopes: tuple[str, ...]) -> None:
    """Make a token for a program and print it, this once."""

    def work(session: Session) -> str:
        who = actor.command(settings.twilio_account_sid)
        accounts.ensure(session, who.account_sid, now())
        return api_tokens.create(session, who, name, scopes)

    token = _run(settings, work)
    click.echo("Give this to the program. It is not kept here, and not shown again:", err=True)
    click.echo(token)


@tokens.command("list")
@output.list_options
@click.pass_obj
def list_tokens(settings: Settings, /, limit: int, properties: str, **shown: str) -> None:
    """Every token that was ever made, and when it was used last."""

    def work(session: Session) -> list[output.Row]:
        found = api_tokens.everything(session, actor.command(settings.twilio_account_sid))
        return [_row(token) for token in found[:limit]]

    rows = _run(settings, work)
    output.show(rows, shown["output"], output.chosen(properties, COLUMNS, rows), every_property=not properties)


@tokens.command()
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@click.pass_obj
def revoke(settings: Settings, number: int) -> None:
    """Let a token hold no more, by its number in the list."""
    who = actor.command(settings.twilio_account_sid)
    _run(settings, lambda session: api_tokens.revoke(session, who, number))
    click.echo(f"Token {number} is revoked; its next request is refused.")


def _row(token: ApiToken) -> output.Row:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": " ".join(token.scopes),
        "token": f"…{token.last_signs}",
        "created_at": token.created_at.isoformat(),
        "used_at": token.used_at and token.used_at.isoformat(),
        "revoked_at": token.revoked_at and token.revoked_at.isoformat(),
    }


def _run(settings: Settings, work: Callable[[Session], T]) -> T:
    with opened(settings) as installation:
        try:
            return installation.database.write(work)
        except api_tokens.TokenRefused as error:
            raise click.ClickException(WHY[error.code]) from None
