"""Uploads through real gunicorn that end in the middle, or are too long: nothing of them stays."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.actor import command
from app.domain.agents import people, sessions
from app.domain.agents.sessions import Origin
from app.store import agents
from app.store.database import Database
from app.store.tables import HostedFile
from harness.processes import Stand
from tests.support.cast import ACCOUNT, rows
from tests.support.hosted import picture

# What is tested here is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BEFORE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="wheel.png"\r\n\r\n'
AFTER = b"\r\n--x--\r\n"
# More than is held in memory, so that it is on disk before it is whole.
CONTENT = picture() + b"\0" * 1_000_000
_KEY = re.compile(r'name="csrf-token" content="([^"]+)"')


class Uploading:
    """A web process, and an agent who uploads to it."""

    def __init__(self, stand: Stand, database: Database) -> None:
        self.port = int(stand.env["PORT"])
        self.folder = Path(stand.env["DATA_DIR"]) / "media"
        database.write(lambda session: people.add(session, command(ACCOUNT), "kim", "Kim Aalto", "agent"))
        (agent,) = database.read(lambda session: agents.all_of(session, ACCOUNT))
        token = database.write(lambda session: sessions.begin(session, agent, Origin("127.0.0.1", "a test")))
        self.cookie = f"switchboard_session={token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/media", headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        found = _KEY.search(answer.read().decode())
        connection.close()
        # The form's key is one of this cookie.
        self.cookie += "; " + answer.getheader("Set-Cookie", "").partition(";")[0]
        assert found
        self.key = found[1]

    def begun(self, length: int, part: bytes) -> socket.socket:
        """A connection on which so much of an upload was sent."""
        head = (
            f"POST /media HTTP/1.1\r\nHost: x\r\nCookie: {self.cookie}\r\nX-CSRFToken: {self.key}\r\nX-Upload: 1\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(head.encode() + part)
        return connection

    def kept(self) -> list[Path]:
        """The files in the store, half-written ones too."""
        return [path for path in self.folder.rglob("*") if path.is_file()]


def answer_of(connection: socket.socket) -> bytes:
    """What comes until the server closes."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def uploading(make_stand: Callable[..., Stand], database: Database) -> Uploading:
    stand = make_stand(TWILIO_ACCOUNT_SID=ACCOUNT, WEB_CONCURRENCY="1", SESSION_COOKIE_SECURE="")
    return Uploading(stand.start("web"), database)


def test_of_a_connection_that_stops_in_the_middle_nothing_stays(uploading: Uploading, database: Database) -> None:
    whole = BEFORE + CONTENT + AFTER
    for sent in (len(BEFORE) // 2, len(BEFORE) + 700_000, len(whole) - len(AFTER) // 2):
        connection = uploading.begun(len(whole), whole[:sent])
        connection.shutdown(socket.SHUT_WR)
        assert not answer_of(connection).startswith(b"HTTP/1.1 200")
        assert (rows(database, HostedFile), uploading.kept()) == ([], [])
    assert b"Ready to send" in answer_of(uploading.begun(len(whole), whole))
    # The file and its small picture.
    assert (len(rows(database, HostedFile)), len(uploading.kept())) == (1, 2)


def test_two_hundred_megabytes_are_refused_before_they_come(uploading: Uploading, database: Database) -> None:
    answer = answer_of(uploading.begun(200 * 1024 * 1024, BEFORE))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"larger than this page takes" in answer
    assert (rows(database, HostedFile), uploading.kept()) == ([], [])
