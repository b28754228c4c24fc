"""The console in this process."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from jinja2 import BytecodeCache

from app import logs
from app.application import create_app
from app.settings import Settings
from tests.support.cast import begin
from tests.support.office import Office
from tests.support.standin import StandIn
from tests.support.twilio import Twilio


@pytest.fixture
def make_office(
    database_url: str, make_settings: Callable[..., Settings], compiled_templates: BytecodeCache
) -> Iterator[Callable[..., Office]]:
    """`make_office(SETTING=…)`: another process's application on the same database."""
    made: list[Office] = []

    def make(**changed: str) -> Office:
        settings = {**Twilio.SETTINGS, "DATABASE_URL": database_url, **changed}
        made.append(Office(create_app(make_settings(**settings))))
        made[-1].application.jinja_env.bytecode_cache = compiled_templates
        begin(made[-1].database)
        return made[-1]

    yield make
    for office in made:
        office.finish_receipts()
        office.database.close()


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    """Ana (admin), Kim (agent) and Otto (auditor)."""
    return make_office().hire("ana", "kim", "otto")


@pytest.fixture
def at_twilio(make_office: Callable[..., Office], standin: StandIn) -> Office:
    """The office, with a stand-in to ask that decides quickly."""
    standin.simulator.control("settings", approval_after=0.1)
    settings = standin.settings
    made = make_office(TWILIO_API_BASE_URL=settings.twilio_api_base_url, TWILIO_AUTH_TOKEN=settings.twilio_auth_token)
    return made.hire("ana", "kim", "otto")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as the processes write it."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", written)
        logs.set_up("INFO")
    structlog.configure(cache_logger_on_first_use=False)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
