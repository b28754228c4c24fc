"""Real gunicorn with more live streams than threads: they cost none, and end in order with the process."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from bench.stands import writer
from bench.wire import Wire
from harness.processes import Stand
from harness.waiting import until
from tests.support.cast import begin, hear
from tests.support.listening import COOKIE, Stream
from tests.support.office import Office
from tests.support.twilio import Twilio

STREAMS = 40
# What is tested here is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_streams_need_no_threads_and_end_in_order(
    make_stand: Callable[..., Stand], make_office: Callable[..., Office]
) -> None:
    settings = {name: value for name, value in Twilio.SETTINGS.items() if name != "PUBLIC_BASE_URL"}
    stand = make_stand(**settings, WEB_CONCURRENCY="1", WEB_THREADS="16").start("web")
    office = make_office(SECRET_KEY=stand.env["SECRET_KEY"]).hire("kim")
    begin(office.database)
    token, port = office.browser("kim").token, int(stand.env["PORT"])
    streams = [Stream(port, token) for _ in range(STREAMS)]
    until(lambda: all(stream.cursor for stream in streams))
    old = _of_http_1_0(port, token)
    posts = writer(stand, 5)
    assert [Wire(port).ask(posts.inbound().request) for _ in range(20)] == [200] * 20
    hear(office.database, "for all of them")
    until(lambda: all("for all of them" in stream.html("feed") for stream in streams))
    stand.terminate("web")
    until(lambda: all(stream.ended for stream in streams))
    assert not [stream for stream in streams if stream.broken]
    head, _, body = _all(old).partition(b"\r\n\r\n")
    assert b"chunked" not in head.lower()
    assert body.startswith(b"retry: 1000\n\n")
    assert b"for all of them" in body
    assert "SIGKILL" not in stand.log("web")
    for stream in streams:
        stream.close()


def _of_http_1_0(port: int, token: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(f"GET /live?topics=feed HTTP/1.0\r\nCookie: {COOKIE}={token}\r\n\r\n".encode())
    return client


def _all(client: socket.socket) -> bytes:
    with client:
        data = b""
        while more := client.recv(65536):
            data += more
        return data
