"""One stand-in for Twilio for all tests here; each test finds it empty, its callbacks going nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.settings import Settings
from harness.simulator import Simulator
from tests.support.cast import CALLBACK_BASE
from tests.support.standin import StandIn


@pytest.fixture(scope="session")
def _running_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("stand-in"), CALLBACK_BASE)
    simulator.start()
    yield simulator
    simulator.kill()


@pytest.fixture
def standin(_running_simulator: Simulator, make_settings: Callable[..., Settings]) -> Iterator[StandIn]:
    """Twilio's stand-in, a real process."""
    _running_simulator.reset()
    # What the tests' customers wrote went past the stand-in.
    _running_simulator.control("settings", callbacks="never", window="open")
    standin = StandIn(_running_simulator, make_settings)
    yield standin
    standin.close()
