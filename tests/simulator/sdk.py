"""Twilio's own SDK, with every host's traffic sent to the stand-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from harness.simulator import ACCOUNT, TOKEN


class ToStandIn(TwilioHttpClient):
    """Keeps path and query, changes scheme and host."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=5)
        self.base_url = base_url

    def request(self, method: str, uri: str, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        parts = urlsplit(uri)
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, f"{self.base_url}{parts.path}{query}", *args, **kwargs)


def client(base_url: str, user: str = ACCOUNT, password: str = TOKEN) -> Any:
    """A client of the SDK for the test's account."""
    make: Any = Client
    return make(user, password, account_sid=ACCOUNT, http_client=ToStandIn(base_url))
