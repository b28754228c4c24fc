"""What is wrong with an opt-in form, and the purposes, in words."""

from __future__ import annotations

from app.web.words.gettext import N_, _

PURPOSES = {
    "service": N_("Service: orders, questions, appointments"),
    "marketing": N_("Marketing: offers, news"),
    "authentication": N_("Authentication: one-time codes"),
}
WHY = {
    "slug_invalid": N_("Use 1 to 60 small letters, digits and single hyphens between them."),
    "slug_taken": N_("Another form has this address. Choose another one."),
    "business_missing": N_("Name the business that writes, in at most 200 characters."),
    "sender_invalid": N_("Write the WhatsApp number that you send from, such as +14155238886."),
    "privacy_not_https": N_("Give the address of your privacy notice, beginning with https://."),
    "purposes_missing": N_("Choose at least one purpose."),
    "languages_missing": N_("Write the form in at least one language."),
    "languages_too_many": N_("A form has at most 12 languages."),
    "language_invalid": N_("Write the language's code, such as en, de or pt-BR."),
    "language_twice": N_("This language stands above already."),
    "text_missing": N_("Write this text; people see it."),
    "text_too_long": N_("Shorten this text to 4,000 characters."),
    "title_too_long": N_("Shorten the title to 200 characters; it stands in links and QR codes."),
    "business_not_named": N_("Name the business in this text, as it is spelled above."),
    "box_missing": N_("Each purpose needs a box with a text of its own."),
    "box_twice": N_("Another box says the same. Say what is different about this one."),
    "stop_not_said": N_("Say that people can write STOP. Twilio knows this word in every country."),
}


def purpose_name(purpose: str) -> str:
    """A purpose with examples."""
    return _(PURPOSES[purpose])


def why_fault(code: str) -> str:
    """What to do about a fault of a form."""
    return _(WHY[code])
