"""Templates as people read them: states, categories, types, and what changed."""

from __future__ import annotations

from app.web.words.gettext import N_, _

# Name, badge's class and icon of each of Twilio's states.
STATES = {
    "approved": (N_("Approved"), "b-ok", "check"),
    "unsubmitted": (N_("Draft"), "", "pen"),
    "received": (N_("Submitted"), "", "queued"),
    "pending": (N_("In review"), "", "queued"),
    "rejected": (N_("Rejected"), "b-bad", "x"),
    "paused": (N_("Paused"), "b-warn", "pause"),
    "disabled": (N_("Disabled"), "b-bad", "lock"),
}
CATEGORIES = {
    "UTILITY": N_("Utility"),
    "MARKETING": N_("Marketing"),
    "AUTHENTICATION": N_("Authentication"),
}
KINDS = {
    "twilio/text": N_("Text"),
    "twilio/media": N_("Media"),
    "twilio/location": N_("Location"),
    "twilio/quick-reply": N_("Quick reply"),
    "twilio/call-to-action": N_("Call to action"),
    "twilio/list-picker": N_("List"),
    "twilio/card": N_("Card"),
    "twilio/carousel": N_("Carousel"),
    "twilio/catalog": N_("Catalogue"),
    "twilio/pay": N_("Payment"),
    "twilio/flows": N_("Form"),
    "whatsapp/flows": N_("WhatsApp form"),
    "whatsapp/card": N_("WhatsApp card"),
    "whatsapp/authentication": N_("Login code"),
}
CHANGES = {
    "new": N_("Seen first"),
    "status": N_("State"),
    "category": N_("Category"),
    "content": N_("Content changed"),
    "name": N_("Name"),
    "gone": N_("No longer at Twilio"),
    "back": N_("At Twilio again"),
    "group": N_("Put under"),
}
DIFFERS = {"variables": N_("other variables"), "type": N_("another type")}
_GONE = (N_("Gone"), "b-bad", "bin")
_UNKNOWN = ("", "b-warn", "unsure")


def state(status: str, *, gone: bool = False) -> tuple[str, str, str]:
    """A state's name, its badge's class and its icon; a word that nobody knows as it came."""
    name, kind, icon = _GONE if gone else STATES.get(status, _UNKNOWN)
    return (_(name) if name else status), kind, icon


def category(word: str) -> str:
    """A category's name; a word that nobody knows as it came."""
    return _(CATEGORIES[word]) if word in CATEGORIES else word


def kind(name: str) -> str:
    """A type's name; one that nobody knows as it came."""
    return _(KINDS[name]) if name in KINDS else name


def change(what: str) -> str:
    """What changed."""
    return _(CHANGES[what])


def differs(what: str) -> str:
    """What of a language isn't as in the others."""
    return _(DIFFERS[what])
