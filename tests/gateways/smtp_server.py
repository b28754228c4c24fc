"""A mail server on loopback: it speaks SMTP, TLS when asked to, and keeps what it took."""

from __future__ import annotations

import base64
import socket
import ssl
from dataclasses import dataclass, field

from tests.gateways.listener import Listener


@dataclass
class SmtpServer:
    """Takes mail. With `context` it offers STARTTLS, and AUTH only inside; `refusal` answers what was sent to it."""

    context: ssl.SSLContext | None = None
    refusal: str = ""
    mails: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    said_in_the_clear: list[str] = field(default_factory=list)

    def listen(self) -> Listener:
        """Begin."""
        return Listener(self._serve)

    def _serve(self, plain: socket.socket) -> None:
        connection, lines, secured = plain, plain.makefile("rb"), False
        connection.sendall(b"220 here\r\n")
        while line := lines.readline().decode().strip():
            verb = line.split()[0].upper()
            if not secured:
                self.said_in_the_clear.append(line)
            if verb == "STARTTLS" and self.context:
                connection.sendall(b"220 go on\r\n")
                connection = self.context.wrap_socket(connection, server_side=True)
                lines, secured = connection.makefile("rb"), True
            elif verb == "DATA":
                connection.sendall(b"354 go on\r\n")
                self.mails.append(self._mail(lines))
                connection.sendall(f"{self.refusal or '250 taken'}\r\n".encode())
            else:
                connection.sendall(self._answer(verb, line, secured))
            if verb == "QUIT":
                break
        lines.close()
        connection.close()

    def _answer(self, verb: str, line: str, secured: bool) -> bytes:
        if verb == "EHLO":
            extension = "AUTH PLAIN" if secured else "STARTTLS" if self.context else "8BITMIME"
            return f"250-here\r\n250 {extension}\r\n".encode()
        if verb == "AUTH":
            self.logins.append(base64.b64decode(line.split()[2]).decode())
            return b"235 come in\r\n"
        if verb == "RCPT":
            self.recipients.append(line)
        return b"221 bye\r\n" if verb == "QUIT" else b"250 fine\r\n"

    @staticmethod
    def _mail(lines: object) -> bytes:
        found = b""
        while (line := lines.readline()) not in (b".\r\n", b""):  # type: ignore[attr-defined]
            found += line
        return found
