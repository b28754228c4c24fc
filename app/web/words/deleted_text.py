"""A text that was deleted after its time, in words."""

from __future__ import annotations

from datetime import datetime

from app.web.words.gettext import _, ngettext


def no_text(deleted_at: datetime | None) -> str:
    """What stands in place of a text that isn't there."""
    return _("Text deleted") if deleted_at else _("No text")


def deleted_after(recorded_at: datetime, deleted_at: datetime) -> str:
    """Text deleted after 90 days."""
    days = (deleted_at - recorded_at).days
    return ngettext("Text deleted after %(num)d day", "Text deleted after %(num)d days", days)
