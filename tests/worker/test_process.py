"""The worker's processes: they end in time, and two of them send each message once."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.domain.actor import Actor
from app.domain.sending.outbox import enqueue_text
from app.store import accounts
from app.store.database import Database, connect
from app.store.tables import Attempt, Message
from harness.processes import Stand
from harness.waiting import until
from tests.support import cast


class Office:
    """A stand and its database."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.account = stand.env["TWILIO_ACCOUNT_SID"]
        self.database: Database = connect(stand.env["DATABASE_URL"])

    def control(self, path: str, asked: dict[str, Any] | None = None) -> Any:
        """Ask the stand-in's control API."""
        url, body = f"{self.stand.simulator_url}/control/{path}", json.dumps(asked).encode() if asked else None
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def ask_customers(self, count: int) -> None:
        """Answer so many customers, each once."""
        by = Actor("agent", self.account, "Kim", role="agent")
        for number in range(count):
            form = cast.inbound_form(AccountSid=self.account, From=f"whatsapp:+1415555{1000 + number}")
            cast.take(self.database, cast.webhook("inbound", form))
            there = self.messages(sid=form["MessageSid"])[0].conversation_id
            asked = self.database.write(lambda session, to=there: enqueue_text(session, by, to, "Hello", ""))  # type: ignore[misc]
            assert asked.message_id

    def messages(self, **columns: object) -> list[Message]:
        """The account's messages."""
        return cast.rows(self.database, Message, account_sid=self.account, **columns)

    def attempts(self) -> list[Attempt]:
        """The account's attempts."""
        return cast.rows(self.database, Attempt, account_sid=self.account)


@pytest.fixture
def office(make_stand: Callable[..., Stand]) -> Iterator[Office]:
    stand = make_stand()
    office = Office(stand)
    office.database.write(lambda session: accounts.ensure(session, office.account, cast.ago()))
    stand.start("simulator")
    yield office
    stand.stop()
    office.database.close()


def test_it_ends_within_ten_seconds_amid_a_slow_call_and_leaves_the_attempt_open(office: Office) -> None:
    office.control("next", {"operation": "create", "behaviour": "timeout_after_accepting", "seconds": 30})
    office.ask_customers(1)
    office.stand.start("worker")
    until(lambda: office.control("record/count")["count"] == 1)
    assert seconds_to_end(office.stand) < 9.5
    (attempt,) = office.attempts()
    (message,) = office.messages(direction="outbound")
    assert (attempt.outcome, message.state) == ("", "sending")
    office.stand.start("worker")
    until(lambda: office.stand.log("worker").count("worker.started") == 2)
    assert seconds_to_end(office.stand) < 4
    assert office.control("record/count")["count"] == 1
    assert office.stand.log("worker").count("worker.ended") == 2


def test_two_workers_on_one_database_keep_one_pace(office: Office, make_stand: Callable[..., Stand]) -> None:
    rate, count = 10, 24
    stands = [make_stand(**{**office.stand.env, "SENDER_RATE": str(rate), "PORT": "1"}) for _ in range(2)]
    for stand in stands:
        stand.start("worker")
    until(lambda: all("worker.started" in stand.log("worker") for stand in stands), 60)
    office.ask_customers(count)
    until(lambda: len(office.messages(direction="outbound", state="accepted")) == count, 60)
    begun = sorted(attempt.started_at for attempt in office.attempts())
    # A full bucket at first, then no more than the rate, however many workers there are.
    assert (begun[-1] - begun[0]).total_seconds() >= (count - rate / 4 - 1) / rate


def seconds_to_end(stand: Stand) -> float:
    """How long the worker takes from SIGTERM to its end."""
    begun = time.monotonic()
    stand.terminate("worker")
    return time.monotonic() - begun


def test_two_workers_on_one_database_send_each_message_once(office: Office, make_stand: Callable[..., Stand]) -> None:
    office.ask_customers(40)
    second = make_stand(**{**office.stand.env, "PORT": "1"})
    office.stand.start("worker")
    second.start("worker")
    until(lambda: len(office.messages(direction="outbound", state="accepted")) == 40, 40)
    record = office.control("record")
    assert len(record) == 40
    assert len({json.dumps(entry["params"]["To"]) for entry in record}) == 40
    workers = {attempt.worker for attempt in office.attempts()}
    assert len(workers) in (1, 2)
    assert {attempt.number for attempt in office.attempts()} == {1}
