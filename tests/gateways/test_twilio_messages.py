"""What each way of failing proves about a create, against the stand-in over real HTTP and against raw sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from app.gateways.twilio import client
from app.gateways.twilio.outcomes import Accepted, Answer, NotSent, Refused, Unconfirmed
from harness.ports import free_port
from harness.simulator import KEY, SERVICE, Simulator
from tests.gateways.certificates import certificate
from tests.gateways.listener import Listener, answering, read_request


def test_a_create_that_is_taken_gives_the_sid_and_the_first_status(
    create: Callable[..., Answer], stand_in: Simulator
) -> None:
    answer = create(status_callback="http://127.0.0.1:9/twilio/status/7/1")
    assert isinstance(answer, Accepted)
    assert (answer.status, answer.details.http_status) == ("queued", 201)
    assert answer.details.twilio_request_id.startswith("RQ")
    (entry,) = stand_in.control("record")
    assert entry["sid"] == answer.sid
    assert entry["params"]["StatusCallback"] == ["http://127.0.0.1:9/twilio/status/7/1"]


def test_through_a_messaging_service_the_first_status_is_another(create: Callable[..., Answer]) -> None:
    answer = create(messaging_service_sid=SERVICE)
    assert isinstance(answer, Accepted)
    assert answer.status == "accepted"


def test_an_api_key_is_used_where_there_is_one(create: Callable[..., Answer]) -> None:
    key = {"TWILIO_API_KEY_SID": KEY[0], "TWILIO_API_KEY_SECRET": KEY[1]}
    assert isinstance(create(credentials={**key, "TWILIO_AUTH_TOKEN": "another"}), Accepted)
    answer = create(credentials={"TWILIO_AUTH_TOKEN": "wrong"})
    assert isinstance(answer, Refused)
    assert (answer.details.http_status, answer.details.error_code) == (401, "20003")


CAUSES = {
    "500": "error",
    "500_after_accepting": "error",
    "not_json": "unreadable",
    "timeout": "late",
    "timeout_after_accepting": "late",
    "drop": "cut",
    "drop_after_accepting": "cut",
    "reset": "cut",
    "reset_after_accepting": "cut",
    "cut": "cut",
}
BEHAVIOURS: dict[str, tuple[dict[str, Any], type[Answer], int]] = {
    "429": ({"retry_after": 17}, NotSent, 0),
    "500": ({}, Unconfirmed, 0),
    "500_after_accepting": ({}, Unconfirmed, 1),
    "drop": ({}, Unconfirmed, 0),
    "drop_after_accepting": ({}, Unconfirmed, 1),
    "reset": ({}, Unconfirmed, 0),
    "reset_after_accepting": ({}, Unconfirmed, 1),
    "cut": ({}, Unconfirmed, 1),
    "not_json": ({}, Unconfirmed, 1),
    "timeout": ({"seconds": 5}, Unconfirmed, 0),
    "timeout_after_accepting": ({"seconds": 5}, Unconfirmed, 1),
    "slow": ({"seconds": 0.1}, Accepted, 1),
    "error": ({"code": 21211, "status": 400}, Refused, 0),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_each_behaviour_proves_what_it_proves(
    create: Callable[..., Answer], stand_in: Simulator, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    monkeypatch.setattr(client, "READ_SECONDS", 0.5)
    options, expected, taken = BEHAVIOURS[behaviour]
    stand_in.control("next", operation="create", behaviour=behaviour, **options)
    answer = create()
    assert type(answer) is expected
    assert stand_in.control("record/count")["count"] == taken
    if isinstance(answer, Unconfirmed):
        assert answer.cause == CAUSES[behaviour]
    if isinstance(answer, NotSent):
        assert (answer.retry_after, answer.details.error_code, answer.details.http_status) == (17.0, "20429", 429)
    if isinstance(answer, Refused):
        assert (answer.details.error_code, answer.details.http_status) == ("21211", 400)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"to": "whatsapp:+0"}, "21211"), ({"sender": "whatsapp:+15550000000"}, "63007"), ({"body": ""}, "21602")],
)
def test_a_no_keeps_its_code(create: Callable[..., Answer], changed: dict[str, str], code: str) -> None:
    answer = create(**changed)
    assert isinstance(answer, Refused)
    assert (answer.details.error_code, answer.details.http_status) == (code, 400)
    assert answer.details.error_message != ""


def test_who_was_held_up_does_not_call_any_more(create: Callable[..., Answer], stand_in: Simulator) -> None:
    assert isinstance(create(start_before=time.monotonic() - 1), NotSent)
    assert stand_in.control("record/count")["count"] == 0


def test_a_refused_connection_is_surely_not_sent(create: Callable[..., Answer]) -> None:
    assert isinstance(create(f"http://127.0.0.1:{free_port()}"), NotSent)


def test_an_unknown_host_is_surely_not_sent(create: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert isinstance(create("https://twilio.invalid"), NotSent)


def test_a_connection_that_never_stands_is_surely_not_sent(
    create: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.3)
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    with contextlib.ExitStack() as stack:
        stack.enter_context(full)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        assert isinstance(create(f"http://127.0.0.1:{full.getsockname()[1]}"), NotSent)


def test_a_failed_tls_handshake_is_surely_not_sent(create: Callable[..., Answer]) -> None:
    with Listener(lambda connection: connection.sendall(b"this is not TLS at all")) as plain:
        assert isinstance(create(f"https://localhost:{plain.port}"), NotSent)


def test_a_certificate_that_nobody_vouches_for_is_surely_not_sent(
    create: Callable[..., Answer], tmp_path: Path
) -> None:
    served = certificate(tmp_path)

    def shake_hands(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError):
            served.context.wrap_socket(connection, server_side=True).close()

    with Listener(shake_hands) as listener:
        assert isinstance(create(f"https://localhost:{listener.port}"), NotSent)


@pytest.mark.parametrize("end", [b"", b"\x17\x03\x03\x00\x10garbage-garbage-", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_tls_that_breaks_after_the_request_may_have_been_sent(
    create: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    served = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(served.file))
    seen: list[bytes] = []

    def break_off(connection: socket.socket) -> None:
        raw = connection.dup()
        with raw, served.context.wrap_socket(connection, server_side=True) as secure:
            seen.append(read_request(secure))
            raw.sendall(end)
            raw.shutdown(socket.SHUT_RDWR)

    with Listener(break_off) as listener:
        assert isinstance(create(f"https://localhost:{listener.port}"), Unconfirmed)
    assert b"Messages.json" in seen[0]


BODY = json.dumps({"sid": "SM" + "1" * 32, "status": "queued"}).encode()
ODD_ANSWERS = {
    "nothing": b"",
    "not HTTP": b"\x00\x01\x02\r\n\r\n",
    "a cut head": b"HTTP/1.1 201 Crea",
    "an empty 201": b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
    "a 201 with a list": b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n[]",
    "a 201 with a number": b"HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\n1",
    "a 201 without a SID": b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",
    "a 201 with a wrong SID": b'HTTP/1.1 201 Created\r\nContent-Length: 13\r\n\r\n{"sid": "XX"}',
    "a 201 with a SID that is none": b'HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{"sid": 1}',
    "a 201 that is not UTF-8": b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n\xff\xfe",
    "a 200 that lies about its length": b"HTTP/1.1 201 Created\r\nContent-Length: 999\r\n\r\n" + BODY,
    "bad chunks": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "bad gzip": b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a 502 of a proxy": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\n<h1>",
    "a 503": b'HTTP/1.1 503 Busy\r\nContent-Length: 16\r\n\r\n{"code": "20503"',
}


@pytest.mark.parametrize("what", ODD_ANSWERS)
def test_an_odd_answer_may_mean_that_it_was_sent(create: Callable[..., Answer], what: str) -> None:
    with Listener(answering(ODD_ANSWERS[what])) as listener:
        answer = create(listener.url)
        assert type(answer) is Unconfirmed
        assert listener.connections == 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("17", 17.0), ("0.5", 0.5), ("99999", 3600.0), ("soon", None), ("-1", None)]
)
def test_retry_after_is_read_where_it_is_seconds(
    create: Callable[..., Answer], retry_after: str, seconds: float | None
) -> None:
    head = f"HTTP/1.1 429 Too Many\r\nRetry-After: {retry_after}\r\nContent-Length: 15\r\n\r\n"
    with Listener(answering(head.encode() + b'{"code": 20429}')) as listener:
        answer = create(listener.url)
    assert isinstance(answer, NotSent)
    assert answer.retry_after == seconds


def test_retry_after_may_be_a_date(create: Callable[..., Answer]) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    head = f"HTTP/1.1 429 Too Many\r\nRetry-After: {later}\r\nContent-Length: 15\r\n\r\n"
    with Listener(answering(head.encode() + b'{"code": 20429}')) as listener:
        answer = create(listener.url)
    assert isinstance(answer, NotSent)
    assert answer.retry_after is not None
    assert 30 < answer.retry_after <= 90
