"""Twilio's error codes as sentences."""

from __future__ import annotations

from app.web.texts import _, mark
from app.web.words import Sentence

# Causes and remedies from Twilio's error dictionary (https://www.twilio.com/docs/api/errors).
_CODES = {
    "21211": (
        mark("The customer's address is not valid"),
        mark("Twilio does not take it. Ask the customer to write from WhatsApp again."),
    ),
    "21610": (
        mark("The customer has opted out"),
        mark("Twilio sends nothing to them until they write START."),
    ),
    "21617": (
        mark("The message is too long"),
        mark("WhatsApp takes 1,600 characters. Shorten it, or send two messages."),
    ),
    "63003": (
        mark("The customer can't be reached on WhatsApp"),
        mark("The number may not use WhatsApp. Ask for another way to reach them."),
    ),
    "63007": (
        mark("Our sender is not set up for WhatsApp"),
        mark("Nothing can be sent from it. Tell an admin to look at the sender in the Twilio console."),
    ),
    "63016": (
        mark("Not sent: the reply window was closed"),
        mark("WhatsApp only allows approved templates more than 24 hours after the customer's last message."),
    ),
    "63018": (
        mark("Too many messages were sent at once"),
        mark("WhatsApp limits the sender, the account or this customer. Wait a few minutes, then send it again."),
    ),
    "63019": (
        mark("WhatsApp could not fetch the file"),
        mark("The customer saw nothing. Check that the file's address is public and its type right."),
    ),
    "63024": (
        mark("The customer can't get WhatsApp messages"),
        mark("The number is not on WhatsApp, or their app is too old. Ask for another way to reach them."),
    ),
    "63032": (
        mark("WhatsApp limits messages to this customer"),
        mark("Meta decides how many marketing messages a person gets. Try again another day."),
    ),
    "63049": (
        mark("WhatsApp limits marketing to this customer"),
        mark("Meta decides how many marketing messages a person gets. Try again another day."),
    ),
}
_OTHER = mark("Look the code up in Twilio's error dictionary, or ask an admin.")


def explain(code: str, told: str = "") -> Sentence:
    """What an error code of Twilio means and what to do; `told` is what Twilio said of it, for codes we don't know."""
    if code in _CODES:
        return Sentence.of(_CODES[code])
    return Sentence(told.strip() or _("Twilio or WhatsApp could not send this"), _(_OTHER))
