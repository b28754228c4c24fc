"""Real gunicorn ends connections without waiting for their clients, and says before that it will."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from bench.posts import Writer
from bench.wire import Wire
from harness.processes import Stand
from harness.waiting import until
from server import arrivals
from server.connections import LINGER_SECONDS

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
# What leaves the client with an answer and an end of its own to send.
LAST = {
    "asked to close": HEALTH + b"Connection: close\r\n\r\n",
    "an old version": b"GET /healthz HTTP/1.0\r\n\r\n",
    "not signed": b"POST /twilio/inbound HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "refused": b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
}
# What is tested here is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def connect(web: Stand) -> Iterator[Callable[[bytes], socket.socket]]:
    """`connect(data)`: a new connection on which that was sent."""
    with contextlib.ExitStack() as made:

        def begin(data: bytes) -> socket.socket:
            client = made.enter_context(
                closing(socket.create_connection(("127.0.0.1", int(web.env["PORT"])), timeout=15))
            )
            client.sendall(data)
            return client

        yield begin


def answer_of(client: socket.socket) -> bytes:
    """All that comes until the server's end."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while more := client.recv(65536):
            answer += more
    return answer


@pytest.mark.parametrize("kind", LAST)
def test_clients_that_do_not_close_hold_up_nobody(
    web: Stand, posts: Writer, connect: Callable[[bytes], socket.socket], kind: str
) -> None:
    clients = [connect(LAST[kind]) for _ in range(24)]
    for client in clients:
        assert b"\r\n\r\n" in answer_of(client)
    begun = time.monotonic()
    assert Wire(int(web.env["PORT"])).ask(posts.inbound().request, seconds=8) == 200
    # One after the other they would take two seconds each.
    assert time.monotonic() - begun < LINGER_SECONDS
    for client in clients:
        until(lambda client=client: _is_over(client), 3 * LINGER_SECONDS)  # type: ignore[misc]


def _is_over(client: socket.socket) -> bool:
    """Whether the server takes no more of it."""
    try:
        client.send(b"x")
    except OSError:
        return True
    return False


def test_what_is_not_read_to_its_end_is_the_last_and_says_so(
    connect: Callable[[bytes], socket.socket], posts: Writer
) -> None:
    head = b"POST /twilio/inbound HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    large = connect(head + b"Content-Length: 3000000\r\n\r\n" + b"Body=" + b"x" * 200_000)
    assert answer_of(large).partition(b"\r\n\r\n")[0].count(b"Connection: close") == 1
    # One that is short is read whole, and the connection kept.
    assert b"Connection: keep-alive" in connect(posts.inbound().request).recv(65536)


def test_what_does_not_arrive_is_told(connect: Callable[[bytes], socket.socket], posts: Writer) -> None:
    cut, silent = connect(posts.inbound().request[:-5]), connect(b"")
    begun = time.monotonic()
    assert answer_of(cut).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert answer_of(silent) == b""
    assert time.monotonic() - begun < arrivals.ARRIVAL_SECONDS + 3


def test_a_refused_requests_lines_are_not_those_of_another(
    web: Stand, connect: Callable[[bytes], socket.socket]
) -> None:
    for _ in range(8):
        assert connect(HEALTH + b"X-Request-Id: router-0123456789\r\nConnection: close\r\n\r\n").recv(9) == b"HTTP/1.1 "
        assert b" 400 " in answer_of(connect(LAST["refused"]))
    lines = [json.loads(line) for line in web.log("web").splitlines() if line.startswith("{")]
    refused = [line for line in lines if "Invalid request" in line["event"]]
    assert (len(refused), [line["request_id"] for line in refused if "request_id" in line]) == (8, [])
