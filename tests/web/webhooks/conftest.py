"""Every test of webhooks runs twice: through the door before Flask, and through Flask's route without that door."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

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


class _AsTheServerAsks:
    """Asks the door first, and Flask where that leads nowhere."""

    def __init__(self, door: Door, flask: WSGIApplication) -> None:
        self._door, self._flask = door, flask

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        is_one = f"{environ['REQUEST_METHOD']} {environ['RAW_URI']}".encode().startswith(self._door.beginning)
        reply = self._door.answer_together([(environ, time.perf_counter())])[0] if is_one else None
        if reply is None:
            environ["wsgi.input"] = io.BytesIO(body)
            return self._flask(environ, start_response)
        start_response(reply.status, reply.headers)
        return [reply.content]


@pytest.fixture
def through(way: str) -> Callable[[Flask], Flask]:
    """`through(application)`: the application, whose webhooks go this way."""

    def lead(application: Flask) -> Flask:
        if way == "door":
            asking = _AsTheServerAsks(application.extensions["together"], application.wsgi_app)
            setattr(application, "wsgi_app", asking)  # noqa: B010
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
