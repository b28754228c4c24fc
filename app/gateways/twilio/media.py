"""Fetch a customer's file from Twilio: exact hosts only, credentials to media of our account alone, capped."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin

import requests

from app.gateways.twilio.client import CONNECT_SECONDS, READ_SECONDS, PatientHttpClient
from app.settings import Settings
from app.urls import split

API_HOSTS = frozenset({"api.twilio.com"})
# The CDN that Twilio redirects to; a redirect anywhere else is not followed (docs/twilio.md#files-that-customers-send).
CDN_HOSTS = frozenset({"mms.twiliocdn.com", "media.twiliocdn.com"})
MOST_BYTES = 25 * 1024 * 1024
MOST_SECONDS = 60.0
_REDIRECTS = (301, 302, 303, 307, 308)


class FetchFailed(Exception):
    """The file could not be had; `reason` is its code, `later` says whether trying again can help."""

    def __init__(self, reason: str, *, later: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.later = later


@dataclass(frozen=True)
class Fetched:
    """A file and the type Twilio gave it."""

    content: bytes
    content_type: str


class TwilioMedia:
    """The inbound files' gateway."""

    def __init__(self, settings: Settings) -> None:
        self._http = PatientHttpClient(settings.twilio_api_base_url)
        user = settings.twilio_api_key_sid or settings.twilio_account_sid
        account = re.escape(settings.twilio_account_sid)
        self._media_path = re.compile(
            rf"/2010-04-01/Accounts/{account}/Messages/(SM|MM)[0-9a-f]{{32}}/Media/ME[0-9a-f]{{32}}"
        )
        self._credentials = (user, settings.twilio_api_key_secret or settings.twilio_auth_token)

    def fetch(self, url: str) -> Fetched:
        """The file at Twilio's URL. Raises FetchFailed."""
        deadline = time.monotonic() + MOST_SECONDS
        try:
            asked = _checked(url, API_HOSTS)
            if not self._media_path.fullmatch(asked.path):
                raise FetchFailed("path_not_media", later=False)
            answer = self._get(asked.geturl(), credentials=self._credentials)
            if answer.status_code in _REDIRECTS:
                target = _checked(urljoin(url, answer.headers.get("Location", "")), API_HOSTS | CDN_HOSTS)
                answer.close()
                answer = self._get(target.geturl(), credentials=None)
            with answer:
                return Fetched(_body(answer, deadline), answer.headers.get("Content-Type", ""))
        except requests.RequestException as error:
            raise FetchFailed(f"network:{type(error).__name__}"[:60], later=True) from error
        except ValueError as error:
            # A redirect to what is no URL.
            raise FetchFailed("answer_unreadable", later=False) from error

    def _get(self, url: str, credentials: tuple[str, str] | None) -> requests.Response:
        session = self._http.session
        assert session is not None
        return session.get(
            self._http.rewritten(url),
            auth=credentials,
            allow_redirects=False,
            stream=True,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
        )


def _checked(url: str, hosts: frozenset[str]) -> SplitResult:
    parts = split(url)
    if parts is None or parts.scheme != "https" or parts.netloc not in hosts | {f"{host}:443" for host in hosts}:
        raise FetchFailed("host_not_twilio", later=False)
    return parts


def _body(answer: requests.Response, deadline: float) -> bytes:
    if answer.status_code == 404:
        raise FetchFailed("not_there_yet", later=True)
    if answer.status_code != 200:
        raise FetchFailed(f"http_{answer.status_code}", later=answer.status_code >= 500 or answer.status_code == 429)
    content = bytearray()
    for chunk in answer.iter_content(64 * 1024):
        content += chunk
        if len(content) > MOST_BYTES:
            raise FetchFailed("too_large", later=False)
        if time.monotonic() > deadline:
            raise FetchFailed("too_slow", later=True)
    if not content:
        raise FetchFailed("empty", later=True)
    return bytes(content)
