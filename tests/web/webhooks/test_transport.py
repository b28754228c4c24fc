"""Webhooks through a real gunicorn, byte by byte: what a test client would never send.

A body in chunks is Flask's, and one whose length is said is answered with others: the same requests go both ways.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.store import accounts
from app.store.database import connect
from app.store.tables import Journal, Message
from harness.processes import Stand
from tests.support.cast import ago, inbound_form, rows
from tests.support.raw_web import FORM, Web


@pytest.fixture
def web(database_url: str, make_stand: Callable[..., Stand], way: str) -> Iterator[Web]:
    stand = make_stand(WEB_CONCURRENCY="2", WEB_THREADS="32")
    database = connect(database_url)
    database.write(lambda session: accounts.ensure(session, stand.env["TWILIO_ACCOUNT_SID"], ago()))
    stand.start("web")
    yield Web(stand, database, way)
    database.close()


def test_real_requests_odd_requests_and_hostile_requests(web: Web) -> None:
    """One start of the processes for all of them, since starting is what takes long."""
    _a_signed_form_is_taken(web)
    _forged_names_of_the_host_change_nothing(web)
    _bodies_beyond_every_bound_are_refused(web)
    _broken_requests_are_refused(web)
    _a_hundred_at_once_are_one(web)
    for journal in rows(web.database, Journal, account_sid=web.account):
        assert journal.state == "applied"
    log = web.stand.log("web")
    assert "Traceback" not in log
    assert web.stand.env["TWILIO_AUTH_TOKEN"] not in log
    assert "Where is my order?" not in log


def _a_signed_form_is_taken(web: Web) -> None:
    answer = web.send(web.signed(_form(web)))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"<Response></Response>")


def _forged_names_of_the_host_change_nothing(web: Web) -> None:
    assert web.code(web.signed(_form(web), "/twilio/inbound", b"Host: evil.example\r\n")) == 200
    assert web.code(web.signed(_form(web), "/twilio/inbound", b"Host: [\r\n")) in (200, 400)
    forwarded = b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 6.6.6.6\r\n"
    assert web.code(web.signed(_form(web), "/twilio/inbound", forwarded)) == 200
    assert web.code(web.signed(_form(web), "http://evil.example/twilio/inbound")) == 200
    assert web.code(web.signed(_form(web), "http://[/twilio/inbound")) == 400
    for odd in ("/twilio/inbound?a=1", "//twilio/inbound", "/twilio/inbound/"):
        assert web.code(web.signed(_form(web), odd)) == 403, odd
        assert web.code(web.signed(_form(web), odd, as_it_is=True)) == 200, odd
    assert web.code(web.signed(_form(web), "/twilio/./inbound")) in (403, 404)


def _bodies_beyond_every_bound_are_refused(web: Web) -> None:
    head = b"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + FORM
    megabyte = b"Body=" + b"x" * 1_000_000
    assert web.code(head + b"Content-Length: %d\r\n\r\n" % len(megabyte), megabyte) in (0, 413)
    # Claims a gigabyte, and sends a little of it: refused at the claim.
    assert web.code(head + b"Content-Length: 1073741824\r\n\r\n", b"x" * 1_000) == 413
    chunks = (b"10000\r\n" + b"x" * 65536 + b"\r\n" for _ in range(20))
    assert web.code(head + b"Transfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n") in (0, 413)
    fields = b"&".join([b"a=1"] * 200_000)
    assert web.code(head + b"Content-Length: %d\r\n\r\n" % len(fields), fields) in (0, 413)
    headers = (b"X-%d: y\r\n" % number for number in range(100_000))
    assert web.code(head, *headers, b"\r\n") in (0, 400, 431)
    assert web.code(head + b"X-Twilio-Signature: " + b"x" * 100_000 + b"\r\n\r\n") in (0, 400, 431)


def _broken_requests_are_refused(web: Web) -> None:
    head = b"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + FORM
    for broken in (
        head + b"Content-Length: -1\r\n\r\n",
        head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        head + b"X-Twilio-Signature: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
        head + b"X-Twilio-Signature: a\x00b\r\nContent-Length: 0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /twilio/inbound%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"POST /twilio/inbound HTTP/9.9\r\n\r\n",
        b"nonsense\r\n\r\n",
    ):
        assert web.code(broken) in (0, 400, 403, 404, 411, 413, 415, 501, 505), broken
    form = _form(web)
    cut = web.signed(form)
    with socket.create_connection(("127.0.0.1", int(web.stand.env["PORT"])), timeout=10) as connection:
        connection.sendall(cut[:-20])
    assert rows(web.database, Message, account_sid=web.account, sid=form["MessageSid"]) == []


def _a_hundred_at_once_are_one(web: Web) -> None:
    form = _form(web)
    requests = [
        web.signed(form, "/twilio/inbound", b"I-Twilio-Idempotency-Token: %d\r\n" % (turn % 7)) for turn in range(100)
    ]
    # Of bodies in chunks the server takes few at once.
    with ThreadPoolExecutor(2 if web.way == "route" else 32) as pool:
        codes = list(pool.map(web.code, requests))
    assert set(codes) == {200}
    assert len(rows(web.database, Journal, account_sid=web.account, sid=form["MessageSid"])) == 1
    assert len(rows(web.database, Message, account_sid=web.account, sid=form["MessageSid"])) == 1


def _form(web: Web) -> dict[str, str]:
    return inbound_form(AccountSid=web.account)
