"""Imports of consents in words: why a line is left out, what a file can't be, where an import stands."""

from __future__ import annotations

from app.web.words.gettext import N_, _

FAULTS = {
    "phone_missing": N_("There is no phone number."),
    "phone_mangled": N_("A spreadsheet made this of a long number, and its last digits are lost. Export it as text."),
    "phone_invalid": N_("This is no phone number. One without its country needs the country above."),
    "action_unknown": N_("It doesn't say in or out. Write opt-in or opt-out, yes or no."),
    "purpose_missing": N_("There is no purpose."),
    "purpose_unknown": N_("There is no such purpose: service, marketing, authentication, or all in opt-outs."),
    "purpose_all": N_("An opt-in names its purposes one by one."),
    "date_missing": N_("There is no date."),
    "date_unreadable": N_("The date can't be read. Write 2026-01-31, or 31.01.2026."),
    "date_future": N_("The date is still to come."),
    "proof_missing": N_("An opt-in needs proof: a reference, or the wording that was agreed to."),
    "duplicate": N_("An earlier line says the same."),
    "already_recorded": N_("This is recorded already."),
    "erased": N_("Whom this line was about was erased."),
    "blocked_at_twilio": N_("They opted out at Twilio or WhatsApp itself. Only their own START ends that."),
}
FILES = {
    "file_empty": N_("The file is empty. It needs a line that names the columns, and lines below it."),
    "file_too_large": N_("The file is larger than 50 MB. Bring it in parts."),
    "file_not_text": N_("This is no CSV file. Save the spreadsheet as CSV first."),
    "columns_missing": N_("The first line names no columns, or more than 60."),
    "file_missing": N_("Choose a file first."),
}
REFUSED = {
    "unknown": N_("There is no such import."),
    "not_now": N_("The import has moved on meanwhile. This is how it stands now."),
    "phone_unmapped": N_("Say which column holds the phone numbers."),
    "date_unmapped": N_("Say which column holds the dates."),
    "action_unmapped": N_("Say which column holds opt-in or opt-out, or choose one for all lines."),
    "purpose_unmapped": N_("Say which column holds the purposes, or choose one for all lines."),
    "unmapped": N_("There is no such column in this file."),
}
STATES = {
    "staging": N_("Being uploaded"),
    "staged": N_("Columns to be chosen"),
    "checking": N_("Lines being checked"),
    "ready": N_("To be decided"),
    "applying": N_("Being recorded"),
    "applied": N_("Applied"),
    "taken_back": N_("Taken back"),
    "dropped": N_("Dropped"),
}
FIELDS = {
    "phone": N_("Phone number"),
    "action": N_("Opt-in or opt-out"),
    "purpose": N_("Purpose"),
    "date": N_("Date"),
    "source": N_("Source"),
    "wording": N_("Wording"),
    "proof": N_("Proof"),
}
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}


def why(code: str) -> str:
    """One sentence for a line, a file or a step that can't be."""
    return _({**FAULTS, **FILES, **REFUSED}[code])


def encoding_name(code: str) -> str:
    """An encoding as people know it."""
    return ENCODINGS.get(code, "UTF-16")
