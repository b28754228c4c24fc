"""The demo's stand-in knows whom one may answer, and which templates there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo import stand_in
from demo.cast import CUSTOMERS
from demo.story import story
from harness.ports import free_port
from harness.simulator import SENDER, Simulator
from harness.waiting import until
from tests.simulator.sdk import client


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path, "http://127.0.0.1:9")
    simulator.start()
    simulator.reset()
    yield simulator
    simulator.kill()


def test_what_the_sample_tells(simulator: Simulator) -> None:
    at = datetime.now(UTC)
    told = story(at)
    stand_in.tell(simulator.url, SENDER, told, at)
    twilio = client(simulator.url)
    lately = {said.customer for said in told if said.line.inbound and said.at > at - timedelta(hours=24)}
    others = set(CUSTOMERS) - lately
    assert lately
    assert others
    for customers, status in ((lately, "read"), (others, "undelivered")):
        for customer in customers:
            sent = twilio.messages.create(to=customer.address, from_=SENDER, body="Hello")
            until(lambda sid=sent.sid, status=status: twilio.messages(sid).fetch().status == status)  # type: ignore[misc]
    twilio.http_client.session.close()
    texts = simulator.control("templates").values()
    assert any(text.startswith("Hello {{ 1 }}, your order ") for text in texts)


def test_a_stand_in_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in, "PATIENCE", timedelta(seconds=0.3))
    at = datetime.now(UTC)
    with pytest.raises(OSError, match="refused"):
        stand_in.tell(f"http://127.0.0.1:{free_port()}", SENDER, story(at), at)
