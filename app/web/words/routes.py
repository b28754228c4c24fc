"""Why a message that begins a conversation goes the way it does."""

from __future__ import annotations

from app.domain.sending.routing import Way
from app.web.words.gettext import N_, _

WHY = {
    "wrote_to": N_("They wrote to this number, so it answers."),
    "country": N_("The routing file names this Messaging Service for %(country)s."),
    "default_service": N_("No service is named for %(country)s, so the default one takes it."),
    "own_sender": N_("The routing file names no service for %(country)s, so TWILIO_WHATSAPP_FROM begins."),
}


def why_this_way(way: Way) -> str:
    """The sentence for the reason."""
    return _(WHY[way.why], country=way.country or _("a number without a country"))
