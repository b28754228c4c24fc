"""`bin/switchboard errors`, and the error that `messages fetch` shows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from app.cli import switchboard
from app.store.database import Database
from tests.support.outcomes import undelivered
from tests.support.twilio import Twilio

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, environment: dict[str, str]) -> Run:
    """`run("errors", "63018")`: the command, on the test's database."""
    env = {**environment, **Twilio.SETTINGS, "DATABASE_URL": database.url}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(switchboard, list(arguments), env=env)

    return run


def test_a_code_is_explained(run: Run) -> None:
    said = run("errors", "63018").output
    assert said.startswith("63018: WhatsApp's rate limit was reached.\n")
    assert "63027" in said
    assert said.endswith("https://www.twilio.com/docs/api/errors/63018\n")
    assert json.loads(run("errors", "63019", "--output", "json").output)["action"] == "rehost_media"


def test_an_unknown_code_says_so(run: Run) -> None:
    assert "This version does not know the code" in run("errors", "70001").output


def test_a_failed_message_carries_its_explanation(run: Run, database: Database) -> None:
    message = undelivered(database, "63019")
    shown = json.loads(run("messages", "fetch", message.sid).output)
    assert shown["error"]["what"] == "The file could not be fetched"
    assert shown["error"]["url"] == "https://www.twilio.com/docs/api/errors/63019"
