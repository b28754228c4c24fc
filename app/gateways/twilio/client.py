"""The Twilio SDK's client, with what it lacks: one base URL for every host, timeouts, a pool that fits."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.rest import Client
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from app import fault_points
from app.settings import Settings

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
MOST_CONNECTIONS = 64


class _Connection(HTTPSConnection):
    """Tells a handshake that failed, when nothing was sent, from TLS that breaks later, when something may have been.

    Both are an SSLError otherwise.
    """

    def connect(self) -> None:
        try:
            super().connect()
        except OSError as error:
            raise NewConnectionError(self, f"TLS handshake failed: {error}") from error


class _ConnectionPool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _PatientAdapter(HTTPAdapter):
    """An HTTP adapter with time-outs for connecting and reading: the SDK knows one for both, and none by default."""

    def __init__(self) -> None:
        # Retrying is the outbox's business: a retry in here could send twice.
        super().__init__(pool_maxsize=MOST_CONNECTIONS, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        pools = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {**pools, "https": _ConnectionPool}

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        kwargs["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        if request.method == "POST":
            fault_points.reach(fault_points.CALL_LEAVES)
        return super().send(request, *args, **kwargs)


class PatientHttpClient(TwilioHttpClient):
    """Keeps connections, never waits for ever, and remembers each thread's last response for its headers."""

    def __init__(self, base_url: str = "") -> None:
        super().__init__(pool_connections=True)
        self._base = urlsplit(base_url) if base_url else None
        self._seen = threading.local()
        assert self.session is not None
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, _PatientAdapter())

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> TwilioResponse:  # type: ignore[override]
        """Make one request, at the base URL where one is set."""
        self._seen.response = None
        response = super().request(method, self.rewritten(url), *args, **kwargs)
        self._seen.response = response
        return response

    def rewritten(self, url: str) -> str:
        """The same path and query at TWILIO_API_BASE_URL, where that is set."""
        if self._base is None:
            return url
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))

    @property
    def last(self) -> TwilioResponse | None:
        """This thread's last response, None when the last request had none."""
        return getattr(self._seen, "response", None)


def client(settings: Settings) -> tuple[Client, PatientHttpClient]:
    """A client for the account: by API key where one is set, else by the auth token."""
    http = PatientHttpClient(settings.twilio_api_base_url)
    user = settings.twilio_api_key_sid or settings.twilio_account_sid
    secret = settings.twilio_api_key_secret or settings.twilio_auth_token
    made = Client(user, secret, account_sid=settings.twilio_account_sid, http_client=http)  # type: ignore[no-untyped-call]
    return made, http
