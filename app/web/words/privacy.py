"""Erasures in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.tables import Address, Contact
from app.web.words.gettext import N_, _
from app.web.words.numbers import phone_text

# Why somebody can't be erased now, or an erasure can't go on.
WHY = {
    "sending_now": N_(
        "A message to them is on its way to Twilio just now, or it is still being looked for whether one arrived. "
        "Try again in some minutes: else it could come back from Twilio's list."
    ),
    "contact_unknown": N_("Nobody has this number here."),
    "erased_already": N_("They are erased already."),
    "archive_key_missing": N_(
        "There is an archive of webhooks, and ARCHIVE_KEY isn't set: it can't be looked through. Set it, and the "
        "erasure goes on by itself."
    ),
    "archive_key_other": N_(
        "A part of the archive was made with another ARCHIVE_KEY. Set that one, and the erasure goes on by itself; or "
        "delete that part."
    ),
    "store_down": N_("Files can't be reached just now. It goes on by itself once they can."),
    "not_sealed_yet": N_("Some consent records aren't sealed yet. It goes on by itself once they are."),
}
STEPS = {
    "runs": N_("Lists of runs"),
    "messages": N_("Messages and their files"),
    "feed": N_("The live feed"),
    "records": N_("Consent records"),
    "journal": N_("Webhooks as they came"),
    "archive": N_("The archive"),
    "spool": N_("The spool"),
    "imports": N_("Imported files"),
    "answers": N_("Answers to programs"),
    "done": N_("Done"),
}


def confirmation() -> str:
    """What is typed to confirm an erasure."""
    return _("erase")


def why(code: str) -> str:
    """The sentence for a reason."""
    return _(WHY[code])


def called(contact: Contact, addresses: Sequence[Address]) -> str:
    """The contact's name, else the number or id as people read it."""
    reached = contact.phone or (addresses[0].address if addresses else "")
    return contact.shown_name or phone_text(reached)
