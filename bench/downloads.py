"""Downloads of one file over kept-alive connections: as fast as they come, or as slowly as somebody reads."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

_AT_ONCE = 256 * 1024


class WrongDownload(Exception):
    """Something else came than the whole file."""


@dataclass
class Downloads:
    """Whole files that came, in how many seconds all together, and each one's time to its first byte."""

    files: int = 0
    bytes: int = 0
    seconds: float = 0.0
    first_bytes: list[float] = field(default_factory=list)

    @property
    def megabytes_a_second(self) -> float:
        """Of all connections together."""
        return self.bytes / 1_000_000 / self.seconds


def download(port: int, path: str, size: int, connections: int, seconds: float, bytes_a_second: int = 0) -> Downloads:
    """Load the file again and again over so many connections; each reads no faster than `bytes_a_second`, if set."""
    done, lock, until = Downloads(), threading.Lock(), time.perf_counter() + seconds

    def client(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as sock:
            # Not all at the same moment: the next ones begin while others go on.
            time.sleep(seconds / 4 * number / connections if bytes_a_second else 0)
            while time.perf_counter() < until:
                first = _one(sock, path, size, bytes_a_second)
                with lock:
                    done.files, done.bytes = done.files + 1, done.bytes + size
                    done.first_bytes.append(first)

    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        for each in [pool.submit(client, number) for number in range(connections)]:
            each.result()
    done.seconds = time.perf_counter() - began
    return done


def _one(sock: socket.socket, path: str, size: int, bytes_a_second: int) -> float:
    buffer = bytearray(_AT_ONCE)
    began = time.perf_counter()
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = sock.recv(_AT_ONCE)
    first = time.perf_counter() - began
    while b"\r\n\r\n" not in head:
        head += sock.recv(_AT_ONCE)
    head, _, body = head.partition(b"\r\n\r\n")
    length = f"content-length: {size}\r\n".encode()
    if not head.startswith(b"HTTP/1.1 200") or length not in head.lower() + b"\r\n":
        raise WrongDownload(head[:200].decode(errors="replace"))
    _rest(sock, size - len(body), buffer, _paced(began, bytes_a_second))
    return first


def _rest(sock: socket.socket, left: int, buffer: bytearray, wait: Callable[[int], None]) -> None:
    came = 0
    while left:
        got = sock.recv_into(buffer, min(left, len(buffer)))
        if not got:
            raise WrongDownload(f"{left} bytes are missing")
        left, came = left - got, came + got
        wait(came)


def _paced(began: float, bytes_a_second: int) -> Callable[[int], None]:
    def wait(came: int) -> None:
        if bytes_a_second and (ahead := came / bytes_a_second - (time.perf_counter() - began)) > 0:
            time.sleep(ahead)

    return wait
