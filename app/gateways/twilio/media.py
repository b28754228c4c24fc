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

# Of all regions: api.dublin.ie1.twilio.com (docs/twilio.md#files-that-customers-send).
_API_HOST = re.compile(r"api\.(?:(?:[a-z]+(?:-[a-z]+)*\.)?[a-z]{2}[0-9]\.)?twilio\.com")
# Where Twilio redirects to, with what the path begins with; a redirect anywhere else is not followed.
_CDN_HOSTS = {
    "mms.twiliocdn.com": "/",
    "media.twiliocdn.com": "/",
    "s3-external-1.amazonaws.com": "/media.twiliocdn.com/",
}
MOST_REDIRECTS = 5
MOST_BYTES = 25 * 1024 * 1024
MOST_SECONDS = 60.0
_REDIRECTS = (301, 302, 303, 307, 308)
# Credentials that an admin puts right, a slow moment, too many requests: the file isn't lost by them.
_MENDABLE = (401, 403, 408, 429)


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
    """The inbound files' gateway; `deletes` says whether Twilio's copy goes once the file is here."""

    def __init__(self, settings: Settings) -> None:
        self._http = PatientHttpClient(settings.twilio_api_base_url)
        user = settings.twilio_api_key_sid or settings.twilio_account_sid
        account = re.escape(settings.twilio_account_sid)
        self._media_path = re.compile(
            rf"/2010-04-01/Accounts/{account}/Messages/(SM|MM)[0-9a-f]{{32}}/Media/ME[0-9a-f]{{32}}"
        )
        self.deletes = settings.delete_media_at_twilio
        self._credentials = (user, settings.twilio_api_key_secret or settings.twilio_auth_token)

    def fetch(self, url: str) -> Fetched:
        """The file at Twilio's URL. Raises FetchFailed."""
        deadline = time.monotonic() + MOST_SECONDS
        try:
            asked = _https(url)
            if asked is None or not _is_api(asked):
                raise FetchFailed("host_not_twilio", later=False)
            if not self._media_path.fullmatch(asked.path):
                raise FetchFailed("path_not_media", later=False)
            answer = self._get(asked.geturl(), credentials=self._credentials)
            for _ in range(MOST_REDIRECTS):
                if answer.status_code not in _REDIRECTS:
                    break
                answer.close()
                asked = _target(asked.geturl(), answer.headers.get("Location", ""))
                _in_time(deadline)
                answer = self._get(asked.geturl(), credentials=None)
            with answer:
                return Fetched(_body(answer, deadline), answer.headers.get("Content-Type", ""))
        except requests.RequestException as error:
            raise FetchFailed(f"network:{type(error).__name__}"[:60], later=True) from error
        except ValueError as error:
            # A redirect to what is no URL: `requests` looks at it too.
            raise FetchFailed("redirect_not_understood", later=True) from error

    def delete(self, url: str) -> bool:
        """Delete Twilio's copy; True when it isn't there any more."""
        asked = _https(url)
        if asked is None or not _is_api(asked) or not self._media_path.fullmatch(asked.path):
            return False
        session = self._http.session
        assert session is not None
        try:
            with session.delete(
                self._http.rewritten(f"{asked.geturl()}.json"), auth=self._credentials, allow_redirects=False
            ) as answer:
                return answer.status_code in (204, 404)
        except requests.RequestException:
            return False

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


def _https(url: str) -> SplitResult | None:
    """The URL's parts, when its host stands there alone: no login, no other port than HTTPS's own."""
    parts = split(url)
    alone = parts is not None and parts.scheme == "https" and parts.netloc in (parts.hostname, f"{parts.hostname}:443")
    return parts if alone else None


def _is_api(parts: SplitResult) -> bool:
    return _API_HOST.fullmatch(parts.hostname or "") is not None


def _target(asked: str, location: str) -> SplitResult:
    """Where a redirect leads, if that is Twilio's. One that isn't understood may be right at the next try."""
    parts = _https(urljoin(asked, location))
    if parts is None or not location:
        raise FetchFailed("redirect_not_understood", later=True)
    begins = _CDN_HOSTS.get(parts.hostname or "")
    if not _is_api(parts) and (begins is None or not parts.path.startswith(begins) or ".." in parts.path):
        raise FetchFailed("redirect_not_understood", later=True)
    return parts


def _in_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise FetchFailed("too_slow", later=True)


def _body(answer: requests.Response, deadline: float) -> bytes:
    if answer.status_code == 404:
        raise FetchFailed("not_there_yet", later=True)
    if answer.status_code in _REDIRECTS:
        raise FetchFailed("too_many_redirects", later=True)
    if answer.status_code != 200:
        raise FetchFailed(
            f"http_{answer.status_code}", later=answer.status_code >= 500 or answer.status_code in _MENDABLE
        )
    content = bytearray()
    for chunk in answer.iter_content(64 * 1024):
        content += chunk
        if len(content) > MOST_BYTES:
            raise FetchFailed("too_large", later=False)
        _in_time(deadline)
    if not content:
        raise FetchFailed("empty", later=True)
    return bytes(content)
