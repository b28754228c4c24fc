"""What is deleted after its time, and why some of it stays, in words."""

from __future__ import annotations

from datetime import timedelta

from app.web.words.gettext import N_, _, ngettext

KIND_NAMES = {
    "texts": (N_("Texts of messages"), N_("Who wrote when, and how it was delivered, stays.")),
    "addresses": (
        N_("Addresses in messages"),
        N_("SID, time, status, template and what the gate rested on stay: evidence sheets and reports list them."),
    ),
    "media": (N_("Files from customers"), N_("The message stays, and says that its file is gone.")),
    "raw_forms": (N_("Webhooks as they came"), N_("Their keys stay, so that a repeat stays a repeat.")),
    "archive": (N_("The encrypted archive of webhooks"), N_("Kept only where ARCHIVE_KEY is set.")),
    "feed": (N_("Events of the live feed"), N_("Each message keeps its own timeline.")),
    "api_answers": (N_("Answers of the API"), N_("A request that is repeated later is a new one.")),
    "run_lists": (
        N_("Lists of runs"),
        N_("What became of each line stays. A run that never began is dropped."),
    ),
    "import_lists": (
        N_("Files of imported consents"),
        N_("Records stay, and why a line was left out. A file that was never applied is dropped."),
    ),
}
KEPT_FOR_EVER = (
    (N_("Consent records and their seal"), N_("They are the evidence. Only the erasure of a person empties them.")),
    (N_("The audit"), N_("Nothing in it is ever changed or deleted.")),
    (N_("What is left of messages"), N_("The evidence sheet lists each with what it rested on.")),
)


def kept_because(reason: str, count: int) -> str:
    """How many of a kind stay, and why."""
    if reason == "consent_evidence":
        return ngettext(
            "%(num)d stays: a consent record rests on it.", "%(num)d stay: consent records rest on them.", count
        )
    if reason == "unfinished":
        return ngettext("%(num)d stays until its sending is over.", "%(num)d stay until their sending is over.", count)
    if reason == "not_archived":
        return ngettext("%(num)d stays until it is archived.", "%(num)d stay until they are archived.", count)
    return ngettext("%(num)d stays: it waits in quarantine.", "%(num)d stay: they wait in quarantine.", count)


def days_words(days: int) -> str:
    """For how long something is kept."""
    return ngettext("%(num)d day", "%(num)d days", days) if days else _("for ever")


def took_words(span: timedelta) -> str:
    """How long a run took."""
    if span < timedelta(seconds=1):
        return _("less than a second")
    seconds = round(span.total_seconds())
    if seconds < 120:
        return ngettext("%(num)d second", "%(num)d seconds", seconds)
    return ngettext("%(num)d minute", "%(num)d minutes", round(seconds / 60))
