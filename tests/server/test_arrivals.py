"""What has come of a request, byte by byte; and how long a thread waits for the rest."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from server import sockets
from server.arrivals import MOST_BYTES, Arrival, arrival
from server.sockets import PatientSocket, is_readable

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        (b"\r\n", Arrival.WHOLE),
        (b"Content-Length: 0\r\n\r\n", Arrival.WHOLE),
        (b"CONTENT-LENGTH:3\r\n\r\nabc", Arrival.WHOLE),
        (b"Content-Length: 3\r\n\r\nabcGET", Arrival.WHOLE),
        (b"Content-Length: many\r\n\r\n", Arrival.WHOLE),
        (b"Content-Length: 70000\r\n\r\n", Arrival.BODY_TO_COME),
        (b"Content-Length: 999999999999999999\r\n\r\n", Arrival.BODY_TO_COME),
        (b"Transfer-Encoding: chunked\r\n\r\n", Arrival.BODY_TO_COME),
        (b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", Arrival.BODY_TO_COME),
        (b"X: " + b"x" * MOST_BYTES, Arrival.TOO_LONG),
    ],
)
def test_a_request_is_told_by_its_head(rest: bytes, what: Arrival) -> None:
    assert arrival(HEAD + rest) is what


def test_every_part_of_a_request_is_waited_for() -> None:
    whole = HEAD + b"Content-Length: 3\r\n\r\nabc"
    assert [arrival(whole[:end]) for end in range(len(whole))] == [Arrival.WAITING] * len(whole)


@pytest.fixture
def pair() -> Iterator[tuple[PatientSocket, socket.socket]]:
    """The server's end and the client's."""
    ours, theirs = socket.socketpair()
    patient = PatientSocket.of(ours)
    yield patient, theirs
    patient.close()
    theirs.close()


def test_what_came_and_nobody_read_is_known(pair: tuple[PatientSocket, socket.socket]) -> None:
    ours, theirs = pair
    assert not is_readable(ours)
    theirs.sendall(b"a")
    assert is_readable(ours)
    assert ours.recv(10) == b"a"
    assert not is_readable(ours)
    theirs.close()
    assert is_readable(ours)


def test_a_connection_that_was_handed_over_is_out_of_the_servers_hands(
    pair: tuple[PatientSocket, socket.socket],
) -> None:
    ours, theirs = pair
    with ours.hand_over() as taken:
        taken.setblocking(False)
        # What the server still does with an answer that is over.
        ours.sendall(b"0\r\n\r\n")
        ours.setblocking(True)
        ours.close()
        assert not taken.getblocking()
        taken.sendall(b"goes on")
        assert theirs.recv(100) == b"goes on"


def test_a_thread_waits_no_longer_than_its_patience(
    pair: tuple[PatientSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PATIENCE_SECONDS", 0.1)
    ours, theirs = pair
    ours.setblocking(True)
    theirs.sendall(b"a")
    assert ours.recv(10) == b"a"
    with pytest.raises(ConnectionResetError):
        ours.recv(10)


def test_who_sends_fast_enough_may_take_as_long_as_it_takes(
    pair: tuple[PatientSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(sockets, "SLOWEST_BYTES_A_SECOND", 1)
    ours, theirs = pair
    ours.setblocking(True)
    began = time.monotonic()
    theirs.sendall(b"x" * 1000)
    assert ours.recv(1000) == b"x" * 1000
    # A thousand seconds are allowed by now; without a byte more it would wait on, so the client hangs up.
    theirs.close()
    assert ours.recv(10) == b""
    assert time.monotonic() - began < 100


def test_a_shorter_limit_of_the_caller_holds(pair: tuple[PatientSocket, socket.socket]) -> None:
    ours, _ = pair
    ours.setblocking(True)
    ours.settimeout(0.01)
    with pytest.raises(ConnectionResetError):
        ours.recv(10)
    assert ours.gettimeout() == 0.01
