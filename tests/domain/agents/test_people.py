"""Rules about agents that no page can get around."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.access import NotAllowed
from app.domain.actor import Actor, command
from app.domain.agents import password_reset, people
from app.domain.agents.people import AgentRefused
from app.store.database import Database
from app.store.tables import Agent
from tests.support.cast import ACCOUNT, KIM, OTTO, STRANGER, only, rows

SHELL = command(ACCOUNT)


def add(database: Database, login: str, role: str = "admin", by: Actor = SHELL) -> int:
    return database.write(lambda session: people.add(session, by, login, login.title(), role, "$argon2id$made-up"))


@pytest.mark.parametrize("actor", [KIM, OTTO])
def test_only_admins_manage_agents(database: Database, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        add(database, "bea", by=actor)
    with pytest.raises(NotAllowed):
        database.read(lambda session: people.everybody(session, actor))


def test_an_admin_of_another_account_finds_nobody(database: Database) -> None:
    number = add(database, "bea")
    for verb in (people.disable, people.enable, password_reset.make_link):
        with pytest.raises(AgentRefused, match="unknown"):
            database.write(lambda session, verb=verb: verb(session, STRANGER, number))  # type: ignore[misc]
    assert database.read(lambda session: people.everybody(session, STRANGER)) == []


def test_two_accounts_may_have_the_same_login(database: Database) -> None:
    assert add(database, "bea") != add(database, "bea", by=STRANGER)


def test_one_login_is_given_once_however_it_is_written(database: Database) -> None:
    add(database, "Bea")
    with pytest.raises(AgentRefused, match="login_taken"):
        add(database, " \uff22EA ")


@pytest.mark.parametrize(
    ("login", "name", "role", "code"),
    [
        ("", "X", "agent", "login_missing"),
        ("a\nb", "X", "agent", "login_missing"),
        ("x" * 201, "X", "agent", "login_missing"),
        ("x", "  ", "agent", "name_missing"),
        ("x", "X", "owner", "role_unknown"),
    ],
)
def test_what_is_missing_is_named(database: Database, login: str, name: str, role: str, code: str) -> None:
    with pytest.raises(AgentRefused, match=code):
        database.write(lambda session: people.add(session, SHELL, login, name, role))


def test_two_admins_who_disable_each_other_at_one_moment_leave_one(database: Database) -> None:
    pair = [add(database, "bea"), add(database, "cyd")]

    def disable(number: int) -> str:
        try:
            database.write(lambda session: people.disable(session, SHELL, number))
        except AgentRefused as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(disable, pair))
    assert outcomes == ["done", "last_admin"]
    assert len([agent for agent in rows(database, Agent) if agent.disabled_at is None]) == 1


def test_two_who_use_one_link_at_one_moment_set_one_password(database: Database) -> None:
    add(database, "cyd")
    number = add(database, "bea", role="agent")
    token = database.write(lambda session: password_reset.make_link(session, SHELL, number))

    def use(password: str) -> str:
        try:
            password_reset.use_link(database, ACCOUNT, token, password)
        except password_reset.LinkSpent:
            return "spent"
        return "set"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, ["heron lantern gravel", "walnut ferry compass"])) == ["set", "spent"]
    assert only(database, Agent, id=number).password_hash != "$argon2id$made-up"


def test_a_name_without_anything_to_see_is_none(database: Database) -> None:
    for login, name, code in (("bea", "\u3164", "name_missing"), ("\u115f", "Bea", "login_missing")):
        with pytest.raises(AgentRefused, match=code):
            database.write(
                lambda session, login=login, name=name: people.add(session, SHELL, login, name, "agent")  # type: ignore[misc]
            )
    assert rows(database, Agent) == []
