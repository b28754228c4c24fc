"""Real gunicorn answers webhooks many at a time: no connection waits for ever, and everything else is as before."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.store.database import Database
from app.store.tables import Journal
from bench.load import closed_loop
from bench.posts import Posted, Writer
from harness.ports import listens
from harness.processes import Stand
from harness.waiting import until
from server.batches import MOST_TOGETHER
from tests.support.cast import rows

PAGE = b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n"
# What is tested here is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _connections() -> list[tuple[str, str, str, str]]:
    """This machine's connections: local and remote end, state, and the bytes that wait on both ways."""
    fields = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [(local, remote, state, queued) for _, local, remote, state, queued, *_ in fields]


class Client:
    """A connection that is kept."""

    def __init__(self, web: Stand) -> None:
        self._socket = socket.create_connection(("127.0.0.1", int(web.env["PORT"])), timeout=15)
        self._file = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def is_read(self) -> bool:
        """Whether the server has read all that was sent."""
        ours, theirs = (f":{end[1]:04X}" for end in (self._socket.getpeername(), self._socket.getsockname()))
        return all(
            queued.endswith(":00000000")
            for local, remote, _, queued in _connections()
            if local.endswith(ours) and remote.endswith(theirs)
        )

    def status(self) -> int:
        """The next answer's status; 0 when the connection has ended."""
        line = self._file.readline()
        length = 0
        while line and (header := self._file.readline().lower()) not in (b"\r\n", b""):
            name, _, value = header.partition(b":")
            length = int(value) if name == b"content-length" else length
        self._file.read(length)
        return int(line.split()[1]) if line else 0

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.fixture
def connect(web: Stand) -> Iterator[Callable[[], Client]]:
    """A new connection each time."""
    with contextlib.ExitStack() as made:
        yield lambda: made.enter_context(closing(Client(web)))


@pytest.fixture
def client(connect: Callable[[], Client]) -> Client:
    return connect()


@contextlib.contextmanager
def locked(web: Stand) -> Iterator[None]:
    """Somebody else holds the database's lock."""
    file = sa.make_url(web.env["DATABASE_URL"]).database or ""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def stored(web: Stand, database: Database, posted: list[Posted]) -> int:
    """How many of these are in the journal."""
    keys = {row.key for row in rows(database, Journal, account_sid=web.env["TWILIO_ACCOUNT_SID"])}
    return sum(one.key in keys for one in posted)


def test_more_than_fit_in_a_batch_are_all_answered(web: Stand, database: Database, posts: Writer) -> None:
    many = [posts.inbound() for _ in range(10 * MOST_TOGETHER)]
    outcome = closed_loop(int(web.env["PORT"]), many, 3 * MOST_TOGETHER, 60)
    assert stored(web, database, many) == len(outcome.answered) == len(many)


def test_a_connection_may_bring_anything_in_any_order_and_in_any_pieces(client: Client, posts: Writer) -> None:
    for whole in (posts.inbound().request, PAGE, posts.inbound().request, posts.inbound().request):
        client.send(whole)
        assert client.status() == 200
    for part in (whole[:40], whole[40:300], whole[300:]):
        client.send(part)
        until(client.is_read)
    assert client.status() == 200


def test_requests_that_come_together_are_answered_in_their_order(client: Client, posts: Writer) -> None:
    one = posts.inbound().request
    client.send(one + posts.inbound().request + PAGE + posts.inbound().request.replace(b"inbound", b"nothing", 1) + one)
    assert [client.status() for _ in range(5)] == [200, 200, 200, 404, 200]


def test_who_does_not_wait_for_answers_gets_them_all(
    web: Stand, database: Database, posts: Writer, connect: Callable[[], Client]
) -> None:
    clients, many = [connect() for _ in range(2 * MOST_TOGETHER)], list[Posted]()
    for turn in range(4):
        for client in clients:
            many.append(posts.inbound())
            # The second half of the last one comes later.
            client.send(many[-1].request[: 300 if turn == 3 else None])
    for client, last in zip(clients, many[-len(clients) :], strict=True):
        client.send(last.request[300:])
    assert [[client.status() for _ in range(4)] for client in clients] == [[200] * 4] * len(clients)
    assert stored(web, database, many) == len(many)


def test_what_gunicorn_refuses_is_refused_and_closed(client: Client, posts: Writer) -> None:
    client.send(posts.inbound().request)
    assert client.status() == 200
    client.send(b"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")
    assert (client.status(), client.status()) == (400, 0)


def test_a_client_that_hangs_up_leaves_nothing_behind(web: Stand, database: Database, posts: Writer) -> None:
    many = [posts.inbound() for _ in range(40)]
    for posted in many:
        client = Client(web)
        client.send(posted.request)
        client.close()
    until(lambda: stored(web, database, many) == len(many))
    port = f":{int(web.env['PORT']):04X}"
    # Neither listening nor over: proc(5), and the kernel's enum of TCP states.
    until(lambda: not [one for one in _connections() if one[0].endswith(port) and one[2] not in ("06", "0A")])


def test_while_the_database_is_locked_webhooks_wait_in_the_spool_and_pages_go_on(
    web: Stand, database: Database, posts: Writer, connect: Callable[[], Client]
) -> None:
    clients = [connect() for _ in range(40)]
    for client in clients:
        client.send(posts.inbound().request)
        assert client.status() == 200
    many = [posts.inbound() for _ in clients]
    with locked(web):
        begun = time.monotonic()
        for client, posted in zip(clients, many, strict=True):
            client.send(posted.request)
        with closing(http.client.HTTPConnection("127.0.0.1", int(web.env["PORT"]), timeout=5)) as page:
            page.request("GET", "/login")
            assert page.getresponse().status == 200
            assert time.monotonic() - begun < 2
        assert [client.status() for client in clients] == [200] * len(clients)
        took = time.monotonic() - begun
    # Its own little patience, then that of the door.
    assert took < 6
    until(lambda: stored(web, database, many) == len(many), 20)


def test_a_database_that_stays_locked_holds_up_few_webhooks(web: Stand, database: Database, posts: Writer) -> None:
    """Those that find out wait as long as they may; of those after them one at a time."""
    many = [posts.inbound() for _ in range(400)]
    with locked(web):
        outcome = closed_loop(int(web.env["PORT"]), many, 100, 60)
    assert len(outcome.answered) == len(many)
    assert sum(latency < 2 for latency in outcome.latencies) > 250
    until(lambda: stored(web, database, many) == len(many), 20)


def test_told_to_end_it_answers_what_is_under_way_and_closes_what_is_kept(
    web: Stand, database: Database, posts: Writer, connect: Callable[[], Client]
) -> None:
    kept, busy = connect(), connect()
    for client in (kept, busy):
        client.send(posts.inbound().request)
        assert client.status() == 200
    last = posts.inbound()
    with locked(web):
        busy.send(last.request)
        until(busy.is_read)
        ending = threading.Thread(target=web.terminate, args=("web",))
        ending.start()
        until(lambda: not listens(int(web.env["PORT"])))
    assert (busy.status(), busy.status(), kept.status()) == (200, 0, 0)
    ending.join(10)
    assert not ending.is_alive()
    assert stored(web, database, [last]) == 1
    assert "Traceback" not in web.log("web")


def test_a_process_that_stood_still_goes_on(web: Stand, client: Client, posts: Writer) -> None:
    client.send(posts.inbound().request)
    assert client.status() == 200
    web.signal("web", signal.SIGSTOP)
    client.send(posts.inbound().request)
    web.signal("web", signal.SIGCONT)
    assert client.status() == 200
