"""The comparison for the sender: threads that call the SDK's create in a loop, and nothing else.

`python -m bench.bare_sender <stand-in's URL> <threads> <seconds>`, with the account in the environment.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client


class ToStandIn(TwilioHttpClient):
    """The SDK's own HTTP client, its connections kept, with the stand-in in the host's place."""

    def __init__(self, base_url: str, connections: int) -> None:
        super().__init__(pool_connections=True, timeout=60)
        self._base = urlsplit(base_url)
        assert self.session is not None
        self.session.mount("http://", HTTPAdapter(pool_maxsize=connections))

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        asked = urlsplit(url)
        there = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, ""))
        return super().request(method, there, *args, **kwargs)


def main() -> None:
    """Send until the time is over."""
    base_url, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    make: Any = Client
    account, token = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]
    client = make(account, token, http_client=ToStandIn(base_url, threads))
    until = time.monotonic() + seconds
    hands = [threading.Thread(target=_send, args=(client, hand, until)) for hand in range(threads)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()


def _send(client: Any, hand: int, until: float) -> None:
    number = 0
    while time.monotonic() < until:
        number += 1
        client.messages.create(
            to=f"whatsapp:+1415{2000000 + hand:07d}",
            from_=os.environ["TWILIO_WHATSAPP_FROM"],
            body=f"On its way, {number}.",
            status_callback=f"{os.environ['PUBLIC_BASE_URL']}/twilio/status/{number}/{number}",
        )


if __name__ == "__main__":
    main()
