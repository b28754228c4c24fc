"""`errors`: what a code of Twilio's means."""

from __future__ import annotations

import json

import click

from app.domain.error_codes import catalogue


@click.command()
@click.argument("code")
@click.option("--output", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def errors(code: str, form: str) -> None:
    """Say what an error code of Twilio's means, and what to do."""
    if not (code.isascii() and code.isdigit()):
        raise click.UsageError(f"{code} is no code: Twilio's are numbers, like 63016.")
    code = code.lstrip("0") or code
    found = catalogue.entry(code)
    if form == "json":
        click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
        return
    click.echo(f"{code}: {found.what}.\n{found.why}\n{found.do}")
    click.echo(f"whose: {found.whose}   retry: {found.retry}   action: {found.action}\n{found.url}")
