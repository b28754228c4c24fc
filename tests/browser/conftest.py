"""A real Chromium. `page` and `new_context` are pytest-playwright's, and fail the test on any complaint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from harness.chromium import FLAGS, chromium
from tests.browser.complaints import Complaints


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
