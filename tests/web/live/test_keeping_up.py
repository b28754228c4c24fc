"""A console that can't keep up is told to reload, and costs no more memory than one frame."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable

import pytest

from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.feed.positions import Position, Read
from app.web.live import cursor
from app.web.live.follow import LEAST_PAUSE_SECONDS, MOST_PAUSE_SECONDS, pause_after
from app.web.live.frames import TOPICS, Frame
from app.web.live.hub import KEPT_FRAMES, Hub
from harness.waiting import until
from tests.support.cast import hear
from tests.support.listening import COOKIE, Stream
from tests.support.office import Office

ALL = frozenset(TOPICS)


@pytest.mark.parametrize(
    ("spent", "events", "pause"),
    [
        (0.0, 1, LEAST_PAUSE_SECONDS),
        (0.05, 1, 0.2),
        (0.1, 1, 0.4),
        (3.0, 1, MOST_PAUSE_SECONDS),
        (0.0, 15, 0.15),
        (0.0, 1000, 0.25),
        (0.1, 1000, 0.4),
    ],
)
def test_the_next_frame_waits_by_what_the_last_one_took_and_held(spent: float, events: int, pause: float) -> None:
    assert pause_after(spent, events) == pytest.approx(pause)


def numbered(number: int, text: str = "") -> Frame:
    """A frame that only says which it is."""
    return Frame(Position(0, number), {"feed": text or str(number)})


def test_a_stream_gets_one_frame_after_the_other_up_to_what_is_kept() -> None:
    hub = Hub(most=1)
    stream = hub.subscribe(ALL, 1)
    for number in range(1, KEPT_FRAMES + 1):
        hub.publish(numbered(number))
    seen, came = 0, []
    while (found := hub.next(stream, seen)) and found.frame:
        seen = found.number
        came.append(found.position.event_id)
    assert came == list(range(1, KEPT_FRAMES + 1))


def test_a_stream_that_is_too_far_behind_goes_on_at_the_newest() -> None:
    hub = Hub(most=1)
    stream = hub.subscribe(ALL, 1)
    for number in range(1, KEPT_FRAMES + 2):
        hub.publish(numbered(number))
    found = hub.next(stream, 0)
    assert found
    assert (found.behind, found.frame) == (True, None)
    assert (found.number, found.position.event_id) == (KEPT_FRAMES + 1, KEPT_FRAMES + 1)
    hub.publish(numbered(99))
    following = hub.next(stream, found.number)
    assert following
    assert following.position.event_id == 99


def test_a_frame_that_was_made_without_what_a_stream_follows_is_made_again() -> None:
    hub = Hub(most=2)
    hub.subscribe(frozenset({"inbox"}), 1)
    topics = hub.topics()
    late = hub.subscribe(frozenset({"feed"}), 1)
    assert not hub.publish(Frame(Position(0, 1), {}, topics))
    assert hub.publish(Frame(Position(0, 1), {"feed": "a line"}, hub.topics()))
    found = hub.next(late, 0)
    assert found
    assert found.frame
    assert found.frame.parts == {"feed": "a line"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_does_not_read_is_told_to_reload_and_others_get_all(
    office: Office, port: int, listen: Callable[..., Stream]
) -> None:
    hub = office.application.extensions["live"].hub
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        cookie = f"{COOKIE}={office.browser('kim').token}"
        client.sendall(f"GET /live?topics=feed&after=0-0 HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
        until(lambda: hub.count == 1)
        other = listen("otto", topics="feed", after="0-0")
        until(lambda: other.cursor)
        # More than the sockets on the way hold, so that it is behind however much these take.
        large = "x" * 500_000
        count = 3 * KEPT_FRAMES
        for number in range(1, count + 1):
            hub.publish(numbered(number, f"{number} {large}"))
            until(lambda number=number: len(other.named("feed")) == number)  # type: ignore[misc]
        hub.publish(numbered(count + 1, "the newest"))
        answer = http.client.HTTPResponse(client)
        answer.begin()
        names = list[str]()
        while "reload" not in names:
            line = answer.readline().decode()
            assert line
            names += [line.removeprefix("event: ").strip()] if line.startswith("event: ") else []
        there = cursor.read(json.loads(answer.readline().decode().removeprefix("data: ")))
    assert there
    assert there.event_id == count + 1
    assert names.count("feed") < KEPT_FRAMES
    until(lambda: "the newest" in other.html("feed"))
    assert not other.named("reload")


def test_a_frame_that_could_not_be_made_is_made_again(
    office: Office, listen: Callable[..., Stream], elsewhere: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer = office.application.extensions["live"].renderer
    made, failed = renderer.frame, list[Read]()

    def fail_once(read: Read, topics: frozenset[str]) -> Frame:
        if not failed:
            failed.append(read)
            raise DatabaseUnavailable("away for a moment")
        frame: Frame = made(read, topics)
        return frame

    stream = listen("kim", after="0-0")
    until(lambda: stream.cursor)
    monkeypatch.setattr(renderer, "frame", fail_once)
    hear(elsewhere, "told all the same")
    until(lambda: "told all the same" in stream.html("feed"))
    assert failed
