"""Who may follow, how many at once, and when a stream ends."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.agents import people, sessions
from app.store.database import Database
from app.web.live import streams as live_streams
from harness.waiting import until
from tests.support.cast import ago, hear
from tests.support.listening import COOKIE, Stream, poll, served
from tests.support.office import Office

IDLE = timedelta(minutes=30)
Listen = Callable[..., Stream]


def test_nobody_follows_without_a_login(port: int) -> None:
    with Stream(port, "") as stream:
        assert stream.status == 401
    assert poll(port, "")[0] == 401


def test_beyond_the_cap_a_console_polls(
    make_office: Callable[..., Office], elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_streams, "MOST_STREAMS", 8)
    small = make_office()
    token = small.browser("ana").token
    with served(small.application) as port:
        streams = [Stream(port, token) for _ in range(8)]
        assert {stream.status for stream in streams} == {200}
        with Stream(port, token) as one_more:
            assert one_more.status == 503
            assert int(one_more.headers["Retry-After"]) > 0
        place = poll(port, token)[1]["cursor"]
        hear(elsewhere, "for those who poll")
        found = until(lambda: poll(port, token, after=place)[1].get("feed"))
        assert "for those who poll" in found
        streams.pop().close()
        until(lambda: hear(elsewhere, "tick") and _has_place(port, token), seconds=20)
        for stream in streams:
            stream.close()


def _has_place(port: int, token: str) -> bool:
    with Stream(port, token) as stream:
        return stream.status == 200


@pytest.mark.parametrize("busy", [False, True])
def test_a_disabled_agents_stream_ends_within_5_seconds(
    office: Office, listen: Listen, elsewhere: Database, busy: bool
) -> None:
    kim, otto = listen("kim"), listen("otto")
    until(lambda: kim.cursor and otto.cursor)
    office.database.write(lambda session: people.disable(session, office.actor("ana"), office.ids["kim"]))
    began = time.monotonic()
    until(lambda: (not busy or hear(elsewhere, "and on")) and kim.ended, seconds=5, every=0.001 if busy else 0.02)
    assert time.monotonic() - began < 5
    assert not otto.ended
    assert listen("kim").status == 401


def test_a_session_that_was_ended_ends_its_stream(office: Office, listen: Listen) -> None:
    stream = listen("otto")
    until(lambda: stream.cursor)
    (held,) = office.database.read(lambda session: sessions.mine(session, office.actor("otto"), ago(seconds=0), IDLE))
    office.database.write(lambda session: sessions.end(session, office.actor("otto"), held.id or 0))
    until(lambda: stream.ended, seconds=5)


def test_a_stream_does_not_prolong_its_session(office: Office, listen: Listen) -> None:
    stream = listen("kim")
    until(lambda: stream.cursor)
    (held,) = office.database.read(lambda session: sessions.mine(session, office.actor("kim"), ago(seconds=0), IDLE))
    long_ago = ago(minutes=20)
    office.database.write(
        lambda session: sessions.touch(session, office.actor("kim").account_sid, held.id or 0, long_ago)
    )
    listen("kim")
    (after,) = office.database.read(lambda session: sessions.mine(session, office.actor("kim"), ago(seconds=0), IDLE))
    assert after.last_seen_at == long_ago


def test_closing_ends_all_streams_at_once_and_takes_no_more(office: Office, listen: Listen) -> None:
    streams = [listen("kim"), listen("ana")]
    until(lambda: all(stream.cursor for stream in streams))
    office.application.extensions["live"].close()
    until(lambda: all(stream.ended for stream in streams), seconds=1)
    assert listen("kim").status == 503


def test_a_head_request_takes_no_place(office: Office, port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("HEAD", "/live?topics=feed", headers={"Cookie": f"{COOKIE}={office.browser('kim').token}"})
    assert connection.getresponse().status == 200
    connection.close()
    until(lambda: office.application.extensions["live"].hub.count == 0)
