"""Free text reaches who wrote to the sender within 24 hours; everybody else gets a template, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness.simulator import CUSTOMER, SECOND_SENDER, SERVICE, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send
from tests.simulator.receiver import Receiver
from tests.simulator.sdk import client

STRANGER = "whatsapp:+14155550199"
TEMPLATE = "HX" + "5" * 32
REACHES = ["sent", "delivered", "read"]


def told(receiver: Receiver, *statuses: str) -> str:
    """The error code that came with these statuses, in this order."""
    until(lambda: receiver.statuses() == [*statuses])
    return receiver.webhooks[-1].form.get("ErrorCode", "")


def test_free_text_to_a_stranger_is_taken_and_fails_by_callback(send: Send, receiver: Receiver) -> None:
    message = send(to=STRANGER)
    assert (message.status, message.error_code) == ("queued", None)
    assert told(receiver, "undelivered") == "63016"
    assert receiver.webhooks[-1].form["ErrorMessage"] == "Outside messaging window"


def test_a_file_without_a_template_is_free_text_too(send: Send, receiver: Receiver) -> None:
    send(to=STRANGER, body="", media_url=[f"{receiver.url}/bike.jpg"])
    assert told(receiver, "undelivered") == "63016"


def test_through_a_messaging_service_it_is_the_same(send: Send, receiver: Receiver) -> None:
    send(to=STRANGER, messaging_service_sid=SERVICE)
    assert told(receiver, "queued", "undelivered") == "63016"


def test_who_has_written_is_reached(simulator: Simulator, send: Send, receiver: Receiver) -> None:
    simulator.control("inbound", **{"from": STRANGER, "body": "Hi", "post": False})
    send(to=STRANGER)
    assert told(receiver, *REACHES) == ""


def test_the_window_is_the_one_with_this_sender(simulator: Simulator, send: Send, receiver: Receiver) -> None:
    simulator.control("inbound", **{"from": STRANGER, "to": SECOND_SENDER, "body": "Hi", "post": False})
    send(to=STRANGER)
    assert told(receiver, "undelivered") == "63016"
    receiver.clear()
    send(to=STRANGER, from_=SECOND_SENDER)
    assert told(receiver, *REACHES) == ""


@pytest.mark.parametrize(
    ("ago", "statuses"),
    [(timedelta(hours=24, seconds=1), ["undelivered"]), (timedelta(hours=23, minutes=59), REACHES)],
)
def test_it_is_open_for_24_hours(
    simulator: Simulator, send: Send, receiver: Receiver, ago: timedelta, statuses: list[str]
) -> None:
    at = (datetime.now(UTC) - ago).isoformat()
    simulator.control("windows", customers=[STRANGER], at=at)
    send(to=STRANGER)
    told(receiver, *statuses)


def test_a_template_reaches_a_stranger(simulator: Simulator, send: Send, receiver: Receiver) -> None:
    simulator.control("templates", sid=TEMPLATE, text="Your bike is ready")
    assert send(to=STRANGER, body="", content_sid=TEMPLATE).body == "Your bike is ready"
    assert told(receiver, *REACHES) == ""


def test_all_windows_can_be_open(simulator: Simulator, send: Send, receiver: Receiver) -> None:
    simulator.control("settings", window="open")
    send(to=STRANGER)
    assert told(receiver, *REACHES) == ""


def test_windows_and_templates_outlive_a_kill(own_simulator: Simulator, receiver: Receiver) -> None:
    own_simulator.start()
    own_simulator.control("windows", customers=[CUSTOMER, STRANGER])
    own_simulator.control("templates", sid=TEMPLATE, text="Ready")
    own_simulator.kill()
    own_simulator.start()
    assert own_simulator.control("templates") == {TEMPLATE: "Ready"}
    twilio = client(own_simulator.url)
    sent = twilio.messages.create(to=STRANGER, from_="whatsapp:+14155238886", body="Hello")
    until(lambda: twilio.messages(sent.sid).fetch().status == "read")
    twilio.http_client.session.close()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("settings", {"window": "ajar"}),
        ("windows", {"customers": [STRANGER], "at": "yesterday"}),
        ("windows", {"customers": [STRANGER], "at": "2026-11-21T09:00:00"}),
        ("templates", {"sid": "HX5", "text": "Hi"}),
    ],
)
def test_what_makes_no_sense_is_refused(simulator: Simulator, path: str, asked: dict[str, object]) -> None:
    assert simulator.ask("POST", f"/control/{path}", asked)[0] == 400
