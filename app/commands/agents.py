"""`agents`: who may log in, from the shell. It needs no login: who has the shell has the database."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from app.commands import output
from app.commands.context import opened
from app.domain import actor
from app.domain.agents import password_reset, passwords, people
from app.domain.clock import now
from app.settings import Settings
from app.store import accounts
from app.store.database import Session
from app.store.tables import Agent

T = TypeVar("T")
LINK_TEXT = "Open this within 24 hours to set the password; it works once:"


@click.group()
def agents() -> None:
    """The agents who may log in."""


@agents.command()
@click.option("--name", help="What colleagues see.")
@click.option("--login", help="What they type to log in.")
@click.option("--role", type=click.Choice(people.ROLES), help="The first person is an admin, others are agents.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
@click.pass_obj
def add(settings: Settings, name: str | None, login: str | None, role: str | None, password_stdin: bool) -> None:
    """Add somebody; ask for what no option says. Without a password, print the link that sets it."""
    usual = _run(settings, lambda session: people.usual_role(session, actor.command(settings.twilio_account_sid)))
    if password_stdin and not (name and login):
        raise click.UsageError("--password-stdin leaves no room for questions: give --name and --login with it.")
    asks = not (name and login)
    name = name or _asked("Name, as colleagues see it")
    login = login or _asked("Login, what they type to log in")
    if asks and role is None and usual != "admin":
        role = _asked("Role", type=click.Choice(people.ROLES), default=usual)
    role = role or usual
    password_hash = _hash_of_stdin(login) if password_stdin else ""
    token = _run(settings, lambda session: _add(session, settings, login, name, role, password_hash))
    click.echo(f"{people.fold_login(login)} added as {role}.")
    if usual == "admin" != role:
        click.echo(f"Nobody is an admin yet: bin/switchboard agents role {people.fold_login(login)} admin")
    if token:
        _print_link(settings, token)


def _asked(what: str, **options: Any) -> str:
    try:
        return str(click.prompt(what, **options))
    except click.Abort:
        click.echo()
        raise click.ClickException("Nobody was added. Answer the questions, or give --name and --login.") from None


def _add(session: Session, settings: Settings, login: str, name: str, role: str, password_hash: str) -> str:
    who = actor.command(settings.twilio_account_sid)
    accounts.ensure(session, who.account_sid, now())
    agent_id = people.add(session, who, login, name, role, password_hash)
    return "" if password_hash else password_reset.make_link(session, who, agent_id)


@agents.command("list")
@output.list_options
@click.pass_obj
def list_agents(settings: Settings, /, limit: int, properties: str, **shown: str) -> None:
    """Everybody who was ever added."""

    def work(session: Session) -> list[output.Row]:
        everybody = people.everybody(session, actor.command(settings.twilio_account_sid))
        return [_row(agent, seen) for agent, seen in everybody[:limit]]

    rows = _run(settings, work)
    columns = output.chosen(properties, COLUMNS, rows)
    output.show(rows, shown["output"], columns, every_property=not properties)


COLUMNS = ("login", "name", "role", "disabled_at", "last_active_at")


def _row(agent: Agent, seen: datetime | None) -> output.Row:
    return {
        "login": agent.login,
        "name": agent.name,
        "role": agent.role,
        "disabled_at": agent.disabled_at and agent.disabled_at.isoformat(),
        "last_active_at": seen and seen.isoformat(),
    }


@agents.command()
@click.argument("login")
@click.argument("role", type=click.Choice(people.ROLES))
@click.pass_obj
def role(settings: Settings, login: str, role: str) -> None:
    """Give somebody another role, which holds from their next click."""

    def work(session: Session) -> None:
        who = actor.command(settings.twilio_account_sid)
        people.change_role(session, who, people.by_login(session, who, login).id or 0, role)

    _run(settings, work)
    click.echo(f"{people.fold_login(login)} is {role} now.")


@agents.command()
@click.argument("login")
@click.pass_obj
def disable(settings: Settings, login: str) -> None:
    """Shut somebody out, everywhere and at once."""

    def work(session: Session) -> None:
        who = actor.command(settings.twilio_account_sid)
        people.disable(session, who, people.by_login(session, who, login).id or 0)

    _run(settings, work)
    click.echo(f"{people.fold_login(login)} is disabled and logged out everywhere.")


@agents.command()
@click.argument("login")
@click.pass_obj
def reset(settings: Settings, login: str) -> None:
    """Print a link that sets somebody's password anew."""

    def work(session: Session) -> str:
        who = actor.command(settings.twilio_account_sid)
        return password_reset.make_link(session, who, people.by_login(session, who, login).id or 0)

    _print_link(settings, _run(settings, work))


WHY = {
    "login_missing": "A login has 1 to 200 printable characters.",
    "login_taken": "Somebody has this login already.",
    "name_missing": "A name has 1 to 200 characters.",
    "unknown": "Nobody has this login.",
    "disabled": "This agent is disabled.",
    "last_admin": "This is the last admin who can log in. Make somebody else an admin first.",
    "too_short": f"The password has fewer than {passwords.SHORTEST} characters.",
    "too_long": f"The password has more than {passwords.LONGEST} characters.",
    "too_common": "This is one of the first passwords that guessers try.",
    "same_as_login": "The password is made of the login.",
}


def _run(settings: Settings, work: Callable[[Session], T]) -> T:
    with opened(settings) as installation:
        try:
            return installation.database.write(work)
        except people.AgentRefused as error:
            raise click.ClickException(WHY[error.code]) from None


def _hash_of_stdin(login: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        return passwords.hashed(password, people.fold_login(login))
    except passwords.PasswordRefused as error:
        raise click.ClickException(WHY[error.code]) from None


def _print_link(settings: Settings, token: str) -> None:
    click.echo(LINK_TEXT)
    click.echo(f"{settings.public_base_url}/login/reset/{token}")
