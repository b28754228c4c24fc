"""A real Chromium. `page` and `new_context` are pytest-playwright's, and fail the test on any complaint."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import BytecodeCache
from playwright.sync_api import BrowserContext

from app.application import create_app
from app.settings import Settings
from harness.chromium import FLAGS, chromium
from harness.processes import Stand
from tests.browser.complaints import Complaints
from tests.support.listening import Console, served
from tests.support.office import PASSWORDS
from tests.support.twilio import Twilio


@pytest.fixture(scope="session")
def _chromium_path() -> str:
    return chromium()


@pytest.fixture(scope="session")
def browser_type_launch_args(_chromium_path: str) -> dict[str, Any]:
    """The Chromium that was found."""
    return {"executable_path": _chromium_path, "args": list(FLAGS), "headless": True}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the browser complained about; anything that was not allowed fails the test."""
    complaints = Complaints()
    yield complaints
    assert complaints.heard == []


@pytest.fixture
def new_context(complaints: Complaints, new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """`new_context(viewport=…, color_scheme=…)`: another person's browser."""

    def make(**options: Any) -> BrowserContext:
        context = new_context(**options)
        complaints.listen(context)
        return context

    return make


@pytest.fixture
def console(
    database_url: str, make_settings: Callable[..., Settings], compiled_templates: BytecodeCache
) -> Iterator[Console]:
    """The console of the cast's account in this process, which is there much sooner than gunicorn's processes are."""
    application = create_app(make_settings(**Twilio.SETTINGS, DATABASE_URL=database_url))
    application.jinja_env.bytecode_cache = compiled_templates
    with served(application) as port:
        yield Console(f"http://127.0.0.1:{port}")
    application.extensions["services"].database.close()


@pytest.fixture(scope="session")
def _demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's account, database and files as nobody has used them yet; its month takes long to play."""
    folder = tmp_path_factory.mktemp("demo")
    _demo_in(folder).prepare_demo()
    return folder


@pytest.fixture
def demo(_demo_folder: Path, tmp_path: Path) -> Iterator[Stand]:
    """Web, worker and stand-in of a demo with its sample, not yet started; `demo` and Ana's password log in."""
    folder = tmp_path / "demo"
    shutil.copytree(_demo_folder, folder)
    stand = _demo_in(folder)
    yield stand
    stand.kill_all()


def _demo_in(folder: Path) -> Stand:
    return Stand(folder, f"sqlite:///{folder / 'switchboard.db'}", DEMO_PASSWORD=PASSWORDS["ana"])
