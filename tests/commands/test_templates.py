"""`bin/switchboard templates`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import switchboard
from app.commands.template_faults import FAULTS
from app.store.database import Database
from app.template_words import TEMPLATE_FAULTS
from tests.support.standin import StandIn
from tests.support.templates import TEXT, template

Run = Callable[..., Result]


@pytest.fixture
def run(standin: StandIn, database: Database, database_url: str, environment: dict[str, str]) -> Run:
    """Runs a command on the database of the test, with the stand-in as Twilio."""
    settings = standin.settings
    told = {
        **environment,
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_API_BASE_URL": settings.twilio_api_base_url,
        "DATABASE_URL": database_url,
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(switchboard, ["templates", *words], env=told)

    return run


def test_there_are_words_for_every_fault() -> None:
    assert set(FAULTS) == set(TEMPLATE_FAULTS)


def test_they_are_read_listed_and_shown(run: Run, standin: StandIn) -> None:
    sid = "HX" + "1" * 32
    standin.simulator.control("templates", sid=sid, text=TEXT, friendly_name="bike_ready")
    assert run("sync").output == f"1 templates: 1 new, 0 changed, 0 gone.\nnew\t{sid}\n"
    (line,) = json.loads(run("list", "--output", "json").output)
    assert (line["name"], line["status"], line["variables"]) == ("bike_ready", "approved", "1 2")
    standin.simulator.control("approval", sid=sid, status="paused")
    shown: dict[str, Any] = json.loads(run("show", sid, "--fresh", "--variables", '{"1": "Ava", "2": "7"}').output)
    assert (shown["why_not"], shown["message"]) == ("template_paused", "Hello Ava, your bike 7 is ready.")
    assert run("list", "--status", "approved", "--output", "json").output == "[]\n"


def test_a_missing_value_and_a_missing_template_are_said(run: Run, database: Database) -> None:
    sid = template(database).sid
    answer = run("show", sid, "--variables", '{"1": "Ava"}')
    assert (answer.exit_code, answer.output) == (1, "Error: Without a value: 2\n")
    assert run("show", sid, "--variables", "[]").exit_code == 2
    assert "No template has this" in run("show", "HX" + "9" * 32).output


def test_what_whatsapp_would_reject_is_told(run: Run, database: Database) -> None:
    sid = template(database, "{{1}} is ready", variables={"1": "Rover"}).sid
    answer = run("lint", sid)
    assert answer.exit_code == 1
    assert "fault\tbody\tThe text begins with a variable." in answer.output


def test_trouble_at_twilio_is_said(run: Run, standin: StandIn) -> None:
    standin.fails_next("content_list", "500")
    assert "Twilio could not be asked: HTTP 500" in run("sync").output
