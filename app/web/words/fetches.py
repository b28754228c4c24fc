"""Fetches of our files, as sentences: who asked, why it was refused, what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.store.tables import MediaFetch
from app.web.words.gettext import N_, _

TWILIO = "TwilioProxy"
STANDINGS = {
    "live": "",
    "expired": N_("The URL had expired"),
    "revoked": N_("The URL was revoked"),
    "deleted": N_("The file was deleted"),
    "missing": N_("The media store had no such file"),
    "unavailable": N_("The media store did not answer"),
}


@dataclass(frozen=True)
class Meaning:
    """What the fetches of a file amount to."""

    text: str
    bad: bool = False


def asker(user_agent: str) -> tuple[str, bool]:
    """Who asked, as they say, and whether that is how Twilio calls itself."""
    return user_agent[:120] or _("says nothing of itself"), user_agent.startswith(TWILIO)


def standing_words(standing: str) -> str:
    """Why a fetch was refused; '' when it was not, or nobody knows."""
    words = STANDINGS.get(standing, "")
    return _(words) if words else ""


def meaning_of(fetched: Sequence[MediaFetch], size: int) -> Meaning | None:
    """What a file's newest fetches, newest first, mean; None before the first."""
    theirs = [fetch for fetch in fetched if fetch.user_agent.startswith(TWILIO)]
    if not fetched:
        return None
    if not theirs:
        return Meaning(_("Twilio has not asked for this file. The requests below say that they are somebody else's."))
    newest = next((fetch for fetch in theirs if fetch.method == "GET"), theirs[0])
    if newest.status >= 400:
        why = standing_words(newest.standing) or _("It was answered with %(status)s", status=newest.status)
        return Meaning(_("Twilio's newest request got no file. %(why)s.", why=why), bad=True)
    if newest.method == "GET" and newest.status == 200 and newest.size >= size:
        return Meaning(
            _("Twilio has fetched every byte. If the customer does not see it, the problem is after Twilio.")
        )
    return Meaning(_("Twilio has asked for the file, and has not fetched all of it yet."))
