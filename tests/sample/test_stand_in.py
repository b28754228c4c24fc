"""The demo's stand-in knows whom one may answer, and which templates there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.sample import stand_in
from app.sample.cast import CUSTOMERS
from app.sample.entries import Ours, entries
from app.sample.story import story
from harness.ports import free_port
from harness.simulator import ACCOUNT, SENDER, Simulator
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
    ours = Ours(ACCOUNT, SENDER, "http://127.0.0.1:9", at)
    told = entries(ours, story(at))
    stand_in.tell(simulator.url, ours, told)
    twilio = client(simulator.url)
    lately = {entry.said.customer for entry in told if entry.webhook and entry.said.at > at - timedelta(hours=24)}
    others = set(CUSTOMERS) - lately
    assert lately
    assert others
    for customers, status in ((lately, "read"), (others, "undelivered")):
        for customer in customers:
            sent = twilio.messages.create(to=customer.address, from_=SENDER, body="Hello")
            until(lambda sid=sent.sid, status=status: twilio.messages(sid).fetch().status == status)  # type: ignore[misc]
    twilio.http_client.session.close()
    texts = simulator.control("templates").values()
    assert any(text.startswith("Hello {{1}}, your order ") for text in texts)


def test_a_stand_in_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in, "PATIENCE", timedelta(seconds=0.3))
    at = datetime.now(UTC)
    ours = Ours(ACCOUNT, SENDER, "http://127.0.0.1:9", at)
    with pytest.raises(OSError, match="refused"):
        stand_in.tell(f"http://127.0.0.1:{free_port()}", ours, entries(ours, story(at)))
