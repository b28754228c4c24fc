"""A message as Twilio's list and fetch show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Listed:
    """One message resource; '' for what Twilio leaves empty (From while a Messaging Service is choosing)."""

    sid: str
    direction: str
    from_address: str
    to_address: str
    messaging_service_sid: str
    body: str
    num_media: int
    status: str
    error_code: str
    error_message: str
    created_at: datetime | None
    sent_at: datetime | None

    @property
    def is_inbound(self) -> bool:
        """From a customer to us."""
        return self.direction == "inbound"


class ListUnavailable(Exception):
    """Twilio could not be asked; asking again later may help."""
