"""Messages at Twilio: create, and what each way of failing proves (docs/twilio.md#sending)."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3.exceptions
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from twilio.base.exceptions import TwilioException

from app.gateways.twilio.client import client
from app.gateways.twilio.outcomes import (
    HELD_UP,
    NOT_TWILIOS,
    Accepted,
    Answer,
    NotSent,
    Outgoing,
    Refused,
    ResponseDetails,
    Unconfirmed,
)
from app.gateways.twilio.problems import problem_of
from app.gateways.twilio.resources import Messages
from app.settings import Settings

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_NEVER_PROCESSED = 429
_LONGEST_WAIT = 3600.0


class TwilioMessages:
    """The sender's gateway. One of these is shared by all threads of a process."""

    def __init__(self, settings: Settings) -> None:
        account, self._http = client(settings)
        self._messages = Messages(account)

    def create(self, outgoing: Outgoing) -> Answer:
        """Call Messages create and say what its answer proves; raises nothing that the network can cause."""
        if time.monotonic() > outgoing.start_before:
            return NotSent(ResponseDetails(error_message=HELD_UP))
        try:
            message = self._messages.create(f"{self._messages.path}.json", _form(outgoing))
            sid, status = str(message.get("sid") or ""), str(message.get("status") or "")
        except TwilioException as error:
            return self._refusal(error)
        except requests.RequestException as error:
            return _from_the_network(error)
        except Exception as error:
            # The SDK stumbles in many ways over an answer that it can't read; what it answers may have been taken.
            return self._unreadable(error)
        if not _SID.fullmatch(sid):
            return self._unreadable(ValueError("the answer has no SID"))
        return Accepted(sid, status, self._details())

    def _refusal(self, error: TwilioException) -> Answer:
        response = self._http.last
        if response is None:
            return self._unreadable(error)
        problem, status = problem_of(response), response.status_code
        if status == _NEVER_PROCESSED:
            return NotSent(self._details(problem.code, problem.words), retry_after=self._retry_after())
        if status >= 500 or status < 400:
            return Unconfirmed(self._details(problem.code, problem.words), "error")
        if problem.code:
            return Refused(self._details(problem.code, problem.words))
        # A proxy or a firewall turned it away, so Twilio never had it.
        return NotSent(self._details(message=NOT_TWILIOS), retry_after=self._retry_after())

    def _unreadable(self, error: Exception) -> Answer:
        details = self._details(message=f"unreadable answer: {type(error).__name__}")
        failed = details.http_status is not None and details.http_status >= 500
        return Unconfirmed(details, "error" if failed else "unreadable")

    def _details(self, code: str = "", message: str = "") -> ResponseDetails:
        response = self._http.last
        if response is None:
            return ResponseDetails(error_code=code, error_message=message)
        headers = response.headers or {}
        return ResponseDetails(response.status_code, headers.get("Twilio-Request-Id", ""), code, message)

    def _retry_after(self) -> float | None:
        response = self._http.last
        return _seconds((response.headers or {}).get("Retry-After", "")) if response else None


def _form(outgoing: Outgoing) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "To": outgoing.to,
        "From": outgoing.sender,
        "MessagingServiceSid": outgoing.messaging_service_sid,
        "Body": outgoing.body,
        "MediaUrl": list(outgoing.media_urls),
        "ContentSid": outgoing.content_sid,
        "ContentVariables": json.dumps(outgoing.content_variables) if outgoing.content_variables else "",
        "StatusCallback": outgoing.status_callback,
        "MaxPrice": outgoing.max_price,
    }
    return {name: value for name, value in fields.items() if value}


def _seconds(retry_after: str) -> float | None:
    """How long a Retry-After asks to wait, an hour at most: seconds or a date (RFC 9110, 10.2.3), None for nonsense."""
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", retry_after):
        return min(float(retry_after), _LONGEST_WAIT)
    try:
        wait = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT)


def _from_the_network(error: requests.RequestException) -> Answer:
    """No answer at all: surely not sent only when the connection itself never stood."""
    details = ResponseDetails(error_message=type(error).__name__)
    if isinstance(error, requests.ConnectTimeout):
        return NotSent(details)
    if isinstance(error, requests.ConnectionError):
        reason = getattr(error.args[0], "reason", None) if error.args else None
        never_stood = urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError
        if isinstance(reason, never_stood):
            return NotSent(ResponseDetails(error_message=type(reason).__name__))
    if isinstance(error, requests.ReadTimeout):
        return Unconfirmed(details, "late")
    cut = isinstance(error, requests.ConnectionError | ChunkedEncodingError | ContentDecodingError)
    return Unconfirmed(details, "cut" if cut else "silent")
