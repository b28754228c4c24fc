"""Fetches of our files, as sentences: who asked, why it was refused, what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.media.failure_causes import Cause
from app.store.tables import MediaFetch
from app.web.words.gettext import N_, _
from app.web.words.refusals import Sentence
from app.web.words.times import seconds

TWILIO = "TwilioProxy"
STANDINGS = {
    "live": "",
    "expired": N_("The URL had expired"),
    "revoked": N_("The URL was revoked"),
    "deleted": N_("The file was deleted"),
    "missing": N_("The media store had no such file"),
    "unavailable": N_("The media store did not answer"),
}


_NEW_URL = N_("Re-host and resend: the new message gets a URL of its own.")
CAUSES = {
    "never_fetched": (
        N_("There is no record that Twilio asked for the file: its URL seems not to have reached this installation."),
        N_("Check PUBLIC_BASE_URL, its certificate and the proxy in front, then re-host and resend."),
    ),
    "expired": (
        N_("Twilio asked at %(time)s and got %(status)s: the file's URL was over by then, or was revoked."),
        _NEW_URL,
    ),
    "answered_error": (
        N_("Twilio asked at %(time)s and was answered %(status)s by us."),
        N_("An admin sees why in the log and in the media store; then re-host and resend."),
    ),
    "wrong_type": (
        N_("The file was sent with the type %(type)s, which is not what its name says or WhatsApp takes."),
        N_("Send it as a file of another type."),
    ),
    "too_large": (N_("The file is larger than Twilio takes of %(type)s."), N_("Send a smaller one.")),
    "empty": (N_("The file has 0 bytes."), N_("Upload it again, and send that.")),
    "not_whole": (
        N_("Twilio asked at %(time)s and did not fetch the whole file."),
        N_("The connection may be too slow, or a proxy cuts it: 30 seconds are allowed. Then re-host and resend."),
    ),
    "refused_after": (
        N_("Twilio fetched the file in full at %(time)s, and it was refused after that."),
        N_("The file may be broken, or of a codec that WhatsApp does not play. Save it anew, or re-host and resend."),
    ),
}


@dataclass(frozen=True)
class Meaning:
    """What the fetches of a file amount to."""

    text: str
    bad: bool = False


def cause_words(cause: Cause) -> Sentence:
    """Why Twilio got no file of ours, and what to do."""
    what, todo = CAUSES[cause.code]
    told = {"time": seconds(cause.at) if cause.at else "", "status": cause.status, "type": cause.content_type}
    return Sentence(_(what, **told), _(todo))


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
        return Meaning(_("Twilio has not asked for this file. The requests to it say that they are somebody else's."))
    newest = next((fetch for fetch in theirs if fetch.method == "GET"), theirs[0])
    if newest.status >= 400:
        why = standing_words(newest.standing) or _("It was answered with %(status)s", status=newest.status)
        return Meaning(_("Twilio's newest request got no file. %(why)s.", why=why), bad=True)
    if newest.method == "GET" and newest.status == 200 and newest.size >= size:
        return Meaning(
            _("Twilio has fetched every byte. If the customer does not see it, the problem is after Twilio.")
        )
    return Meaning(_("Twilio has asked for the file, and has not fetched all of it yet."))
