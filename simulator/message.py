"""One message as Twilio keeps it, and its REST resource."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from simulator.forms import API_VERSION, Line


@dataclass
class Message:
    """A message of either direction; times are aware UTC, addresses are Twilio's.

    `sender` is '' while a Messaging Service has not chosen yet. `kept` says what only this stand-in and its
    phone page know: the callback's URL, the content's SID and variables, what a customer's form held.
    """

    sid: str
    account_sid: str
    direction: str
    to: str
    sender: str
    body: str
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    messaging_service_sid: str = ""
    media: list[str] = field(default_factory=list)
    error_code: str = ""
    error_message: str = ""
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def customer(self) -> str:
        """The address on the other side of the team."""
        return self.sender if self.direction == "inbound" else self.to

    @property
    def line(self) -> Line:
        """What a status form of this message says about the team's side."""
        return Line(self.account_sid, self.sender, self.messaging_service_sid)

    def as_row(self) -> dict[str, Any]:
        """Plain values for the journal."""
        row = dict(vars(self))
        for name in ("created", "updated", "sent"):
            row[name] = row[name].isoformat() if row[name] else None
        return row

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Message:
        """The opposite of `as_row`."""
        times = {name: _moment(row[name]) for name in ("created", "updated", "sent")}
        return cls(**{**row, **times})

    def resource(self) -> dict[str, Any]:
        """The message as Twilio's REST API shows it."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created),
            "date_sent": rfc2822(self.sent) if self.sent else None,
            "date_updated": rfc2822(self.updated),
            "direction": self.direction,
            "error_code": int(self.error_code) if self.error_code else None,
            "error_message": self.error_message or None,
            "from": self.sender or None,
            "messaging_service_sid": self.messaging_service_sid or None,
            "num_media": str(len(self.media)),
            "num_segments": "0" if self.status == "accepted" else "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{quote(uri)}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


def rfc2822(moment: datetime) -> str:
    """A time as Twilio writes it, such as `Thu, 24 Aug 2023 05:01:45 +0000`."""
    return format_datetime(moment)


def now() -> datetime:
    """The present moment, aware UTC."""
    return datetime.now(UTC)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
