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


def test_the_first_person_is_asked_for_name_and_login_and_is_an_admin(run: Run, database: Database) -> None:
    done = run("add", input="Ana Souza\nAna\n")
    assert (done.exit_code, "Role" in done.output) == (0, False)
    assert "ana added as admin." in done.output
    assert LINK.search(done.output)
    ana = only(database, Agent, login="ana")
    assert (ana.name, ana.role, ana.password_hash) == ("Ana Souza", "admin", "")


@pytest.mark.parametrize(("answer", "role"), [("", "agent"), ("auditor", "auditor"), ("admin", "admin")])
def test_who_comes_later_is_asked_for_the_role_too(run: Run, database: Database, answer: str, role: str) -> None:
    run("add", input="Ana Souza\nana\n")
    done = run("add", input=f"Kim Aalto\nkim\n{answer}\n")
    assert f"kim added as {role}." in done.output
    assert only(database, Agent, login="kim").role == role


def test_only_what_no_option_says_is_asked(run: Run, database: Database) -> None:
    assert run("add", "--login", "ana", "--role", "auditor", input="Ana Souza\n").exit_code == 0
    assert run("add", "--login", "kim", "--name", "Kim Aalto").exit_code == 0
    # The first person was made an auditor on purpose, so that the next one is the admin.
    assert [only(database, Agent, login=login).role for login in ("ana", "kim")] == ["auditor", "admin"]


def test_another_role_for_the_first_person_is_told_how_to_get_an_admin(run: Run) -> None:
    assert "agents role ana admin" in run("add", "--login", "ana", "--name", "Ana", "--role", "agent").output


@pytest.mark.parametrize("answers", ["", "Ana Souza\n"])
def test_questions_that_nobody_answers_add_nobody(run: Run, database: Database, answers: str) -> None:
    done = run("add", input=answers)
    assert (done.exit_code, "--name and --login" in done.output) == (1, True)
    assert run("list", "--output", "json").output == "[]\n"


def test_a_role_is_changed(run: Run, database: Database) -> None:
    run("add", "--login", "kim", "--name", "Kim Aalto")
    assert run("role", "KIM", "auditor").output == "kim is auditor now.\n"
    assert only(database, Agent, login="kim").role == "auditor"
    assert only(database, Audit, verb="agent.role").actor_kind == "command"


def test_somebody_is_disabled(run: Run, database: Database) -> None:
    run("add", "--login", "kim", "--name", "Kim Aalto")
    assert run("disable", "KIM").output == "kim is disabled and logged out everywhere.\n"
    assert only(database, Agent, login="kim").disabled_at is not None


def test_what_can_not_be_done_is_said_and_exits_one(run: Run) -> None:
    run("add", "--login", "ana", "--name", "Ana", "--role", "admin", "--password-stdin", input="heron lantern gravel\n")
    cases = {
        ("disable", "nobody"): "Nobody has this login.",
        ("disable", "ana"): "This is the last admin who can log in.",
        ("role", "ana", "agent"): "This is the last admin who can log in.",
        ("role", "nobody", "admin"): "Nobody has this login.",
        ("add", "--login", "ana", "--name", "A"): "Somebody has this login already.",
        ("add", "--login", "b", "--name", "B", "--password-stdin"): "fewer than 12 characters",
    }
    for arguments, words in cases.items():
        done = run(*arguments, input="short\n")
        assert (done.exit_code, words in done.output) == (1, True)


def test_a_password_on_standard_input_leaves_no_room_for_questions(run: Run) -> None:
    done = run("add", "--password-stdin", input="heron lantern gravel\n")
    assert (done.exit_code, "--password-stdin" in done.output) == (2, True)
