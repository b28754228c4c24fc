"""The web process ends and comes back while consoles follow: streams end at once, and nothing is lost."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable

import pytest

from app.store.database import connect
from harness.processes import Stand
from harness.waiting import until
from tests.support.cast import begin, hear
from tests.support.listening import Stream
from tests.support.office import Office
from tests.support.twilio import Twilio

BODY = re.compile(r"message-(\d+)<")


@pytest.fixture
def stand(make_stand: Callable[..., Stand]) -> Stand:
    """The web process alone, on the cast's account."""
    settings = {name: value for name, value in Twilio.SETTINGS.items() if name != "PUBLIC_BASE_URL"}
    return make_stand(**settings, WEB_CONCURRENCY="2", WEB_THREADS="64").start("web")


def test_streams_end_with_the_process_and_go_on_with_the_next(
    stand: Stand, database_url: str, make_office: Callable[..., Office]
) -> None:
    token = make_office(SECRET_KEY=stand.env["SECRET_KEY"]).hire("kim").browser("kim").token
    port = int(stand.env["PORT"])
    with contextlib.closing(connect(database_url)) as elsewhere, contextlib.ExitStack() as open_ones:
        begin(elsewhere)
        streams = [open_ones.enter_context(Stream(port, token)) for _ in range(6)]
        assert {stream.status for stream in streams} == {200}
        until(lambda: all(stream.cursor for stream in streams))
        hear(elsewhere, "message-1")
        until(lambda: all("message-1<" in stream.html("feed") for stream in streams))
        began = time.monotonic()
        stand.terminate("web")
        # What Heroku and systemd give a process.
        assert time.monotonic() - began < 30
        assert all(stream.ended for stream in streams)
        for number in range(2, 12):
            hear(elsewhere, f"message-{number}")
        stand.start("web")
        hear(elsewhere, "message-12")
        for stream in streams:
            with Stream(port, token, last_id=stream.cursor) as again:
                until(lambda again=again: "message-12<" in again.html("feed"))  # type: ignore[misc]
                assert sorted({int(number) for number in BODY.findall(again.html("feed"))}) == list(range(2, 13))
