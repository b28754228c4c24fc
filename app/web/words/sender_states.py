"""What Twilio tells of our senders, in words: their state, WhatsApp's opinion, how many people a day."""

from __future__ import annotations

from app.store.tables import SenderState
from app.web.words.gettext import N_, _

_STATES = {
    "ONLINE": N_("Can send."),
    "ONLINE:UPDATING": N_("Can send; its profile is being changed."),
    "OFFLINE": N_("Can't send."),
    "CREATING": N_("Is being registered."),
    "DRAFT": N_("Is not registered yet."),
    "PENDING_VERIFICATION": N_("Waits for its number to be verified."),
    "VERIFYING": N_("Its number is being verified."),
    "TWILIO_REVIEW": N_("Twilio looks at it."),
}
_QUALITIES = {
    "HIGH": N_("High"),
    "GREEN": N_("High"),
    "MEDIUM": N_("Medium: some people block or report it."),
    "YELLOW": N_("Medium: some people block or report it."),
    "LOW": N_("Low: many people block or report it; WhatsApp may lower its limit."),
    "RED": N_("Low: many people block or report it; WhatsApp may lower its limit."),
}


def state(of: SenderState) -> str:
    """Whether the sender can send, with Twilio's reason where it can't."""
    known = _STATES.get(of.status.upper())
    said = _(known) if known else _("Twilio says: %(status)s", status=of.status or _("nothing"))
    return f"{said} {of.offline_reasons}".strip()


def quality(of: SenderState) -> str:
    """What WhatsApp thinks of it."""
    known = _QUALITIES.get(of.quality.upper())
    return _(known) if known else of.quality or _("not known")


def limit(of: SenderState) -> str:
    """How many different people it may begin with in 24 hours."""
    if of.people is None:
        return of.limit_text or _("not known")
    return _("%(count)d people in 24 hours", count=of.people) if of.people else _("any number of people")
