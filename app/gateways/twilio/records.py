"""Ask Twilio about messages that are there: by recipient, by sender, by SID. Reading is safe to repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import requests
from twilio.base.deserialize import rfc2822_datetime
from twilio.base.exceptions import TwilioException
from twilio.base.serialize import iso8601_datetime

from app.gateways.twilio.client import client
from app.gateways.twilio.listed import Listed, ListUnavailable
from app.gateways.twilio.problems import problem_of
from app.gateways.twilio.resources import Messages
from app.settings import Settings

PAGE_SIZE = 200
# For lists that are read to their end: Twilio's largest page.
LARGEST_PAGE = 1000
# No answer, a refusal, or one that the SDK stumbles over: what isn't JSON, and what isn't the JSON that it expects.
_NO_ANSWER = (
    TwilioException,
    requests.RequestException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)
_AFTER, _BEFORE = "DateSent>", "DateSent<"
# Messages to one recipient.
MOST_ROWS = 5000


class TwilioRecords:
    """The reading side of Messages."""

    def __init__(self, settings: Settings) -> None:
        account, self._http = client(settings)
        self._messages = Messages(account)

    def to_recipient(self, address: str, since: datetime) -> list[Listed]:
        """Messages to an address made since then, newest first; never filtered by DateSent, empty while queued."""
        rows = []
        for row in self._stream({"To": address}, most=MOST_ROWS):
            if row.created_at is not None and row.created_at < since:
                break
            # Whether To filters exactly with `whatsapp:` isn't documented (docs/twilio.md#listing): filter again.
            if row.to_address == address:
                rows.append(row)
        return rows

    def received_by(self, sender: str, since: datetime) -> list[Listed]:
        """Customers' messages to a sender of ours since then, oldest first."""
        rows = self._stream({"To": sender, _AFTER: since}, LARGEST_PAGE)
        return [row for row in reversed(list(rows)) if row.is_inbound and row.to_address == sender]

    def sent_by(self, sender: str, since: datetime) -> list[Listed]:
        """Messages from a sender of ours that went out since then, by whatever program, oldest first."""
        rows = self._stream({"From": sender, _AFTER: since}, LARGEST_PAGE)
        return [row for row in reversed(list(rows)) if not row.is_inbound and row.from_address == sender]

    def matching(
        self,
        *,
        to: str = "",
        sender: str = "",
        status: str = "",
        since: datetime | None = None,
        before: datetime | None = None,
        page_size: int = PAGE_SIZE,
        limit: int,
    ) -> list[Listed]:
        """Messages by recipient, sender and time of sending, newest first, for a person who asks.

        Twilio doesn't filter by status, so that is done here, before the limit counts; and whether its other filters
        are exact isn't documented (docs/twilio.md#listing): filter again.
        """
        filters = {"To": to, "From": sender, _AFTER: since, _BEFORE: before}
        rows = self._stream({name: value for name, value in filters.items() if value}, page_size)
        wanted = (
            row
            for row in rows
            if status in ("", row.status)
            and to in ("", row.to_address)
            and sender in ("", row.from_address)
            and _within(row.sent_at, since, before)
        )
        return list(islice(wanted, limit))

    def one(self, sid: str) -> Listed | None:
        """One message, or None when Twilio has none with this SID."""
        try:
            found = _listed(self._messages.fetch(f"{self._messages.path}/{sid}.json"))
        except _NO_ANSWER as error:
            response = self._http.last
            if response is None or response.status_code < 400:
                raise ListUnavailable(type(error).__name__) from error
            if response.status_code == 404 and problem_of(response).code:
                return None
            raise ListUnavailable(f"HTTP {response.status_code}") from error
        if found.sid != sid:
            raise ListUnavailable("the answer is about something else")
        return found

    def media_of(self, sid: str) -> list[tuple[str, str]]:
        """(URL, content type) of each file of a message."""
        try:
            files = self._messages.stream(f"{self._messages.path}/{sid}/Media.json", {})
            return [(_url(file.get("uri") or ""), file.get("content_type") or "") for file in files]
        except _NO_ANSWER as error:
            raise ListUnavailable(type(error).__name__) from error

    def _stream(
        self, filters: Mapping[str, object], page_size: int = PAGE_SIZE, most: int | None = None
    ) -> Iterator[Listed]:
        params = {
            name: iso8601_datetime(value) if isinstance(value, datetime) else value  # type: ignore[no-untyped-call]
            for name, value in filters.items()
        }
        try:
            for row in self._messages.stream(f"{self._messages.path}.json", {**params, "PageSize": page_size}, most):
                yield _listed(row)
        except _NO_ANSWER as error:
            raise ListUnavailable(type(error).__name__) from error


def _within(at: datetime | None, since: datetime | None, before: datetime | None) -> bool:
    if since is None and before is None:
        return True
    return at is not None and (since is None or since <= at) and (before is None or at < before)


def _url(uri: str) -> str:
    return f"https://api.twilio.com{uri.removesuffix('.json')}"


def _listed(row: Any) -> Listed:
    return Listed(
        sid=row.get("sid") or "",
        direction=str(row.get("direction") or ""),
        from_address=row.get("from") or "",
        to_address=row.get("to") or "",
        messaging_service_sid=row.get("messaging_service_sid") or "",
        body=row.get("body") or "",
        num_media=int(row.get("num_media") or 0),
        status=str(row.get("status") or ""),
        error_code=str(row.get("error_code") or ""),
        error_message=row.get("error_message") or "",
        created_at=rfc2822_datetime(row.get("date_created")),
        sent_at=rfc2822_datetime(row.get("date_sent")),
    )
