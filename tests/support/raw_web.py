"""The web process of a stand, spoken to through sockets: by the door, or by Flask's route with a body in chunks."""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import urlencode

from app.store.database import Database
from harness.processes import Stand
from tests.support.cast import signature

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


class Web:
    """The web process, spoken to through sockets."""

    def __init__(self, stand: Stand, database: Database, way: str) -> None:
        self.stand, self.database, self.way = stand, database, way
        self.account = stand.env["TWILIO_ACCOUNT_SID"]

    def send(self, *parts: bytes) -> bytes:
        """Send these bytes on a connection of their own, and read the answer to its end."""
        with socket.create_connection(("127.0.0.1", int(self.stand.env["PORT"])), timeout=20) as connection:
            answer = b""
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                for part in parts:
                    connection.sendall(part)
            with contextlib.suppress(ConnectionResetError, TimeoutError):
                while more := connection.recv(65536):
                    answer += more
            return answer

    def code(self, *parts: bytes) -> int:
        """The answer's status; 0 where the connection was closed without one."""
        answer = self.send(*parts)
        return int(answer.split()[1]) if answer.startswith(b"HTTP/") else 0

    def signed(
        self, form: dict[str, str], target: str = "/twilio/inbound", *headers: bytes, as_it_is: bool = False
    ) -> bytes:
        """A whole request, signed for the plain address, or for the target as it is."""
        body = urlencode(form).encode()
        url = f"{self.stand.env['PUBLIC_BASE_URL']}{target if as_it_is else '/twilio/inbound'}"
        sign = signature(url, list(form.items()), self.stand.env["TWILIO_AUTH_TOKEN"]).encode()
        named = b"" if any(header.lower().startswith(b"host:") for header in headers) else b"Host: x\r\n"
        head = [f"POST {target} HTTP/1.1\r\n".encode(), named, FORM, b"Connection: close\r\n"]
        whole = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        if self.way == "route":
            whole = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        return b"".join([*head, *headers, b"X-Twilio-Signature: " + sign + b"\r\n", whole])
