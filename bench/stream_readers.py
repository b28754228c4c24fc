"""`python -m bench.stream_readers <port> <count> <cookie>`: many consoles in one cheap process.

Opens `count` live streams and reads them. Prints `open` when all are, and at the end of its standard input a JSON
list with a pair for each stream: the frames it got, or -1 when it was closed or refused, and the longest time in
seconds between two of them.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import time

_REQUEST = (
    "GET /live?topics=inbox,feed HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n"
    "Cookie: {cookie}\r\n\r\n"
)
_STDIN = 0


def main(port: int, count: int, cookie: str) -> None:
    """Read until standard input ends."""
    streams = [_opened(port, cookie) for _ in range(count)]
    frames = dict.fromkeys((stream.fileno() for stream in streams), 0)
    last, longest = dict[int, float](), dict.fromkeys(frames, 0.0)
    by_number = {stream.fileno(): stream for stream in streams}
    began: set[int] = set()
    poller = select.epoll()
    for number in (_STDIN, *by_number):
        poller.register(number, select.EPOLLIN)
    while True:
        for number, _ in poller.poll():
            if number == _STDIN:
                if not os.read(_STDIN, 100):
                    print(json.dumps(list(zip(frames.values(), longest.values(), strict=True))), flush=True)
                    return
                continue
            received = by_number[number].recv(1 << 18)
            if not received or (number not in began and not received.startswith(b"HTTP/1.1 200")):
                frames[number] = -1
                poller.unregister(number)
                received = b""
            if came := received.count(b"\nevent: feed"):
                frames[number] += came
                now = time.monotonic()
                longest[number], last[number] = max(longest[number], now - last.get(number, now)), now
            if number not in began:
                began.add(number)
                if len(began) == count:
                    print("open", flush=True)


def _opened(port: int, cookie: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port), timeout=30)
    stream.sendall(_REQUEST.format(port=port, cookie=cookie).encode())
    return stream


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
