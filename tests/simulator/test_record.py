"""The record of creates, and what outlives a restart of the stand-in."""

from __future__ import annotations

import subprocess
import sys
import threading

import requests

from harness.simulator import ACCOUNT, CUSTOMER, SENDER, TOKEN, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send
from tests.simulator.receiver import Receiver, Webhook
from tests.simulator.sdk import client


def test_every_accepted_create_is_written_down_with_all_it_said(
    simulator: Simulator, send: Send, receiver: Receiver
) -> None:
    sids = [send(body=body, max_price="0.05").sid for body in ("one", "two", "three")]
    record = simulator.control("record")
    assert [(entry["n"], entry["sid"]) for entry in record] == [*enumerate(sids, 1)]
    assert record[0]["params"] == {
        "To": [CUSTOMER],
        "From": [SENDER],
        "Body": ["one"],
        "MaxPrice": ["0.05"],
        "StatusCallback": [f"{receiver.url}/twilio/status/7/1"],
    }
    assert record[0]["at"] <= record[1]["at"]
    assert [entry["n"] for entry in simulator.control("record?since=2")] == [3]
    assert simulator.control("record/count") == {"count": 3}


def test_creates_at_once_are_all_written_down(simulator: Simulator) -> None:
    def burst() -> None:
        with requests.Session() as session:
            session.auth = (ACCOUNT, TOKEN)
            for number in range(20):
                form = {"To": CUSTOMER, "From": SENDER, "Body": str(number)}
                session.post(f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", form, timeout=5)

    threads = [threading.Thread(target=burst) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = simulator.control("record")
    assert [entry["n"] for entry in record] == list(range(1, 201))
    assert len({entry["sid"] for entry in record}) == 200


def test_a_kill_loses_no_record_and_no_message(own_simulator: Simulator, receiver: Receiver) -> None:
    own_simulator.start()
    twilio = client(own_simulator.url)
    told = own_simulator.control("inbound", **{"from": CUSTOMER, "body": "Hi", "media": ["picture"]})
    sent = twilio.messages.create(
        to=CUSTOMER, from_=SENDER, body="Hello", status_callback=f"{receiver.url}/twilio/status/7/1"
    )
    own_simulator.kill()
    own_simulator.start()
    assert [entry["sid"] for entry in own_simulator.control("record")] == [sent.sid]
    assert {m.sid for m in twilio.messages.list()} == {sent.sid, told["sid"]}
    assert len(twilio.messages(told["sid"]).media.list()) == 1
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])
    assert own_simulator.control("webhooks")[0]["sid"] == told["sid"]
    twilio.http_client.session.close()


def test_a_line_that_a_kill_cut_short_is_dropped(own_simulator: Simulator) -> None:
    folder = own_simulator.folder / "simulator"
    folder.mkdir()
    (folder / "record.jsonl").write_text('{"n":1,"sid":"SM1","at":"x","params":{}}\n{"n":2,"si')
    own_simulator.start()
    assert own_simulator.control("record/count") == {"count": 1}


def test_reset_forgets_everything(simulator: Simulator, send: Send) -> None:
    send()
    simulator.control("next", operation="create", behaviour="429")
    simulator.control("templates", sid="HX" + "5" * 32, text="Hi")
    simulator.reset()
    assert simulator.control("record") == simulator.control("next") == simulator.control("webhooks") == []
    assert simulator.control("templates") == {}


def test_reset_forgets_what_is_under_way_too(simulator: Simulator, send: Send, receiver: Receiver) -> None:
    """The reset comes while a callback is being answered."""
    is_reset = threading.Event()

    def reset_once(_: Webhook) -> None:
        receiver.before_answer = lambda _: None
        simulator.reset()
        is_reset.set()

    receiver.before_answer = reset_once
    send()
    assert is_reset.wait(10)
    later = send()
    until(lambda: simulator.control("webhooks"))
    assert {entry["sid"] for entry in simulator.control("webhooks")} == {later.sid}


def test_it_ends_promptly_even_while_a_call_hangs(own_simulator: Simulator) -> None:
    own_simulator.start()
    own_simulator.control("next", operation="create", behaviour="timeout", seconds=30)
    broken: list[Exception] = []

    def hang() -> None:
        try:
            url = f"{own_simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            requests.post(url, {"To": CUSTOMER}, auth=(ACCOUNT, TOKEN), timeout=20)
        except requests.ConnectionError as problem:
            broken.append(problem)

    caller = threading.Thread(target=hang)
    caller.start()
    until(lambda: own_simulator.control("next") == [])
    assert own_simulator.end() < 3
    caller.join()
    assert len(broken) == 1


def test_every_wrong_setting_is_named_at_once() -> None:
    env = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_WHATSAPP_FROM": "x", "SIMULATOR_PORT": "http"}
    done = subprocess.run([sys.executable, "-m", "simulator"], env=env, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM", "SIMULATOR_PORT"):
        assert name in done.stderr
