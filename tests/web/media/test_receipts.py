"""Real gunicorn handing files to sockets: a receipt says how much left, and an orderly end loses none."""

from __future__ import annotations

import http.client
import socket
import struct
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.domain.media import files, links
from app.domain.media.grants import MediaLinks
from app.gateways.media_store import Folder
from app.store.database import Database
from app.store.tables import MediaFetch
from harness.processes import Stand
from harness.waiting import until
from tests.support.cast import ACCOUNT, KIM, rows

# More than both ends of a connection hold in their buffers.
CONTENT = b"%PDF-1.7\n" + bytes(12_000_000)
# How files are handed over is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_receipt_says_how_much_left(make_stand: Callable[..., Stand], database: Database) -> None:
    stand = make_stand(TWILIO_ACCOUNT_SID=ACCOUNT, WEB_CONCURRENCY="1").start("web")
    port, path = int(stand.env["PORT"]), _hosted(stand, database)
    _break_off(port, path)
    broken = until(lambda: rows(database, MediaFetch))[0]
    assert (broken.method, broken.status) == ("GET", 200)
    assert 0 < broken.size < len(CONTENT)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        assert connection.getresponse().read() == CONTENT
    stand.terminate("web")
    assert [row.size for row in rows(database, MediaFetch)] == [broken.size, len(CONTENT)]


def _hosted(stand: Stand, database: Database) -> str:
    number = files.host(database, Folder(Path(stand.env["DATA_DIR"]) / "media"), KIM, "list.pdf", CONTENT)
    grant = database.write(lambda session: links.make(session, KIM, number, timedelta(hours=1)))
    return urlsplit(MediaLinks(stand.env["PUBLIC_BASE_URL"], stand.env["SECRET_KEY"]).address(grant, "list.pdf")).path


def _break_off(port: int, path: str) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        client.connect(("127.0.0.1", port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert client.recv(1024).startswith(b"HTTP/1.1 200")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
