"""Posting forms over kept HTTP connections, with Twilio's transport rules."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag, urlsplit

# Below the two seconds after which gunicorn closes an idle connection, so that none is used just as it is
# closed.
IDLE_SECONDS = 1.0
RETRIABLE = {"4xx", "5xx", "ct", "rt", "all"}


@dataclass(frozen=True)
class Rules:
    """Twilio's rules for one webhook, from its URL's fragment; times in seconds."""

    connect: float = 5.0
    answer: float = 15.0
    total: float = 15.0
    retries: int = 1
    retried: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, url: str) -> Rules:
        """Read `#ct=2000&rt=4500&rc=2&rp=5xx,ct,rt`; what isn't there or makes no sense stays at the
        default.
        """
        given = {name: values[-1] for name, values in parse_qs(urldefrag(url).fragment).items()}
        retried = frozenset(given.get("rp", "ct").split(",")) & RETRIABLE
        return cls(
            connect=_bounded(given.get("ct"), 100, 10_000, 5_000) / 1000,
            answer=_bounded(given.get("rt"), 100, 15_000, 15_000) / 1000,
            total=_bounded(given.get("tt"), 100, 15_000, 15_000) / 1000,
            retries=_bounded(given.get("rc"), 0, 5, 1),
            retried=retried or frozenset({"ct"}),
        )

    def retry(self, answer: Answer) -> bool:
        """Whether an answer like this one is worth another try."""
        return not answer.ok and ("all" in self.retried or answer.kind in self.retried)


@dataclass(frozen=True)
class Answer:
    """What came back: the HTTP status (0 for none), how long it took, the body, and why there was none.

    `kind` is Twilio's word for it: 2xx, 3xx, 4xx, 5xx, ct (no connection), rt (no answer in time, or a broken
    one).
    """

    status: int
    ms: int
    body: str = ""
    error: str = ""
    kind: str = ""
    tries: int = 1

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Poster:
    """Kept connections to each host; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[tuple[str, str], deque[tuple[http.client.HTTPConnection, float]]] = defaultdict(deque)

    def deliver(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post with the rules of the URL's fragment, repeats included; never raises."""
        rules = Rules.of(url)
        started = time.monotonic()
        tries = 0
        while True:
            tries += 1
            left = rules.total - (time.monotonic() - started)
            answer = self._once(url, body, headers, min(rules.connect, left), min(rules.answer, left))
            spent = time.monotonic() - started
            if tries > rules.retries or not rules.retry(answer) or spent >= rules.total - 0.1:
                ms = round(spent * 1000)
                return Answer(answer.status, ms, answer.body, answer.error, answer.kind, tries)

    def _once(self, url: str, body: bytes, headers: dict[str, str], connect: float, answer: float) -> Answer:
        parts = urlsplit(urldefrag(url).url)
        where = (parts.scheme, parts.netloc)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection = self._connected(where, connect)
        except (OSError, ValueError, http.client.HTTPException) as problem:
            return Answer(0, 0, error=f"no connection: {problem}", kind="ct")
        try:
            connection.sock.settimeout(max(answer, 0.05))
            connection.request("POST", path or "/", body, headers)
            response = connection.getresponse()
            text = response.read(100_000).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as problem:
            connection.close()
            return Answer(0, 0, error=f"no answer: {type(problem).__name__}", kind="rt")
        self._keep(where, connection, whole=response.isclosed())
        return Answer(response.status, 0, text, kind=f"{response.status // 100}xx")

    def _connected(self, where: tuple[str, str], timeout: float) -> http.client.HTTPConnection:
        youngest = time.monotonic() - IDLE_SECONDS
        with self._lock:
            idle = self._idle[where]
            while idle:
                kept, since = idle.pop()
                if since >= youngest:
                    return kept
                kept.close()
        scheme, netloc = where
        if scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                netloc, timeout=max(timeout, 0.05), context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(netloc, timeout=max(timeout, 0.05))
        connection.connect()
        return connection

    def _keep(self, where: tuple[str, str], connection: http.client.HTTPConnection, whole: bool) -> None:
        if not whole or connection.sock is None:
            connection.close()
            return
        with self._lock:
            self._idle[where].append((connection, time.monotonic()))


def _bounded(text: str | None, least: int, most: int, default: int) -> int:
    if text is None or not text.isdecimal():
        return default
    return min(max(int(text), least), most)
