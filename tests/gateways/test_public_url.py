"""URLs are asked for as Twilio will, and nothing inside our own network is ever connected to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.gateways import public_url
from app.gateways.public_url import PublicUrl, Seen, UrlFailed
from tests.gateways.certificates import certificate
from tests.gateways.listener import Handle, Listener, answering, read_request

PNG = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\nabc"
HERE = "127.0.0.1/32"
INWARD = [
    "127.0.0.1",
    "127.8.9.10",
    "2130706433",
    "localhost",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::7f00:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::808:808]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2001:0:1::1]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff02::1]",
]


@contextlib.contextmanager
def listening(handle: Handle) -> Iterator[Listener]:
    with Listener(handle) as listener:
        yield listener


def failure(asked: PublicUrl, url: str, most_bytes: int = 100) -> str:
    with pytest.raises(UrlFailed) as raised:
        asked.theirs(url, "GET", most_bytes)
    return raised.value.code


@pytest.mark.parametrize("host", INWARD)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_inside_is_connected_to(host: str, scheme: str) -> None:
    with listening(answering(PNG)) as listener:
        assert failure(PublicUrl(), f"{scheme}://{host}:{listener.port}/x.png") == "address_not_public"
        assert listener.connections == 0


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_what_is_public_may_be_asked(address: str) -> None:
    asked = PublicUrl(resolve=lambda host, port: [address])
    # Without TLS nobody is asked; the address was good.
    assert failure(asked, "http://media.example.com/x.png") == "no_tls"


@pytest.mark.parametrize("url", ["ftp://example.com/x", "https://", "//x", "https://a@example.com/x", "https://[", ""])
def test_what_is_no_url_is_not_asked(url: str) -> None:
    assert failure(PublicUrl(), url) == "url_invalid"


def test_a_redirect_inward_is_not_followed() -> None:
    with listening(answering(PNG)) as inside:
        for target in (f"http://127.0.0.2:{inside.port}/", f"http://[::ffff:127.0.0.1]:{inside.port}/"):
            moved = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
            with listening(answering(moved)) as outside:
                assert failure(PublicUrl(allowed=[HERE]), f"{outside.url}/x.png") == "address_not_public"
        assert inside.connections == 0


def test_redirects_are_followed_for_others_and_told_of_ours() -> None:
    def handle(connection: socket.socket) -> None:
        moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(PNG if b"GET /there" in read_request(connection) else moved)

    with listening(handle) as listener:
        assert PublicUrl(allowed=[HERE]).theirs(f"{listener.url}/x", "GET", 100) == Seen(200, "image/png", 3, 3)
        assert PublicUrl().ours(f"{listener.url}/x", "GET", 100).status == 302
    with listening(answering(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")) as listener:
        assert failure(PublicUrl(allowed=[HERE]), f"{listener.url}/x") == "redirected"
        assert listener.connections == public_url.HOPS + 1


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to() -> None:
    names: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        names.append(host)
        return ["127.0.0.1"] if len(names) == 1 else ["169.254.169.254"]

    with listening(answering(PNG)) as listener:
        asked = PublicUrl(allowed=[HERE], resolve=rebinding)
        assert asked.theirs(f"http://media.example.com:{listener.port}/", "GET", 100).size == 3
        assert names == ["media.example.com"]
        mixed = PublicUrl(allowed=[HERE], resolve=lambda host, port: ["127.0.0.1", "10.0.0.1"])
        assert failure(mixed, f"http://media.example.com:{listener.port}/") == "address_not_public"
        assert listener.connections == 1
    none = PublicUrl(resolve=lambda host, port: [])
    assert failure(none, "https://media.example.com/") == "name_unknown"


def test_a_certificate_is_checked_against_authority_and_name(tmp_path: Path) -> None:
    made = certificate(tmp_path)

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError), made.context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(PNG)

    with listening(handle) as listener:
        trusting = PublicUrl(ca_file=str(made.file))
        assert trusting.ours(f"https://localhost:{listener.port}/x.png", "GET", 100).size == 3
        for asked, host in ((PublicUrl(), "localhost"), (trusting, "127.0.0.1")):
            with pytest.raises(UrlFailed, match="tls_invalid"):
                asked.ours(f"https://{host}:{listener.port}/x.png", "GET", 100)
    with listening(answering(PNG)) as plain, pytest.raises(UrlFailed, match="tls_invalid"):
        trusting.ours(f"https://localhost:{plain.port}/x.png", "GET", 100)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 101, "too_large"),
        (b"nonsense\r\n\r\n", "cut"),
        (b"", "cut"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nabc", "cut"),
    ],
)
def test_answers_that_are_none(answer: bytes, code: str) -> None:
    with listening(answering(answer)) as listener:
        assert failure(PublicUrl(allowed=[HERE]), listener.url) == code
    assert failure(PublicUrl(allowed=[HERE]), listener.url) == "unreachable"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_whoever_dribbles_is_cut_off(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_url, "SECONDS", 0.5)
    over = threading.Event()

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        while not over.wait(0.05):
            connection.sendall(b"x")

    with listening(handle) as listener:
        assert failure(PublicUrl(allowed=[HERE]), listener.url, 10_000) == "too_slow"
        over.set()
