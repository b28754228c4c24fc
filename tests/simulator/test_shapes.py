"""Every answer of the stand-in has the shape of Twilio's published API description."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from harness.simulator import ACCOUNT, CUSTOMER, SENDER, SERVICE, TOKEN, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send, Twilio
from tests.simulator.receiver import Receiver
from tests.simulator.shapes import objections, page_objections

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"


def ask(simulator: Simulator, path: str, method: str = "GET", **form: str) -> requests.Response:
    return requests.request(method, simulator.url + path, data=form, auth=(ACCOUNT, TOKEN), timeout=5)


def create(simulator: Simulator, **changed: str) -> dict[str, Any]:
    form = {"To": CUSTOMER, "From": SENDER, "Body": "Hello", **changed}
    answer = ask(simulator, f"{MESSAGES}.json", "POST", **{name: value for name, value in form.items() if value})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def test_what_a_create_answers(simulator: Simulator) -> None:
    assert objections("message", create(simulator)) == []
    assert objections("message", create(simulator, From="", MessagingServiceSid=SERVICE)) == []
    assert objections("message", create(simulator, MediaUrl="http://127.0.0.1:9/x.jpg")) == []


def test_a_message_in_each_of_its_statuses(simulator: Simulator, twilio: Twilio) -> None:
    simulator.control("next", operation="delivery", behaviour="fail", code=63024)
    sids = [create(simulator)["sid"], create(simulator)["sid"]]
    seen = set()
    for sid, last in zip(sids, ("failed", "read"), strict=True):
        until(lambda sid=sid, last=last: twilio.messages(sid).fetch().status == last)  # type: ignore[misc]
        shown = ask(simulator, f"{MESSAGES}/{sid}.json").json()
        assert objections("message", shown) == []
        seen.add((shown["status"], shown["error_code"]))
    assert seen == {("failed", 63024), ("read", None)}


def test_a_message_that_was_redacted(simulator: Simulator) -> None:
    answer = ask(simulator, f"{MESSAGES}/{create(simulator)['sid']}.json", "POST", Body="")
    assert (answer.status_code, answer.json()["body"]) == (200, "")
    assert objections("message", answer.json()) == []


def test_the_list_of_both_directions(simulator: Simulator) -> None:
    create(simulator)
    simulator.control("inbound", **{"from": CUSTOMER, "media": ["picture"], "post": False})
    create(simulator)
    for path in (f"{MESSAGES}.json", f"{MESSAGES}.json?PageSize=2", f"{MESSAGES}.json?PageSize=2&Page=1"):
        shown = ask(simulator, path).json()
        assert shown["messages"]
        assert page_objections("messages", "message", shown) == []


def test_the_files_of_a_message(simulator: Simulator) -> None:
    told = simulator.control("inbound", **{"from": CUSTOMER, "media": ["picture", "voice"], "post": False})
    path = f"{MESSAGES}/{told['sid']}/Media"
    for query in ("", "?PageSize=1", "?PageSize=1&Page=1"):
        shown = ask(simulator, f"{path}.json{query}").json()
        assert page_objections("media_list", "media", shown) == []
    one = shown["media_list"][0]["sid"]
    assert objections("media", ask(simulator, f"{path}/{one}.json").json()) == []


def test_what_is_deleted_answers_nothing(simulator: Simulator, receiver: Receiver) -> None:
    told = simulator.control("inbound", **{"from": CUSTOMER, "media": ["picture"], "post": False})
    path = f"{MESSAGES}/{told['sid']}"
    medium = ask(simulator, f"{path}/Media.json").json()["media_list"][0]["sid"]
    for gone in (f"{path}/Media/{medium}.json", f"{path}.json"):
        answer = ask(simulator, gone, "DELETE")
        assert (answer.status_code, answer.content) == (204, b"")


def test_refusals(simulator: Simulator, send: Send) -> None:
    sid = send().sid
    refused = [
        ask(simulator, f"{MESSAGES}.json", "POST", To=CUSTOMER),
        ask(simulator, f"{MESSAGES}/{sid}.json", "POST", Body="another"),
        ask(simulator, f"{MESSAGES}/{sid}.json", "POST", Status="canceled"),
        ask(simulator, f"{MESSAGES}/SM{'0' * 32}.json"),
        ask(simulator, f"{MESSAGES}/SM{'0' * 32}.json", "DELETE"),
        requests.get(f"{simulator.url}{MESSAGES}.json", timeout=5),
    ]
    for answer in refused:
        assert objections("error", answer.json()) == []
        assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize(
    ("changed", "objection"),
    [
        ({"extra": 1}, "extra is unknown"),
        ({"num_media": 0}, "num_media is no string"),
        ({"sid": None}, "sid is null"),
        ({"sid": "XX1"}, "sid does not fit its pattern"),
        ({"status": "gone"}, "status is no word of Twilio's"),
        ({"error_code": True}, "error_code is no integer"),
        ({"date_created": "2026-11-21T09:00:00Z"}, "date_created is no RFC 2822 date with its zone"),
    ],
)
def test_what_has_another_shape_is_objected_to(
    simulator: Simulator, changed: dict[str, object], objection: str
) -> None:
    (found,) = objections("message", {**create(simulator), **changed})
    assert found.partition(":")[0] == objection


def test_what_is_missing_is_objected_to(simulator: Simulator) -> None:
    answer = create(simulator)
    del answer["price"]
    assert objections("message", answer) == ["price is missing"]
