"""What the preflight says of an answer, one thing wrong at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.media.preflight import Found, check_ours, check_theirs
from app.domain.media.probes import ProbeLinks
from app.gateways.public_url import PublicUrl
from app.store.tables import HostedFile
from tests.gateways.listener import Listener, answering, read_request

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
FINE = {"Content-Type": "image/png", "Content-Length": "3"}


def answer(status: str = "200 OK", body: bytes = b"abc", **headers: str) -> bytes:
    given = {**FINE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in given.items() if value]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


def hosted(name: str = "wheel.png") -> HostedFile:
    return HostedFile(
        id=7,
        account_sid="AC",
        name=name,
        content_type="image/png",
        size=3,
        key="out/x",
        author_kind="agent",
        created_at=AT,
    )


def ours(get: bytes, head: bytes = b"", file: HostedFile | None = None) -> Found:
    def handle(connection: Any) -> None:
        asked = read_request(connection)
        connection.sendall(get if asked.startswith(b"GET") else head or answer(body=b""))

    with Listener(handle) as listener:
        return check_ours(PublicUrl(), ProbeLinks(listener.url, "k" * 32), file or hosted(), AT)


def test_what_twilio_will_take_passes() -> None:
    assert ours(answer()) == Found()
    assert ours(answer(Content_Type="image/png; charset=binary")) == Found()


@pytest.mark.parametrize(
    ("get", "found"),
    [
        (answer("302 Found", Location="https://elsewhere.example/"), Found("redirected", "302")),
        (answer("404 Not Found"), Found("status", "404")),
        (answer("503 Service Unavailable"), Found("status", "503")),
        (answer("206 Partial Content"), Found("status", "206")),
        (answer(Content_Type="text/html"), Found("type_wrong", "text/html")),
        (answer(Content_Type=""), Found("type_wrong", "")),
        (answer(body=b"", Content_Length="0"), Found("empty")),
        (answer(body=b"ab"), Found("length_wrong", "3")),
        (answer(body=b"abcd", Content_Length="4"), Found("length_wrong", "4")),
        (answer(Content_Length=""), Found("length_wrong", "3")),
        (b"", Found("cut", "RemoteDisconnected")),
    ],
)
def test_each_thing_that_twilio_would_refuse_is_said(get: bytes, found: Found) -> None:
    assert ours(get) == found


def test_head_has_to_answer_as_get_does() -> None:
    assert ours(answer(), head=answer("405 Method Not Allowed", b"")) == Found("status", "405")
    assert ours(answer(), head=answer(body=b"", Content_Length="4")) == Found("length_wrong", "4")


def test_a_name_has_the_extension_of_its_type() -> None:
    for name in ("wheel.jpg", "wheel", "wheel.png.exe"):
        assert ours(answer(), file=hosted(name)) == Found("extension_wrong", name)


def test_nobody_there_is_said_too() -> None:
    with Listener(answering(b"")) as listener:
        url = listener.url
    assert check_ours(PublicUrl(), ProbeLinks(url, "k" * 32), hosted(), AT).failure == "unreachable"


def theirs(get: bytes, head: bytes) -> Found:
    def handle(connection: Any) -> None:
        connection.sendall(get if read_request(connection).startswith(b"GET") else head)

    with Listener(handle) as listener:
        return check_theirs(PublicUrl(allowed=["127.0.0.1/32"]), f"{listener.url}/signed", 16 * 1024 * 1024)


HUGE = answer(body=b"x" * (5 * 1024 * 1024 + 1), Content_Length=str(5 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("get", "head", "found"),
    [
        (answer(), answer(body=b""), Found()),
        # Of what is signed for GET alone, HEAD is refused.
        (answer(), answer("403 Forbidden", b""), Found(warning="head_refused")),
        (answer(), b"", Found(warning="head_refused")),
        (answer("403 Forbidden"), answer(body=b""), Found("status", "403")),
        (answer(Content_Type="text/html"), b"", Found("type_not_accepted", "text/html")),
        (answer(body=b"", Content_Length="0"), b"", Found("empty")),
        (HUGE, b"", Found("too_large", str(5 * 1024 * 1024 + 1))),
    ],
)
def test_of_somebody_elses_url_get_decides(get: bytes, head: bytes, found: Found) -> None:
    assert theirs(get, head) == found
