"""The reply window as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.contacts.session_window import WINDOW, window
from app.web.words.gettext import _
from app.web.words.times import left

LOW = timedelta(minutes=90)


@dataclass(frozen=True)
class WindowView:
    """The reply window: is it open, is little of it left, which share (0 to 100) and how it is said."""

    open: bool
    low: bool
    share: int
    words: str
    closes_at: datetime | None


def window_view(last_inbound_at: datetime | None, at: datetime) -> WindowView:
    """The reply window at a moment."""
    found = window(last_inbound_at, at)
    if not found.open:
        return WindowView(False, False, 0, _("closed"), found.closes_at)
    share = max(1, round(100 * (found.left / WINDOW)))
    return WindowView(True, found.left < LOW, share, left(found.left), found.closes_at)
