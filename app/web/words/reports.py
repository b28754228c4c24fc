"""Reports in words: what their numbers are called, and shares of a hundred."""

from __future__ import annotations

from datetime import date

from app.web.words.gettext import N_, _
from app.web.words.numbers import phone_text
from app.web.words.times import SHORT_MONTHS

# Stands in an address for what isn't known: '' there is any.
UNKNOWN = "-"
FILTERS = {
    "template": N_("Template"),
    "language": N_("Language"),
    "country": N_("Country"),
    "sender": N_("Sender"),
}
TABLES = {
    "template": N_("By template"),
    "language": N_("By language"),
    "country": N_("By country of the recipient"),
    "sender": N_("By sender"),
}
# The field of `Counts`, what it is called, and what it means.
COUNTS = {
    "sent": (N_("Sent"), N_("Taken by Twilio")),
    "delivered": (N_("Delivered"), N_("On their phone, read or not")),
    "read": (N_("Read"), N_("Only of people who let WhatsApp tell it")),
    "replied": (N_("Replied in 24 h"), N_("They wrote, whatever it was")),
    "opted_out": (N_("Opted out in 24 h"), N_("And nobody corrected it")),
    "failed": (N_("Failed"), N_("Refused, or lost on the way")),
}


def label(name: str, value: str) -> str:
    """A template, language, country or sender as the page shows it."""
    if not value:
        return _("not known")
    return phone_text(value) if name == "sender" else value


def count(number: int) -> str:
    """8,412"""
    return f"{number:,}"


def share(number: int, of: int) -> str:
    """97.6 %; a dash where there is nothing to have a share of."""
    if not of:
        return "–"
    return _("%(share)s %%", share=f"{100 * number / of:.1f}".removesuffix(".0"))


def day(at: date) -> str:
    """19 Nov"""
    return _("%(day)d %(month)s", day=at.day, month=_(SHORT_MONTHS[at.month - 1]))
