"""The session window: free text may be sent for 24 hours after the customer's last message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
# Clocks differ, and a message may queue at Twilio: free text stops a little early (docs/decisions.md).
MARGIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Window:
    """Open or not; when it closes or closed (None when the customer never wrote); what is left of it."""

    open: bool
    closes_at: datetime | None
    left: timedelta


def open_since(at: datetime) -> datetime:
    """The time after which a customer must have written for their window to be open at `at`."""
    return at - WINDOW + MARGIN


def window(last_inbound_at: datetime | None, at: datetime) -> Window:
    """The window as it stands at `at`."""
    if last_inbound_at is None:
        return Window(False, None, timedelta(0))
    closes_at = last_inbound_at + WINDOW - MARGIN
    left = max(closes_at - at, timedelta(0))
    return Window(left > timedelta(0), closes_at, left)
