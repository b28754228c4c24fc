"""The control API makes calls fail in every way that Twilio, or the way there, can."""

from __future__ import annotations

import time

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from harness.simulator import ACCOUNT, CUSTOMER, SECOND_SENDER, SENDER, TOKEN, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send, Twilio

FORM = {"To": CUSTOMER, "From": SENDER, "Body": "Hello"}


def create(simulator: Simulator, timeout: float = 5, **changed: str) -> requests.Response:
    url = f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    return requests.post(url, {**FORM, **changed}, auth=(ACCOUNT, TOKEN), timeout=timeout)


def accepted(simulator: Simulator) -> int:
    count: int = simulator.control("record/count")["count"]
    return count


def test_429_says_when_to_come_back_and_takes_nothing(simulator: Simulator) -> None:
    simulator.control("next", operation="create", behaviour="429", times=2, retry_after=3)
    for _ in range(2):
        answer = create(simulator)
        assert (answer.status_code, answer.json()["code"]) == (429, 20429)
        assert answer.headers["Retry-After"] == "3"
    assert accepted(simulator) == 0
    assert create(simulator).status_code == 201


@pytest.mark.parametrize(("behaviour", "taken"), [("500", 0), ("500_after_accepting", 1)])
def test_500_comes_before_or_after_it_was_taken(simulator: Simulator, behaviour: str, taken: int) -> None:
    simulator.control("next", operation="create", behaviour=behaviour)
    answer = create(simulator)
    assert (answer.status_code, answer.json()["code"]) == (500, 20500)
    assert accepted(simulator) == taken


@pytest.mark.parametrize(("behaviour", "taken"), [("timeout", 0), ("timeout_after_accepting", 1)])
def test_a_timeout_says_nothing(simulator: Simulator, behaviour: str, taken: int) -> None:
    simulator.control("next", operation="create", behaviour=behaviour)
    with pytest.raises(requests.ReadTimeout):
        create(simulator, timeout=0.4)
    assert accepted(simulator) == taken


def test_a_timeout_ends_by_closing(simulator: Simulator) -> None:
    simulator.control("next", operation="create", behaviour="timeout", seconds=0.2)
    with pytest.raises(requests.ConnectionError):
        create(simulator)


@pytest.mark.parametrize(
    ("behaviour", "taken"),
    [("drop", 0), ("drop_after_accepting", 1), ("reset", 0), ("reset_after_accepting", 1)],
)
def test_the_connection_breaks(simulator: Simulator, behaviour: str, taken: int) -> None:
    simulator.control("next", operation="create", behaviour=behaviour)
    with pytest.raises(requests.ConnectionError):
        create(simulator)
    assert accepted(simulator) == taken


def test_a_201_is_cut_short(simulator: Simulator) -> None:
    simulator.control("next", operation="create", behaviour="cut")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        create(simulator)
    assert accepted(simulator) == 1


def test_a_201_is_not_json(simulator: Simulator, send: Send) -> None:
    simulator.control("next", operation="create", behaviour="not_json", times=2)
    answer = create(simulator)
    assert answer.status_code == 201
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    with pytest.raises(ValueError, match="Expecting value"):
        send()
    assert accepted(simulator) == 2


def test_any_refusal_can_be_asked_for(simulator: Simulator, send: Send) -> None:
    simulator.control("next", operation="create", behaviour="error", code=63038, status=429)
    with pytest.raises(TwilioRestException) as refusal:
        send()
    assert (refusal.value.status, refusal.value.code) == (429, 63038)


def test_a_slow_create_is_answered_late(simulator: Simulator) -> None:
    simulator.control("next", operation="create", behaviour="slow", seconds=0.3)
    started = time.monotonic()
    assert create(simulator).status_code == 201
    assert time.monotonic() - started >= 0.3


def test_latency_is_added_to_every_call(simulator: Simulator) -> None:
    simulator.control("settings", latency_ms=120)
    started = time.monotonic()
    create(simulator)
    assert time.monotonic() - started >= 0.12


def test_a_behaviour_may_wait_for_one_sender_or_recipient(simulator: Simulator) -> None:
    simulator.control("next", operation="create", behaviour="429", times=-1, sender=SECOND_SENDER)
    simulator.control("next", operation="create", behaviour="500", to="whatsapp:+14155550177")
    assert create(simulator).status_code == 201
    assert create(simulator, From=SECOND_SENDER).status_code == 429
    assert create(simulator, To="whatsapp:+14155550177").status_code == 500
    assert create(simulator, From=SECOND_SENDER).status_code == 429
    simulator.ask("DELETE", "/control/next")
    assert create(simulator, From=SECOND_SENDER).status_code == 201


def test_fetches_and_lists_fail_on_their_own(simulator: Simulator, send: Send, twilio: Twilio) -> None:
    sid = send().sid
    simulator.control("next", operation="fetch", behaviour="500")
    simulator.control("next", operation="list", behaviour="error", code=20003, status=401)
    with pytest.raises(TwilioException, match="20003"):
        twilio.messages.list()
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages(sid).fetch()
    assert refusal.value.code == 20500
    assert until(lambda: twilio.messages(sid).fetch().sid == sid)


@pytest.mark.parametrize(
    "asked",
    [
        {"operation": "create", "behaviour": "sing"},
        {"operation": "dance", "behaviour": "429"},
        {"operation": "create", "behaviour": "429", "tempo": 3},
        {"behaviour": "429"},
    ],
)
def test_an_unknown_behaviour_is_refused_with_what_there_is(simulator: Simulator, asked: dict[str, object]) -> None:
    status, body = simulator.ask("POST", "/control/next", asked)
    assert status == 400
    assert body["error"]


@pytest.mark.parametrize("asked", [{"callbacks": "sideways"}, {"auto_read": 1}, {"latency_ms": -1}, {"x": 1}])
def test_a_wrong_setting_is_refused(simulator: Simulator, asked: dict[str, object]) -> None:
    before = simulator.control("settings")
    assert simulator.ask("POST", "/control/settings", asked)[0] == 400
    assert simulator.control("settings") == before


def test_another_sites_page_may_not_write(simulator: Simulator) -> None:
    answer = requests.post(
        f"{simulator.url}/phone/send",
        {"customer": CUSTOMER, "body": "x"},
        headers={"Origin": "https://elsewhere.example"},
        timeout=5,
    )
    assert answer.status_code == 403
