"""What a process holds from its start, as each test of one that nobody started here finds it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app import process_start
from app.settings import Settings


@pytest.fixture(autouse=True)
def _as_at_a_start(make_settings: Callable[..., Settings]) -> None:
    """Hold the shipped rules and no routes, whatever an application that a test before this one made has held."""
    service = "MG" + "0123456789abcdef" * 2
    process_start.hold(make_settings(TWILIO_WHATSAPP_FROM="", TWILIO_MESSAGING_SERVICE_SID=service))
