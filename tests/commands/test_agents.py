"""`bin/switchboard agents`."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from app.cli import switchboard
from app.store.database import Database
from app.store.tables import Agent, Audit
from tests.support.cast import only
from tests.support.office import PASSWORDS
from tests.support.twilio import Twilio

Run = Callable[..., Result]
LINK = re.compile(r"^http://127\.0\.0\.1:8000/login/reset/[\w-]{43}$", re.MULTILINE)


@pytest.fixture
def run(database: Database, environment: dict[str, str]) -> Run:
    """`run("add", …, input=…)`: the command, on the test's database."""
    env = {**environment, **Twilio.SETTINGS, "DATABASE_URL": database.url}

    def run(*arguments: str, input: str = "") -> Result:
        return CliRunner().invoke(switchboard, ["agents", *arguments], env=env, input=input)

    return run


def test_somebody_is_added_with_a_password_from_standard_input(run: Run, database: Database) -> None:
    done = run("add", "--login", "Ana", "--name", "Ana Souza", "--role", "admin", "--password-stdin",
               input=PASSWORDS["ana"] + "\n")  # fmt: skip
    assert (done.exit_code, done.output) == (0, "ana added as admin.\n")
    ana = only(database, Agent, login="ana")
    assert (ana.role, ana.password_hash.startswith("$argon2id$")) == ("admin", True)
    assert only(database, Audit, verb="agent.add").actor_kind == "command"


def test_without_a_password_a_link_is_printed(run: Run) -> None:
    done = run("add", "--login", "kim", "--name", "Kim Aalto")
    assert done.exit_code == 0
    assert LINK.search(done.output)
    again = run("reset", "kim")
    assert LINK.findall(again.output) != LINK.findall(done.output)


def test_somebody_is_disabled(run: Run, database: Database) -> None:
    run("add", "--login", "kim", "--name", "Kim Aalto")
    assert run("disable", "KIM").output == "kim is disabled and logged out everywhere.\n"
    assert only(database, Agent, login="kim").disabled_at is not None


def test_what_can_not_be_done_is_said_and_exits_one(run: Run) -> None:
    run("add", "--login", "ana", "--name", "Ana", "--role", "admin", "--password-stdin", input="heron lantern gravel\n")
    cases = {
        ("disable", "nobody"): "Nobody has this login.",
        ("disable", "ana"): "This is the last admin who can log in.",
        ("add", "--login", "ana", "--name", "A"): "Somebody has this login already.",
        ("add", "--login", "b", "--name", "B", "--password-stdin"): "fewer than 12 characters",
    }
    for arguments, words in cases.items():
        done = run(*arguments, input="short\n")
        assert (done.exit_code, words in done.output) == (1, True)
