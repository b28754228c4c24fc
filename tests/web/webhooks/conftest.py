"""Every test of webhooks runs twice: through the door before Flask, and through Flask's route without that door."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, request, request_started

from app.web.webhooks.door import Door
from tests.support.twilio import Twilio

WAYS = ("door", "route")
# What is stored doesn't depend on who read the request, so that the route needs no second database.
ONCE_IS_ENOUGH = {"way": "route", "database_url": "postgresql"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the route on PostgreSQL."""
    items[:] = [item for item in items if not _parameters(item).items() >= ONCE_IS_ENOUGH.items()]


def _parameters(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """door or route."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def through(way: str) -> Callable[[Flask], Flask]:
    """`through(application)`: the application, whose webhooks go this way."""

    def lead(application: Flask) -> Flask:
        door = application.wsgi_app
        assert isinstance(door, Door)
        if way == "route":
            setattr(application, "wsgi_app", door.inner)  # noqa: B010
        return application

    return lead


@pytest.fixture
def twilio(twilio: Twilio, through: Callable[[Flask], Flask]) -> Twilio:
    """Twilio, whose webhooks go this way."""
    through(twilio.application)
    return twilio


@pytest.fixture
def asked_flask(twilio: Twilio) -> Iterator[list[str]]:
    """The paths that Flask was asked for."""
    paths: list[str] = []

    def note(_application: Flask, **_: object) -> None:
        paths.append(request.path)

    request_started.connect(note, twilio.application)
    yield paths
    request_started.disconnect(note, twilio.application)
