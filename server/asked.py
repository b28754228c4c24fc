"""A request that is there whole, read and answered by gunicorn's own code on whichever thread has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from gunicorn import http
from gunicorn.http import wsgi


class Reply(Protocol):
    """A whole answer: its status line, its headers and its body."""

    status: str
    headers: list[tuple[str, str]]
    content: bytes


class _Gathering:
    """Takes what gunicorn sends, head and body one by one, so that both leave at once."""

    def __init__(self) -> None:
        self.gathered = bytearray()

    def sendall(self, data: bytes) -> None:
        """As a socket's own."""
        self.gathered += data


@dataclass
class Asked:
    """A request: its connection, its bytes, and when they were there, in the clock of `time.perf_counter`.

    Once it is read, `environ` is its WSGI environment.
    """

    conn: Any
    received: bytes
    at: float
    environ: dict[str, Any] = field(default_factory=dict)
    _answer: _Gathering = field(default_factory=_Gathering)
    _response: Any = None

    def read(self) -> bool:
        """Read head and body. False where gunicorn refuses them, or the rest is to be waited for."""
        conn = self.conn
        conn.parser.unreader.unread(self.received)
        try:
            request = next(conn.parser)
            self._response, self.environ = wsgi.create(request, self._answer, conn.client, conn.server, conn.cfg)
        except Exception:
            return False
        return True

    def send(self, reply: Reply, *, is_last: bool) -> bool:
        """Send the reply. True when the connection is kept; never where this is to be the last answer on it.

        Raises OSError when the connection can't take it.
        """
        response = self._response
        if is_last:
            response.force_close()
        response.start_response(reply.status, reply.headers)
        response.write(reply.content)
        response.close()
        self.conn.sock.sendall(bytes(self._answer.gathered))
        return not response.should_close()

    def has_next(self) -> bool:
        """Whether the client sent more together with this request."""
        return bool(self.conn.parser.unreader.buf.getvalue())

    def begin_again(self) -> None:
        """Let the request be there as if nobody had read it."""
        conn = self.conn
        conn.parser = http.get_parser(conn.cfg, conn.sock, conn.client)
        conn.parser.unreader.unread(self.received)
