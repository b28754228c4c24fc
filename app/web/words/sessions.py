"""Why a login is over, as people read it."""

from __future__ import annotations

from datetime import timedelta

from app.domain.agents.sessions import LONGEST, Over
from app.web.words.gettext import _
from app.web.words.times import minutes_of


def why_over(over: Over, idle: timedelta) -> str:
    """The sentence for the reason."""
    if over == "idle":
        return _("You were logged out after %(time)s without activity.", time=minutes_of(idle))
    if over == "longest":
        return _("A login lasts %(hours)d hours, and yours is over.", hours=LONGEST.total_seconds() // 3600)
    if over == "ended":
        return _("Your login was ended: from another browser, by an admin, or because your password was changed.")
    if over == "out":
        return _("You logged out in this browser.")
    return _("Your login is over.")
