"""Status callbacks: genuine, complete, and in every order."""

from __future__ import annotations

import threading

import pytest

from harness.simulator import ACCOUNT, CUSTOMER, SENDER, SERVICE, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send, Twilio
from tests.simulator.receiver import Receiver, Webhook


def test_sent_delivered_and_read_are_told_in_order(send: Send, receiver: Receiver) -> None:
    sid = send().sid
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])
    first, _, last = receiver.webhooks
    assert all(webhook.genuine and webhook.path == "/twilio/status/7/1" for webhook in receiver.webhooks)
    assert first.form == {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": "2010-04-01",
        "MessageStatus": "sent",
        "SmsSid": sid,
        "SmsStatus": "sent",
        "ChannelInstallSid": "XEc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3",
        "To": CUSTOMER,
        "From": SENDER,
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "ChannelToAddress": "+1415555XXXX",
    }
    assert last.form["EventType"] == "READ"
    tokens = {webhook.headers["I-Twilio-Idempotency-Token"] for webhook in receiver.webhooks}
    assert len(tokens) == 3


def test_a_messaging_service_tells_of_queued_too(send: Send, receiver: Receiver) -> None:
    send(messaging_service_sid=SERVICE)
    until(lambda: receiver.statuses() == ["queued", "sent", "delivered", "read"])
    assert {webhook.form["MessagingServiceSid"] for webhook in receiver.webhooks} == {SERVICE}
    assert {webhook.form["From"] for webhook in receiver.webhooks} == {SENDER}


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("in_order", ["sent", "delivered", "read"]),
        ("out_of_order", ["read", "delivered", "sent"]),
        ("doubled", ["sent", "sent", "delivered", "delivered", "read", "read"]),
        ("late", ["sent", "delivered", "read"]),
        ("before_answer", ["sent", "delivered", "read"]),
    ],
)
def test_callbacks_come_in_the_mode_that_is_set(
    simulator: Simulator, send: Send, receiver: Receiver, mode: str, told: list[str]
) -> None:
    simulator.control("settings", callbacks=mode)
    send()
    until(lambda: receiver.statuses() == told)


def test_late_callbacks_come_after_the_message_was_long_read(
    simulator: Simulator, send: Send, receiver: Receiver, twilio: Twilio
) -> None:
    simulator.control("next", operation="callbacks", behaviour="late", seconds=0.5)
    sid = send().sid
    until(lambda: twilio.messages(sid).fetch().status == "read")
    assert receiver.statuses() == []
    until(lambda: len(receiver.statuses()) == 3)


def test_never_means_that_only_a_fetch_tells(
    simulator: Simulator, send: Send, receiver: Receiver, twilio: Twilio
) -> None:
    simulator.control("next", operation="callbacks", behaviour="never")
    silent = send().sid
    until(lambda: twilio.messages(silent).fetch().status == "read")
    assert receiver.statuses() == []
    send()
    until(lambda: len(receiver.statuses()) == 3)
    assert silent not in {webhook.form["MessageSid"] for webhook in receiver.webhooks}


def test_a_callback_can_come_before_the_creates_answer(simulator: Simulator, send: Send, receiver: Receiver) -> None:
    simulator.control("next", operation="callbacks", behaviour="before_answer")
    answered = threading.Event()
    early: list[bool] = []
    receiver.before_answer = lambda webhook: early.append(not answered.is_set())
    sid = send().sid
    answered.set()
    assert early == [True]
    assert receiver.webhooks[0].form["MessageSid"] == sid
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])


@pytest.mark.parametrize(
    ("code", "word"), [(63016, "undelivered"), (63018, "failed"), (21610, "failed"), (63024, "failed")]
)
def test_a_message_fails_later_with_a_code(
    simulator: Simulator, send: Send, receiver: Receiver, twilio: Twilio, code: int, word: str
) -> None:
    simulator.control("next", operation="delivery", behaviour="fail", code=code)
    sid = send().sid
    until(lambda: receiver.statuses() == [word])
    assert receiver.webhooks[0].form["ErrorCode"] == str(code)
    fetched = twilio.messages(sid).fetch()
    assert (fetched.status, fetched.error_code) == (word, code)
    send()
    until(lambda: receiver.statuses()[1:] == ["sent", "delivered", "read"])


def test_without_auto_read_it_is_read_when_the_customer_looks(
    simulator: Simulator, send: Send, receiver: Receiver
) -> None:
    simulator.control("settings", auto_read=False)
    send()
    until(lambda: receiver.statuses() == ["sent", "delivered"])
    simulator.control("read", **{"from": CUSTOMER})
    simulator.control("read", **{"from": CUSTOMER})
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])


def test_no_callback_url_means_no_callback(send: Send, receiver: Receiver, twilio: Twilio) -> None:
    sid = send(status_callback="").sid
    until(lambda: twilio.messages(sid).fetch().status == "read")
    assert receiver.webhooks == []


def test_an_answer_that_breaks_hurts_nothing(send: Send, receiver: Receiver) -> None:
    def break_off(webhook: Webhook) -> None:
        if webhook.status == "sent":
            raise ConnectionResetError

    receiver.before_answer = break_off
    send()
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])


def test_the_log_says_what_was_answered(simulator: Simulator, send: Send, receiver: Receiver) -> None:
    receiver.answers.append(503)
    sid = send().sid
    until(lambda: len(simulator.control("webhooks")) == 3)
    log = simulator.control("webhooks")
    assert [(entry["sid"], entry["status"], entry["answer"]) for entry in log] == [
        (sid, "sent", 503),
        (sid, "delivered", 204),
        (sid, "read", 204),
    ]
    assert [entry["n"] for entry in simulator.control("webhooks?since=1")] == [2, 3]
