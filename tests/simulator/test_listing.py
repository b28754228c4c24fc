"""GET Messages.json: filters and paging, by Twilio's own SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from harness.simulator import ACCOUNT, CUSTOMER, SENDER, TOKEN, Simulator
from harness.waiting import until
from tests.simulator.conftest import Send, Twilio

OTHER = "whatsapp:+14155550177"


def test_both_directions_are_listed_newest_first(simulator: Simulator, send: Send, twilio: Twilio) -> None:
    simulator.control("inbound", **{"from": CUSTOMER, "body": "Hi"})
    send(body="Hello")
    listed = twilio.messages.list()
    assert [(m.direction, m.body) for m in listed] == [("outbound-api", "Hello"), ("inbound", "Hi")]
    assert (listed[1].to, listed[1].from_, listed[1].status) == (SENDER, CUSTOMER, "received")


def test_to_and_from_filter_exactly(simulator: Simulator, send: Send, twilio: Twilio) -> None:
    send(body="one")
    send(to=OTHER, body="two")
    simulator.control("inbound", **{"from": OTHER, "body": "three"})
    assert [m.body for m in twilio.messages.list(to=OTHER)] == ["two"]
    assert [m.body for m in twilio.messages.list(from_=OTHER)] == ["three"]
    assert [m.body for m in twilio.messages.list(from_=SENDER)] == ["two", "one"]
    assert [m.body for m in twilio.messages.list(to=SENDER, from_=OTHER)] == ["three"]
    assert twilio.messages.list(to="whatsapp:+14155550100") == []


def test_all_pages_are_walked_by_the_sdk(simulator: Simulator, twilio: Twilio) -> None:
    for number in range(7):
        simulator.control("inbound", **{"from": CUSTOMER, "body": str(number), "post": False})
    assert [m.body for m in twilio.messages.list(page_size=3)] == list("6543210")


def test_a_page_points_to_the_next_by_a_relative_address(simulator: Simulator) -> None:
    for number in range(5):
        simulator.control("inbound", **{"from": CUSTOMER, "body": str(number), "post": False})
    first = _get(
        simulator, f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=2&From={CUSTOMER[:9]}%2B{CUSTOMER[10:]}"
    )
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["next_page_uri"].startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?")
    assert "meta" not in first
    simulator.control("inbound", **{"from": CUSTOMER, "body": "newer", "post": False})
    second = _get(simulator, first["next_page_uri"])
    assert [m["body"] for m in second["messages"]] == ["2", "1"]
    last = _get(simulator, second["next_page_uri"])
    assert [m["body"] for m in last["messages"]] == ["0"]
    assert last["next_page_uri"] is None


def test_a_page_holds_50_by_default_and_1000_at_most(simulator: Simulator) -> None:
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert _get(simulator, path)["page_size"] == 50
    assert _get(simulator, f"{path}?PageSize=5000")["page_size"] == 1000


def test_what_is_queued_has_no_date_sent_and_is_not_found_by_it(
    simulator: Simulator, send: Send, twilio: Twilio
) -> None:
    simulator.control("settings", sent_after=30)
    send()
    now = datetime.now(UTC)
    assert twilio.messages.list()[0].date_sent is None
    assert twilio.messages.list(date_sent_after=now - timedelta(hours=1)) == []


def test_dates_filter_by_when_it_was_sent(simulator: Simulator, twilio: Twilio) -> None:
    simulator.control("inbound", **{"from": CUSTOMER, "body": "Hi", "post": False})
    now, hour = datetime.now(UTC), timedelta(hours=1)
    assert len(twilio.messages.list(date_sent_after=now - hour)) == 1
    assert twilio.messages.list(date_sent_after=now + hour) == []
    assert len(twilio.messages.list(date_sent_before=now + hour)) == 1
    assert twilio.messages.list(date_sent_before=now - hour) == []
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?DateSent="
    assert len(_get(simulator, f"{path}{now:%Y-%m-%d}")["messages"]) == 1
    assert _get(simulator, f"{path}2020-01-01")["messages"] == []


def test_a_fetch_follows_the_status(send: Send, twilio: Twilio) -> None:
    sid = send().sid
    message = until(lambda: (m := twilio.messages(sid).fetch()).status == "read" and m)
    assert message.date_sent
    assert message.num_segments == "1"


def _get(simulator: Simulator, path: str) -> dict[str, Any]:
    answer = requests.get(simulator.url + path, auth=(ACCOUNT, TOKEN), timeout=5)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found
