"""Ask for a URL as Twilio will: from outside, with TLS, within a time, and never inside our own network.

A name is resolved once, its addresses are checked, and the connection goes to the one that was checked: a name that
leads elsewhere a moment later leads nowhere. Every redirect is checked in the same way.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, urljoin

import certifi

from app.gateways.public_addresses import Address, is_public
from app.urls import split

# Twilio gives up after 30.
SECONDS = 15.0
CONNECT_SECONDS = 5.0
HOPS = 5
_PIECE_BYTES = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGENT = "Switchboard-Preflight/1.0"

Resolve = Callable[[str, int], Sequence[str]]


class UrlFailed(Exception):
    """The URL can't be had: a `code` of PREFLIGHT_FAILURES, and what was seen."""

    def __init__(self, code: str, seen: str = "") -> None:
        super().__init__(f"{code} {seen}".strip())
        self.code = code
        self.seen = seen[:200]


@dataclass(frozen=True)
class Seen:
    """An answer: its head, and how many bytes came."""

    status: int
    content_type: str
    content_length: int | None
    size: int


def _resolved(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class PublicUrl:
    """Asks for URLs. `allowed` are networks beside the public ones, `ca_file` whom to believe: both are for tests."""

    def __init__(self, *, allowed: Sequence[str] = (), ca_file: str = "", resolve: Resolve = _resolved) -> None:
        self._allowed = [ipaddress.ip_network(net) for net in allowed]
        self._ca_file = ca_file
        self._resolve = resolve

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Not the machine's own list: Twilio doesn't know an authority of the house.
        return ssl.create_default_context(cafile=self._ca_file or certifi.where())

    def ours(self, url: str, method: str, most_bytes: int) -> Seen:
        """Ask our own public address, wherever its name leads; a redirect is no answer. Raises UrlFailed."""
        with self._answer(url, method, time.monotonic() + SECONDS, anywhere=True) as (answer, deadline):
            return _seen(answer, most_bytes, deadline, lambda piece: None)

    def theirs(
        self, url: str, method: str, most_bytes: int, take: Callable[[bytes], object] = lambda piece: None
    ) -> Seen:
        """Ask somebody else's address, over as many redirects as Twilio follows. Raises UrlFailed."""
        deadline = time.monotonic() + SECONDS
        for _ in range(HOPS + 1):
            with self._answer(url, method, deadline, anywhere=False) as (answer, _deadline):
                if answer.status not in _REDIRECTS:
                    return _seen(answer, most_bytes, deadline, take)
                url = _target(url, answer.headers.get("Location", ""))
        raise UrlFailed("redirected", f"{HOPS}+")

    @contextlib.contextmanager
    def _answer(self, url: str, method: str, deadline: float, *, anywhere: bool) -> Iterator[tuple[Any, float]]:
        parts = split(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise UrlFailed("url_invalid")
        with _failures(deadline), contextlib.ExitStack() as ends:
            sock = ends.enter_context(self._connected(parts, deadline, anywhere))
            # Whoever sends a byte now and then is cut off all the same.
            timer = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (sock,))
            timer.daemon = True
            timer.start()
            ends.callback(timer.cancel)
            connection = http.client.HTTPConnection(parts.hostname)
            connection.sock = sock
            ends.callback(connection.close)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
            for name, value in (("Host", host), ("User-Agent", _AGENT), ("Accept", "*/*"), ("Connection", "close")):
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            ends.callback(answer.close)
            yield answer, deadline

    def _connected(self, parts: SplitResult, deadline: float, anywhere: bool) -> socket.socket:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = self._checked(host, port, anywhere)
        if parts.scheme == "http" and not all(address.is_loopback for address in addresses):
            raise UrlFailed("no_tls")
        sock = _connect(addresses, port, deadline)
        if parts.scheme == "http":
            return sock
        try:
            return self._tls.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise

    def _checked(self, host: str, port: int, anywhere: bool) -> list[Address]:
        try:
            found = [ipaddress.ip_address(address.partition("%")[0]) for address in self._resolve(host, port)]
        except (OSError, UnicodeError, ValueError):
            raise UrlFailed("name_unknown", host) from None
        if not found:
            raise UrlFailed("name_unknown", host)
        for address in found:
            inside = any(address in net for net in self._allowed)
            if not (anywhere or inside or is_public(address)):
                raise UrlFailed("address_not_public", str(address))
        return found


def _connect(addresses: Sequence[Address], port: int, deadline: float) -> socket.socket:
    for number, address in enumerate(addresses):
        try:
            seconds = max(0.1, min(CONNECT_SECONDS, deadline - time.monotonic()))
            sock = socket.create_connection((str(address), port), seconds)
        except OSError as error:
            if number == len(addresses) - 1:
                raise UrlFailed("unreachable", type(error).__name__) from error
        else:
            sock.settimeout(max(0.1, deadline - time.monotonic()))
            return sock
    raise UrlFailed("unreachable")


def _cut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _failures(deadline: float) -> Iterator[None]:
    try:
        yield
    except UrlFailed:
        raise
    except ssl.SSLCertVerificationError as error:
        raise UrlFailed("tls_invalid", error.verify_message) from error
    except ssl.SSLError as error:
        raise UrlFailed("tls_invalid", error.reason or "") from error
    except TimeoutError as error:
        raise UrlFailed("too_slow") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UrlFailed("too_slow" if time.monotonic() >= deadline else "cut", type(error).__name__) from error


def _seen(answer: Any, most_bytes: int, deadline: float, take: Callable[[bytes], object]) -> Seen:
    size, said = 0, str(answer.headers.get("Content-Length", ""))
    while piece := answer.read1(_PIECE_BYTES):
        take(piece)
        size += len(piece)
        if size > most_bytes:
            raise UrlFailed("too_large", str(size))
        if time.monotonic() > deadline:
            raise UrlFailed("too_slow")
    if time.monotonic() > deadline:
        raise UrlFailed("too_slow")
    length = int(said) if said.isascii() and said.isdigit() else None
    return Seen(answer.status, answer.headers.get("Content-Type", ""), length, size)


def _target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise UrlFailed("url_invalid") from None
