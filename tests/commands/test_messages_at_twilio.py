"""`bin/switchboard messages … --twilio`: what Twilio itself has, whatever our database knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from app.store.database import Database
from app.store.tables import Message
from harness.waiting import until
from tests.commands.conftest import Run
from tests.support.cast import AVA, NOOR, SENDER, rows
from tests.support.standin import StandIn

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def listed(run: Run, *options: str) -> list[dict[str, Any]]:
    done = run("messages", "list", "--twilio", "--output", "json", *options)
    assert (done.code, done.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


def bodies(run: Run, *options: str) -> list[str]:
    return [row["body"] for row in listed(run, *options)]


@pytest.fixture
def three(standin: StandIn) -> list[str]:
    """Two from customers, and between them one that another program sent to Ava."""
    sids = [standin.customer_writes("one"), standin.another_program_sends("two")]
    until(lambda: (found := standin.records.one(sids[1])) is not None and found.status == "read")
    return [*sids, standin.customer_writes("three", customer=NOOR)]


def test_it_is_listed_newest_first_by_twilios_names(
    switchboard: Run, database: Database, standin: StandIn, three: list[str]
) -> None:
    found = listed(switchboard)
    assert [row["sid"] for row in found] == three[::-1]
    assert set(found[1]) == {
        "sid", "direction", "from", "to", "body", "status", "error_code", "error_message", "num_media",
        "messaging_service_sid", "date_created", "date_sent",
    }  # fmt: skip
    assert (found[1]["direction"], found[1]["from"], found[1]["to"]) == ("outbound-api", SENDER, AVA)
    at_twilio = standin.records.one(three[1])
    assert at_twilio is not None
    assert parsedate_to_datetime(found[1]["date_created"]) == at_twilio.created_at
    assert rows(database, Message) == []


def test_every_filter_is_asked_for(switchboard: Run, three: list[str]) -> None:
    assert bodies(switchboard, "--to", "+14155550123") == ["two"]
    assert bodies(switchboard, "--from", "GB.13490801221918") == ["three"]
    assert bodies(switchboard, "--from", SENDER, "--to", AVA) == ["two"]
    assert bodies(switchboard, "--status", "received") == ["three", "one"]
    assert bodies(switchboard, "--status", "received", "--limit", "1") == ["three"]
    assert bodies(switchboard, "--status", "read", "--limit", "1", "--page-size", "1") == ["two"]
    assert bodies(switchboard, "--limit", "2", "--page-size", "1") == ["three", "two"]
    today = datetime.now(UTC).date()
    yesterday, tomorrow = (today + timedelta(days=days) for days in (-1, 1))
    assert bodies(switchboard, "--date-sent", f">={yesterday}") == ["three", "two", "one"]
    assert bodies(switchboard, "--date-sent", f"<{tomorrow + timedelta(days=1)}") == ["three", "two", "one"]
    assert bodies(switchboard, "--date-sent", f">{tomorrow}") == []
    assert bodies(switchboard, "--date-sent", f"<{yesterday}") == []


def test_one_is_fetched_by_its_sid(switchboard: Run, three: list[str]) -> None:
    done = switchboard("messages", "fetch", three[1], "--twilio")
    assert (done.code, json.loads(done.out)["body"]) == (0, "two")
    columns = ("--output", "tsv", "--properties", "body,status")
    assert switchboard("messages", "fetch", three[1], "--twilio", *columns).out == "body\tstatus\ntwo\tread\n"
    unknown = switchboard("messages", "fetch", "SM" + "1" * 32, "--twilio")
    assert (unknown.code, unknown.out) == (1, "")
    assert "There is no message SM11111111111111111111111111111111 at Twilio." in unknown.err


def test_that_twilio_could_not_be_asked_is_said(switchboard: Run, standin: StandIn) -> None:
    standin.fails_next("list", "500")
    standin.fails_next("fetch", "429")
    for asked in (("list",), ("fetch", "SM" + "1" * 32)):
        done = switchboard("messages", *asked, "--twilio")
        assert (done.code, done.out) == (1, "")
        assert f"Twilio could not be asked at {standin.simulator.url}: " in done.err
