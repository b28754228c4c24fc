"""Twilio's API and its media CDN, answering byte by byte what a test says; a connection for each answer."""

from __future__ import annotations

import base64
import socket

from tests.gateways.listener import read_request

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# The account of the tests' settings, and a file in it.
OWN = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0123456789abcdef" * 2
API = f"{OWN}/Messages/MM{1:032x}/Media/ME{1:032x}"
CDN = "https://mms.twiliocdn.com/AC1/secret"


class Hosts:
    """What Twilio's hosts answer: by path, the answers of one call after the other."""

    def __init__(self) -> None:
        self.answers: dict[str, list[bytes]] = {}
        self.requests: list[bytes] = []

    def handle(self, connection: socket.socket) -> None:
        request = read_request(connection)
        self.requests.append(request)
        path = request.split()[1].decode()
        waiting = self.answers[path]
        connection.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])


def found(content: bytes = PICTURE, content_type: str = "image/png") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nConnection: close\r\n"
    head += f"Content-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def redirect(to: str) -> bytes:
    return f"HTTP/1.1 307 Temporary\r\nLocation: {to}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
PATH = API.removeprefix("https://api.twilio.com")
