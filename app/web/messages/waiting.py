"""Why a message has not left yet, and until when, in a sentence."""

from __future__ import annotations

from app.domain.sending.backoff import MAX_TRIES
from app.domain.sending.error_effects import QUEUE_FULL
from app.domain.sending.waiting import Wait
from app.gateways.twilio.outcomes import FILE_AWAY, HELD_UP, NOT_TWILIOS
from app.store.tables import Message
from app.web.words.gettext import N_, _
from app.web.words.times import seconds

_WORDS = {
    "rate": N_("WhatsApp's rate limit: this sender goes on at %(time)s."),
    "queue": N_("The sender's queue at Twilio is full: this sender goes on at %(time)s."),
    "open_send": N_("Waits until %(time)s at most: the message before it isn't confirmed yet."),
    "turn": N_("Waits its turn: the message before it has not left yet."),
}


def wait_words(message: Message, wait: Wait) -> str:
    """The sentence below the message."""
    time = seconds(wait.until) if wait.until else ""
    if wait.why != "retry":
        return _(_WORDS["queue" if wait.code == QUEUE_FULL else wait.why], time=time)
    tried = _(
        "Tried again at %(time)s, try %(number)d of %(most)d.", time=time, number=message.tries + 1, most=MAX_TRIES
    )
    return f"{_not_taken(wait)} {tried}"


def _not_taken(wait: Wait) -> str:
    if wait.last and wait.last.error_message == NOT_TWILIOS:
        return _("Something in front of Twilio refused it (%(status)d).", status=wait.last.http_status)
    if wait.last and wait.last.error_message == FILE_AWAY:
        return _("Its file could not be read: the media store is away, or the file is gone.")
    if wait.last and wait.last.http_status:
        return _("Twilio did not take it (%(status)d).", status=wait.last.http_status)
    if wait.last and wait.last.error_message == HELD_UP:
        return _("The sender was held up before it could hand it over.")
    return _("Twilio could not be reached.")
