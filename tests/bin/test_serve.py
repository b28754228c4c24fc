"""`bin/serve`, with the settings of a real account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bin.running import Running, processes_on

# What the environment leaves unset may stand in a developer's own .env.
ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_WHATSAPP_FROM": "whatsapp:+14155238886",
    "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "a-key-that-only-the-tests-ever-use-0123456789",
}


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """`serve(SETTING=…)` starts one."""
    started: list[Running] = []

    def run(**settings: str) -> Running:
        started.append(Running("serve", tmp_path / "data", **settings))
        return started[-1]

    yield run
    for running in started:
        running.close()


def test_it_gets_ready_says_how_to_let_somebody_in_and_ends_with_all_that_it_started(
    tmp_path: Path, serve: Callable[..., Running]
) -> None:
    running = serve(**ACCOUNT)
    assert "bin/switchboard agents add" in running.line()
    assert running.line() == "ready http://127.0.0.1:8000"
    assert running.end() == 0
    assert processes_on(tmp_path / "data") == {}


def test_it_names_every_setting_that_is_wrong_at_once(serve: Callable[..., Running]) -> None:
    running = serve(**ACCOUNT | {"TWILIO_ACCOUNT_SID": "AC1", "PUBLIC_BASE_URL": "http://console.example.com"})
    assert running.wait() == 1
    complaint = running.complaint()
    assert "TWILIO_ACCOUNT_SID" in complaint
    assert "PUBLIC_BASE_URL" in complaint
    assert "Traceback" not in complaint
