"""Runs in words: where one stands, why it is paused, why somebody is left out, why something can't be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.runs.left_out import BadValue
from app.template_words import OWN_FIELD
from app.web.words import failures, refusals
from app.web.words.consent_imports import FAULTS, FILES
from app.web.words.gettext import N_, _
from app.web.words.variable_fields import FIELD_NAMES

STATES = {
    "staging": N_("Being brought here"),
    "staged": N_("Columns to be chosen"),
    "planning": N_("Being planned"),
    "planned": N_("Planned, not started"),
    "scheduled": N_("Scheduled"),
    "running": N_("Running"),
    "paused": N_("Paused"),
    "stopped": N_("Stopped"),
    "finished": N_("Finished"),
    "dropped": N_("Dropped"),
}
REASONS = {
    "by_hand": N_("%(by)s did this."),
    "template_changed": N_(
        "The template can't be sent any more. Look at it under Templates; go on once it is approved again."
    ),
    "category_changed": N_(
        "Meta changed the template's category from %(before)s to %(after)s, and with it price and rules. Plan it anew."
    ),
    "template_stopped": N_("WhatsApp refused the template itself (%(code)s): nobody would get it."),
    "failures": N_("%(failed)s of %(of)s failed with %(code)s. Mend the cause first, then go on."),
    "spend_cap": N_("The money that you set is spent: %(spent)s of %(cap)s, by the price file."),
    "daily_limit": N_(
        "It waits: the limit of %(limit)s different people in 24 hours is reached. It goes on by itself as time passes."
    ),
}
LINE_FAULTS = {
    "phone_missing": FAULTS["phone_missing"],
    "phone_mangled": FAULTS["phone_mangled"],
    "phone_invalid": N_("This is no phone number. Choose the country of numbers without one, if theirs is missing."),
    "erased": FAULTS["erased"],
    "duplicate": N_("An earlier line means the same person."),
}
REFUSED = {
    "unknown": N_("There is no such run."),
    "not_now": N_("The run has moved on meanwhile. This is how it stands now."),
    "name_missing": N_("Give the run a name, so that others know what it is."),
    "template_unknown": N_("There is no such template any more. Choose another one."),
    "template_not_sendable": N_("The template can't be sent now. Look at its state under Templates."),
    "category_changed": N_(
        "Meta changed the template's category. Check the columns again, so that it is planned anew."
    ),
    "columns_unknown": N_("There is no such column in this list."),
    "variables_unfilled": N_("Say what fills each variable of the template. Missing: %(names)s."),
    "variables_unknown": N_("The template has no variable %(names)s."),
    "list_deleted": N_("The list is deleted: its time was over. Begin a run with a file."),
    "nobody_left": N_("Nobody on this list may get the template now. Below is why."),
    "nobody_chosen": N_("Nobody fits all of this. Choose another label, or search for less."),
    "search_too_wide": N_("More people fit this search than it can list. Search for more of a name, or use a label."),
    "stop_share_invalid": N_("Write a share between 1 and 100 percent."),
    "spend_cap_invalid": N_("Write an amount of money, like 25.00, or leave it empty."),
    "twilio_unavailable": N_("Twilio could not be asked whether the template may still be sent. Try again."),
    "time_unreadable": N_("Choose a day and a time."),
    "zone_unknown": N_("There is no such time zone."),
    "time_skipped": N_("Clocks skip this hour on that day. Choose another one."),
    "time_past": N_("This time is over. Choose one to come, or start now."),
    "list_missing": N_("Choose a file, write numbers, or say which people."),
    "list_twice": N_("This says whom it goes to in more than one way. Keep one: a file, numbers, or people you know."),
}


def why(code: str, variables: Sequence[str] = ()) -> str:
    """One sentence for a list or a step that can't be, and of which variables of the template."""
    text = {**FILES, **REFUSED}[code]
    return _(text, names=", ".join(variables)) if variables else _(text)


def reason(code: str, detail: Mapping[str, Any]) -> str:
    """Why a run is paused or stopped, or waits; '' where nothing is to be said."""
    if code not in REASONS:
        return ""
    # A run that an earlier version paused doesn't say who did.
    return _(REASONS[code]) % {**detail, "by": detail.get("by") or _("Somebody here")}


def left_out(code: str) -> str:
    """Why a line is bad, or the gate leaves somebody out."""
    return _(LINE_FAULTS[code]) if code in LINE_FAULTS else refusals.refusal(code).what


def bad_value(bad: BadValue) -> str:
    """Which variable has no value that can be sent, and what was to fill it."""
    filling = bad.filling
    if filling.contact.startswith(OWN_FIELD):
        source = _("field: %(name)s", name=filling.contact.removeprefix(OWN_FIELD))
    elif filling.contact:
        source = _(FIELD_NAMES[filling.contact])
    elif bad.column:
        source = _("column: %(name)s", name=bad.column)
    else:
        source = filling.text
    named = f"{bad.variable} ({source})" if source else bad.variable
    if bad.empty:
        return _("No value for %(variable)s.", variable=named)
    return _("The value for %(variable)s is no single line of text, or too long.", variable=named)


def failed(code: str) -> str:
    """What an error code of Twilio's means, in a few words."""
    return failures.explain(code).what
