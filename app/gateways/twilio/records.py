"""Ask Twilio about messages that are there: by recipient, by sender, by SID. Reading is safe to repeat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import requests
from twilio.base.exceptions import TwilioException

from app.gateways.twilio.client import client
from app.gateways.twilio.listed import Listed, ListUnavailable
from app.gateways.twilio.problems import problem_of
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
# Messages to one recipient.
MOST_ROWS = 5000


class TwilioRecords:
    """The reading side of Messages."""

    def __init__(self, settings: Settings) -> None:
        self._client, self._http = client(settings)

    def to_recipient(self, address: str, since: datetime) -> list[Listed]:
        """Messages to an address made since then, newest first; never filtered by DateSent, empty while queued."""
        rows = []
        for row in self._stream(PAGE_SIZE, MOST_ROWS, to=address):
            if row.created_at is not None and row.created_at < since:
                break
            # Whether To filters exactly with `whatsapp:` isn't documented (docs/twilio.md#listing): filter again.
            if row.to_address == address:
                rows.append(row)
        return rows

    def received_by(self, sender: str, since: datetime) -> list[Listed]:
        """Customers' messages to a sender of ours since then, oldest first."""
        rows = self._stream(LARGEST_PAGE, to=sender, date_sent_after=since)
        return [row for row in reversed(list(rows)) if row.is_inbound and row.to_address == sender]

    def sent_by(self, sender: str, since: datetime) -> list[Listed]:
        """Messages from a sender of ours that went out since then, by whatever program, oldest first."""
        rows = self._stream(LARGEST_PAGE, from_=sender, date_sent_after=since)
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
        filters: dict[str, Any] = {"to": to, "from_": sender, "date_sent_after": since, "date_sent_before": before}
        rows = self._stream(page_size, **{name: value for name, value in filters.items() if value})
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
            found = _listed(self._client.messages(sid).fetch())
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
            files = self._client.messages(sid).media.list()
        except _NO_ANSWER as error:
            raise ListUnavailable(type(error).__name__) from error
        return [(_url(file.uri or ""), file.content_type or "") for file in files]

    def _stream(self, page_size: int, most: int | None = None, **filters: Any) -> Iterator[Listed]:
        try:
            for row in self._client.messages.stream(page_size=page_size, limit=most, **filters):
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
        sid=row.sid or "",
        direction=str(row.direction or ""),
        from_address=row.from_ or "",
        to_address=row.to or "",
        messaging_service_sid=row.messaging_service_sid or "",
        body=row.body or "",
        num_media=int(row.num_media or 0),
        status=str(row.status or ""),
        error_code=str(row.error_code or ""),
        error_message=row.error_message or "",
        created_at=_utc(row.date_created),
        sent_at=_utc(row.date_sent),
    )


def _utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
