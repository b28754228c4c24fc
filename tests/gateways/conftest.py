"""The stand-in for Twilio, as a real process, and the call of its create, for the gateways' tests."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.gateways.twilio.outcomes import Answer, Outgoing
from app.gateways.twilio.send import TwilioMessages
from app.settings import Settings
from harness.simulator import ACCOUNT, CUSTOMER, SENDER, TOKEN, Simulator
from tests.simulator.receiver import Receiver

Make = Callable[..., Settings]
TWILIO = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_WHATSAPP_FROM": SENDER}


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


@pytest.fixture
def create(make_settings: Make, stand_in: Simulator, _closing: contextlib.ExitStack) -> Callable[..., Answer]:
    """`create(base_url=…, **changed)`: one create, as the sender calls it."""

    def create(base_url: str = stand_in.url, credentials: dict[str, str] | None = None, **changed: Any) -> Answer:
        settings = make_settings(**{**TWILIO, "TWILIO_API_BASE_URL": base_url, **(credentials or {})})
        twilio = TwilioMessages(settings)
        assert twilio._http.session is not None
        _closing.callback(twilio._http.session.close)
        return twilio.create(outgoing(**changed))

    return create


@pytest.fixture
def _closing() -> Any:
    with contextlib.ExitStack() as stack:
        yield stack


def outgoing(**changed: Any) -> Outgoing:
    values: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "message_id": 7,
        "attempt_id": 1,
        "to": CUSTOMER,
        "sender": SENDER,
        "messaging_service_sid": "",
        "body": "Your bike is ready",
        "media_urls": (),
        "content_sid": "",
        "content_variables": {},
        "status_callback": "",
        "max_price": "",
        "start_before": time.monotonic() + 20,
    }
    return Outgoing(**{**values, **changed})
