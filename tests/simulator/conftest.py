"""One stand-in and one receiver of webhooks for all tests here; each test finds them empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.chromium import FLAGS, chromium
from harness.simulator import CUSTOMER, SECOND_SENDER, SENDER, Simulator
from tests.simulator.receiver import Receiver
from tests.simulator.sdk import client

# The SDK's annotations call what is a plain string an enumeration, and every field absent.
Twilio = Any
Send = Callable[..., Any]


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def _simulator(_receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("simulator"), _receiver.url)
    simulator.start()
    yield simulator
    simulator.end()


@pytest.fixture
def simulator(_simulator: Simulator) -> Simulator:
    """The running stand-in, empty, with quick statuses; the customer has just written."""
    _simulator.reset()
    _simulator.control("windows", customers=[CUSTOMER])
    _simulator.control("windows", customers=[CUSTOMER], sender=SECOND_SENDER)
    return _simulator


@pytest.fixture
def receiver(_receiver: Receiver, simulator: Simulator) -> Receiver:
    """Where the webhooks go; nothing has come yet."""
    _receiver.clear()
    return _receiver


@pytest.fixture
def own_simulator(receiver: Receiver, tmp_path: Path) -> Iterator[Simulator]:
    """A stand-in of the test's own, not started, to be killed and started again."""
    simulator = Simulator(tmp_path, receiver.url)
    yield simulator
    simulator.kill()


@pytest.fixture
def twilio(simulator: Simulator) -> Iterator[Twilio]:
    """Twilio's SDK, talking to the stand-in."""
    twilio: Twilio = client(simulator.url)
    yield twilio
    twilio.http_client.session.close()


@pytest.fixture
def send(twilio: Twilio, receiver: Receiver) -> Send:
    """`send(body=…, …)`: a create with sensible values, and a callback for message 7, attempt 1."""

    def send(**changed: Any) -> Any:
        usual = {"from_": SENDER, "status_callback": f"{receiver.url}/twilio/status/7/1"}
        if "messaging_service_sid" in changed:
            del usual["from_"]
        given = {"to": CUSTOMER, "body": "Your bike is ready", **usual, **changed}
        return twilio.messages.create(**given)

    return send


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's Chromium."""
    return {"executable_path": chromium(), "args": list(FLAGS), "headless": True}
