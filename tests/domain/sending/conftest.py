"""Senders that run in threads of their own, and a stand-in that a test may kill."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.sending.claims import Claimer
from app.domain.sending.rate_limit import Pace
from app.domain.sending.sender import Sender
from app.gateways.twilio.outcomes import Twilio
from app.settings import Settings
from app.store.database import Database
from harness.simulator import Simulator
from tests.support.cast import ACCOUNT, CALLBACK_BASE
from tests.support.standin import StandIn

StartSender = Callable[..., Sender]


@pytest.fixture
def start_sender(request: pytest.FixtureRequest, standin: StandIn) -> Iterator[StartSender]:
    """`start_sender(concurrency=…, twilio=…)`: a sender that works until the test ends, on the test's `database`."""
    running: list[tuple[Sender, threading.Thread]] = []

    def start(
        concurrency: int = 5, twilio: Twilio | None = None, rate: float = 0, on: Database | None = None
    ) -> Sender:
        claimer = Claimer(ACCOUNT, "worker:test", CALLBACK_BASE, Pace(rate))
        database: Database = on or request.getfixturevalue("database")
        sender = Sender(database, twilio or standin.messages, claimer, concurrency)
        thread = threading.Thread(target=sender.run)
        running.append((sender, thread))
        thread.start()
        return sender

    yield start
    for sender, thread in running:
        assert sender.stop(20)
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def own_standin(tmp_path: Path, make_settings: Callable[..., Settings]) -> Iterator[StandIn]:
    """A stand-in of the test's own: killing it ends every call that hangs."""
    simulator = Simulator(tmp_path, CALLBACK_BASE)
    simulator.start()
    simulator.control("settings", callbacks="never", window="open")
    standin = StandIn(simulator, make_settings)
    yield standin
    simulator.kill()
    standin.close()
