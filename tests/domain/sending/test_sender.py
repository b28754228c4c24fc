"""The sender at work: what fails on the way, what is tried again, in which order, and how many at once."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from app.domain.clock import now
from app.domain.sending import backoff, claims
from app.gateways.twilio.outcomes import Answer, Outgoing, Twilio
from app.store.database import Database
from app.store.tables import Attempt, Message
from harness.waiting import until
from tests.domain.sending.conftest import StartSender
from tests.support.cast import again, asked_message, only, rows
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn

# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def customer(number: int) -> str:
    return f"whatsapp:+1415555{1000 + number}"


def ask_everybody(database: Database, count: int) -> list[Message]:
    return [asked_message(database, "Hello", customer(number)) for number in range(count)]


def states(database: Database) -> list[str]:
    return [row.state for row in rows(database, Message, direction="outbound")]


def all_are(database: Database, *wanted: str) -> None:
    until(lambda: set(states(database)) <= {*wanted}, 30)


def make_due(database: Database, message: Message) -> None:
    rewrite(database, again(database, message), next_attempt_at=now())


def test_what_is_ready_leaves_once(database: Database, standin: StandIn, start_sender: StartSender) -> None:
    asked = ask_everybody(database, 12)
    start_sender()
    all_are(database, "accepted")
    record = standin.accepted()
    assert sorted(entry["params"]["To"][0] for entry in record) == sorted(message.to_address for message in asked)
    assert {message.sid for message in rows(database, Message, direction="outbound")} == {e["sid"] for e in record}
    assert {(row.number, row.settled_by) for row in rows(database, Attempt)} == {(1, "answer")}


FATES: dict[str, tuple[dict[str, Any], str, int]] = {
    "429": ({"retry_after": 0}, "accepted", 2),
    "error": ({"code": 21211, "status": 400}, "failed", 1),
    "500": ({}, "unconfirmed", 1),
    "500_after_accepting": ({}, "unconfirmed", 1),
    "drop": ({}, "unconfirmed", 1),
    "reset_after_accepting": ({}, "unconfirmed", 1),
    "cut": ({}, "unconfirmed", 1),
    "not_json": ({}, "unconfirmed", 1),
}


def test_only_what_surely_was_not_sent_is_tried_again(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    asked = dict(zip(FATES, ask_everybody(database, len(FATES)), strict=True))
    for behaviour, (more, _, _) in FATES.items():
        standin.fails_next("create", behaviour, to=asked[behaviour].to_address, **more)
    start_sender()
    all_are(database, "accepted", "failed", "unconfirmed")
    became = {
        behaviour: (again(database, message).state, len(rows(database, Attempt, message_id=message.id)))
        for behaviour, message in asked.items()
    }
    assert became == {behaviour: (state, tries) for behaviour, (_, state, tries) in FATES.items()}
    taken = [entry["params"]["To"][0] for entry in standin.accepted()]
    assert len(taken) == len({*taken}) == 5


@ON_SQLITE
def test_what_twilio_asks_to_wait_is_waited(database: Database, standin: StandIn, start_sender: StartSender) -> None:
    (message,) = ask_everybody(database, 1)
    standin.fails_next("create", "429", retry_after=1800)
    start_sender()
    until(lambda: again(database, message).reason == "waiting_to_retry")
    attempt, waiting = only(database, Attempt), again(database, message)
    assert attempt.ended_at is not None
    assert waiting.next_attempt_at is not None
    assert waiting.next_attempt_at - attempt.ended_at >= timedelta(seconds=1800)
    assert standin.accepted() == []
    make_due(database, message)
    all_are(database, "accepted")
    assert [row.outcome for row in rows(database, Attempt)] == ["not_sent", "accepted"]
    assert len(standin.accepted()) == 1


@ON_SQLITE
def test_after_the_last_try_it_failed_with_its_reason(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    (message,) = ask_everybody(database, 1)
    rewrite(database, message, tries=backoff.MAX_TRIES - 2)
    standin.fails_next("create", "429", times=-1, retry_after=0)
    start_sender()
    until(lambda: len(rows(database, Attempt, outcome="not_sent")) == 1)
    make_due(database, message)
    all_are(database, "failed")
    ended = again(database, message)
    assert (ended.reason, ended.error_code, ended.tries) == ("gave_up", "20429", backoff.MAX_TRIES)
    assert len(rows(database, Attempt)) == 2
    assert standin.accepted() == []


@ON_SQLITE
def test_a_call_that_comes_too_late_after_its_claim_is_not_made(
    database: Database, standin: StandIn, start_sender: StartSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = ask_everybody(database, 1)
    with monkeypatch.context() as held_up:
        held_up.setattr(claims, "START_WITHIN_SECONDS", -1.0)
        held_up.setattr(backoff, "_FIRST_SECONDS", 3600.0)
        start_sender()
        until(lambda: again(database, message).reason == "waiting_to_retry")
        assert only(database, Attempt).error_message == "the sender was held up before the call"
        assert standin.accepted() == []
    make_due(database, message)
    all_are(database, "accepted")
    assert len(standin.accepted()) == 1


def test_what_one_person_is_sent_arrives_in_the_order_in_which_it_was_asked(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    bodies = [str(number) for number in range(6)]
    for body in bodies:
        for number in range(3):
            asked_message(database, body, customer(number))
    standin.fails_next("create", "429", to=customer(1), retry_after=0)
    start_sender(concurrency=8)
    all_are(database, "accepted")
    record = [(entry["params"]["To"][0], entry["params"]["Body"][0]) for entry in standin.accepted()]
    for number in range(3):
        assert [body for to, body in record if to == customer(number)] == bodies


class Counting:
    """Twilio's gateway, and how many of its calls are under way at once. The first waits for a second."""

    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio
        self._change = threading.Condition()
        self._now = 0
        self.most = 0

    def create(self, outgoing: Outgoing) -> Answer:
        with self._change:
            self._now += 1
            self.most = max(self.most, self._now)
            self._change.notify_all()
            self._change.wait_for(lambda: self.most > 1, 20)
        try:
            return self._twilio.create(outgoing)
        finally:
            with self._change:
                self._now -= 1


@ON_SQLITE
def test_no_more_calls_are_under_way_than_are_set(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    standin.simulator.control("settings", latency_ms=20)
    counting = Counting(standin.messages)
    ask_everybody(database, 10)
    start_sender(concurrency=3, twilio=counting)
    all_are(database, "accepted")
    assert 2 <= counting.most <= 3


def test_a_call_that_ends_while_it_stops_is_written_down(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    standin.fails_next("create", "slow", seconds=0.5)
    first, second = ask_everybody(database, 2)
    sender = start_sender(concurrency=1)
    until(lambda: again(database, first).state == "sending")
    assert sender.stop(20)
    assert [again(database, first).state, again(database, second).state] == ["accepted", "ready"]


@ON_SQLITE
def test_what_is_asked_after_it_stopped_stays(database: Database, standin: StandIn, start_sender: StartSender) -> None:
    ask_everybody(database, 1)
    sender = start_sender()
    all_are(database, "accepted")
    assert sender.stop(20)
    later = asked_message(database, "Too late", customer(7))
    assert sender._ended.is_set()
    assert again(database, later).state == "ready"


@ON_SQLITE
def test_it_stops_within_its_seconds_and_what_hangs_is_settled_by_evidence(
    database: Database, own_standin: StandIn, start_sender: StartSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gateways.twilio.client.READ_SECONDS", 60.0)
    own_standin.fails_next("create", "timeout_after_accepting", seconds=60)
    (message,) = ask_everybody(database, 1)
    sender = start_sender(twilio=own_standin.messages)
    until(lambda: len(own_standin.accepted()) == 1)
    begun = time.monotonic()
    assert sender.stop(0.3) is False
    assert 0.3 <= time.monotonic() - begun < 30
    assert (again(database, message).state, only(database, Attempt).outcome) == ("sending", "")
    own_standin.simulator.kill()
    all_are(database, "unconfirmed")
