"""One thread sends every stream, over real sockets: it waits for none, and knows at once who has gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from app.store.feed.positions import Position
from app.web.live import sender as sending
from app.web.live.frames import TOPICS, Frame, chunk
from app.web.live.hub import Hub
from app.web.live.outlet import Outlet
from app.web.live.sender import Sender
from harness.waiting import until
from tests.support.listening import Stream
from tests.support.office import Office

ALL = frozenset(TOPICS)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Streams:
    """A hub, what sends for it, and clients."""

    def __init__(self) -> None:
        self.hub = Hub(most=10)
        self.sender = Sender(self.hub)
        self.clients: list[socket.socket] = []

    def open(self, *, chunked: bool = True) -> socket.socket:
        """The client's end of a stream that follows everything."""
        ours, theirs = socket.socketpair()
        theirs.settimeout(10)
        self.clients.append(theirs)
        seen, _ = self.hub.latest()
        self.sender.take(Outlet(ours, self.hub.subscribe(ALL, 1), seen, chunked=chunked))
        return theirs

    def publish(self, number: int, text: str) -> bytes:
        """Publish a frame, and return what streams get of it."""
        frame = Frame(Position(0, number), {"feed": text})
        self.hub.publish(frame)
        return frame.of(ALL)

    def close(self) -> None:
        """End all."""
        self.hub.close()
        self.sender.close()
        for client in self.clients:
            client.close()


@pytest.fixture
def streams() -> Iterator[Streams]:
    """Nobody follows yet."""
    made = Streams()
    yield made
    made.close()


def received(client: socket.socket, count: int) -> bytes:
    """So many bytes, or as many as come before the end."""
    data = b""
    while len(data) < count and (more := client.recv(count - len(data))):
        data += more
    return data


def test_every_stream_gets_the_same_bytes_as_its_http_version_wants_them(streams: Streams) -> None:
    new, old = streams.open(), streams.open(chunked=False)
    for number in (1, 2):
        frame = streams.publish(number, f"line {number}")
        assert received(new, len(chunk(frame))) == chunk(frame)
        assert received(old, len(frame)) == frame


def test_a_stream_ends_in_order(streams: Streams) -> None:
    new, old = streams.open(), streams.open(chunked=False)
    streams.hub.end_sessions({1})
    assert (received(new, 100), received(old, 100)) == (b"0\r\n\r\n", b"")
    until(lambda: streams.hub.count == 0)


def test_a_silent_stream_is_told_that_it_is_alive(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "HEARTBEAT_SECONDS", 0.02)
    beat = chunk(b": still here\n\n")
    assert received(streams.open(), 3 * len(beat)) == 3 * beat


def test_who_takes_nothing_is_hung_up_on_and_holds_nobody_up(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "UNSENT_SECONDS", 0.2)
    stuck, reading = streams.open(), streams.open()
    frame = streams.publish(1, "x" * 5_000_000)
    assert received(reading, len(chunk(frame))) == chunk(frame)
    until(lambda: streams.hub.count == 1)
    assert len(received(stuck, len(frame))) < len(frame)
    frame = streams.publish(2, "goes on")
    assert received(reading, len(chunk(frame))) == chunk(frame)


def test_a_stream_that_was_begun_while_all_ended_ends_too(streams: Streams) -> None:
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)
    late = Outlet(ours, streams.hub.subscribe(ALL, 1), 0, chunked=True)
    streams.close()
    streams.sender.take(late)
    assert received(theirs, 100) == b"0\r\n\r\n"
    assert streams.hub.count == 0
    theirs.close()


@ON_SQLITE
def test_open_streams_hold_no_thread_and_hanging_up_is_noticed_at_once(
    office: Office, listen: Callable[..., Stream]
) -> None:
    # Another test's request may still be under way.
    others = set(threading.enumerate())
    opened = [listen("kim") for _ in range(12)]
    until(lambda: all(stream.cursor for stream in opened))
    until(lambda: not [one for one in set(threading.enumerate()) - others if "process_request_thread" in one.name])
    hub = office.application.extensions["live"].hub
    assert hub.count == 12
    for stream in opened:
        stream.close()
    # Nothing is sent meanwhile.
    until(lambda: hub.count == 0)


@ON_SQLITE
def test_a_server_that_gives_no_connection_away_lets_consoles_poll(office: Office) -> None:
    answer = office.browser("kim").get("/live?topics=feed")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert office.application.extensions["live"].hub.count == 0
