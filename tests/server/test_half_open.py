"""Real gunicorn while hundreds of connections hold half a request each: webhooks are answered all the same."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.posts import Writer
from bench.wire import Wire
from harness.half_open import PARTS, half_open
from harness.processes import Stand
from harness.waiting import until

HELD = 400
WEBHOOKS = 30
# What is tested here is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def web(make_stand: Callable[..., Stand]) -> Stand:
    """A web process with one worker, as few threads as are sensible, and no proxy in front."""
    stand = make_stand(WEB_CONCURRENCY="1", WEB_THREADS="16", TWILIO_WHATSAPP_FROM="whatsapp:+14155238886")
    return stand.start("web")


def statuses(web: Stand, posts: Writer, count: int = WEBHOOKS) -> list[int]:
    """What so many webhooks were answered, some of them at the same time."""
    port = int(web.env["PORT"])
    with ThreadPoolExecutor(8) as clients:
        return list(clients.map(lambda _: Wire(port).ask(posts.inbound().request, seconds=8), range(count)))


def test_webhooks_are_answered_beside_half_sent_requests_of_every_kind(web: Stand, posts: Writer) -> None:
    for part in PARTS.values():
        with half_open(int(web.env["PORT"]), part, HELD):
            assert statuses(web, posts) == [200] * WEBHOOKS


def test_what_does_not_arrive_is_given_up(web: Stand, posts: Writer) -> None:
    with half_open(int(web.env["PORT"]), PARTS["half a head"], HELD) as held:
        until(lambda: held.closed() == HELD, 20)
    assert statuses(web, posts, 3) == [200] * 3


def test_half_sent_requests_do_not_hold_up_the_end(web: Stand) -> None:
    with half_open(int(web.env["PORT"]), PARTS["half a head"], 50) as held:
        web.terminate("web")
        assert held.closed() == 50
    assert "Worker exiting" in web.log("web")
    assert "SIGKILL" not in web.log("web")


def test_a_request_may_come_in_pieces_and_the_next_one_with_it(web: Stand, posts: Writer) -> None:
    first, second = posts.inbound().request, posts.inbound().request
    with socket.create_connection(("127.0.0.1", int(web.env["PORT"])), timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in (first[:10], first[10:-5], first[-5:] + second[:30], second[30:]):
            client.sendall(piece)
            with contextlib.suppress(TimeoutError):
                # Nobody answers half a request; this only lets the pieces come one by one.
                client.settimeout(0.05)
                client.recv(1, socket.MSG_PEEK)
        client.settimeout(10)
        received = b""
        while received.count(b"</Response>") < 2:
            data = client.recv(65536)
            assert data, received
            received += data
    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_a_connection_is_kept_for_the_next_request(web: Stand) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(web.env["PORT"]), timeout=10)
    for _ in range(3):
        connection.request("GET", "/login")
        assert connection.getresponse().read()
    assert connection.sock is not None
    connection.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /login HTTP/1.1\r\nHost: x\r\nX-Odd: a\0b\r\n\r\n", 400),
        (b"GET //[ HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET http://[/login HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /login\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"GET /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /login HTTP/1.1\r\nHost: " + b"9" * 5000 + b"\r\n\r\n", 400),
        (b"GET /login HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 70_000, 431),
    ],
)
def test_a_head_that_can_be_none_is_refused(web: Stand, head: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", int(web.env["PORT"])), timeout=10) as client:
        client.sendall(head)
        assert int(client.recv(65536)[9:12]) == status
