"""The stand-in for Twilio, as a real process, for the gateways' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.simulator import Simulator
from tests.simulator.receiver import Receiver


@pytest.fixture(scope="session")
def _webhooks() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def _stand_in(_webhooks: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("stand-in"), _webhooks.url)
    simulator.start()
    yield simulator
    simulator.end()


@pytest.fixture
def stand_in(_stand_in: Simulator) -> Simulator:
    """The running stand-in, with nothing in its record."""
    _stand_in.reset()
    return _stand_in
