"""What may be done to a message after its create: redacted, and deleted once it is done."""

from __future__ import annotations

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from harness.simulator import ACCOUNT, CUSTOMER, TOKEN, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send, Twilio
from tests.simulator.receiver import Receiver


def read(twilio: Twilio, sid: str) -> str:
    """The message's SID, once it is read."""
    until(lambda: twilio.messages(sid).fetch().status == "read")
    return sid


def update(simulator: Simulator, sid: str, **form: str) -> requests.Response:
    url = f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
    return requests.post(url, form, auth=(ACCOUNT, TOKEN), timeout=5)


def test_redacting_empties_the_body(send: Send, twilio: Twilio) -> None:
    sid = send().sid
    assert twilio.messages(sid).update(body="").body == ""
    assert twilio.messages(sid).fetch().body == ""


@pytest.mark.parametrize(
    "form", [{"Body": "another"}, {}, {"Body": "", "Status": "canceled"}, {"Status": "sent"}, {"Status": ""}]
)
def test_nothing_else_of_it_can_be_changed(simulator: Simulator, send: Send, form: dict[str, str]) -> None:
    sid = send().sid
    answer = update(simulator, sid, **form)
    assert (answer.status_code, answer.json()["code"]) == (400, 30400)


@pytest.mark.parametrize("status", ["queued", "read"])
def test_what_is_not_scheduled_can_not_be_cancelled(
    simulator: Simulator, send: Send, twilio: Twilio, status: str
) -> None:
    if status == "queued":
        simulator.control("settings", sent_after=30)
    sid = send().sid
    until(lambda: twilio.messages(sid).fetch().status == status)
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages(sid).update(status="canceled")
    assert (refusal.value.status, refusal.value.code) == (409, 30409)
    assert twilio.messages(sid).fetch().status == status


def test_a_message_is_deleted_with_its_files(simulator: Simulator, receiver: Receiver, twilio: Twilio) -> None:
    told = simulator.control("inbound", **{"from": CUSTOMER, "media": ["picture"]})
    kept = simulator.control("inbound", **{"from": CUSTOMER, "body": "Hi"})["sid"]
    sid, path = told["sid"], told["form"]["MediaUrl0"].removeprefix("https://api.twilio.com")
    assert twilio.messages(sid).delete()
    assert [message.sid for message in twilio.messages.list()] == [kept]
    assert update(simulator, sid, Body="").status_code == 404
    assert requests.get(simulator.url + path, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 404


def test_what_is_under_way_can_not_be_deleted(simulator: Simulator, send: Send, twilio: Twilio) -> None:
    simulator.control("settings", sent_after=30)
    sid = send().sid
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages(sid).delete()
    assert (refusal.value.status, refusal.value.code) == (409, 20009)


def test_what_was_deleted_stays_so_after_a_kill(own_simulator: Simulator, receiver: Receiver) -> None:
    own_simulator.start()
    sid = own_simulator.control("inbound", **{"from": CUSTOMER, "body": "Hi"})["sid"]
    path = f"{own_simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
    assert requests.delete(path, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 204
    own_simulator.kill()
    own_simulator.start()
    assert requests.get(path, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 404


def test_the_record_keeps_the_create_of_what_was_deleted(simulator: Simulator, send: Send, twilio: Twilio) -> None:
    sid = read(twilio, send().sid)
    assert twilio.messages(sid).delete()
    assert [entry["sid"] for entry in simulator.control("record")] == [sid]
