"""Why something can't be done with a run, in the words of the command line."""

from __future__ import annotations

from app.domain.contacts.field_names import FieldUnknown
from app.domain.csv_file import FileUnreadable
from app.domain.runs.lists import RunRefused
from app.domain.runs.start_times import StartTimeRefused

WHY = {
    "unknown": "There is no such run.",
    "not_now": "That can't be done with the run as it stands.",
    "name_missing": "Give it a name: --name.",
    "template_unknown": "There is no such template. bin/switchboard templates list names them.",
    "template_not_sendable": "The template can't be sent now.",
    "category_changed": "Meta changed the template's category. Plan it again.",
    "columns_unknown": "There is no such column in the list.",
    "variables_unfilled": "Say what fills {names} of the template: --variable NAME=COLUMN or NAME:=TEXT.",
    "variables_unknown": "The template has no variable {names}.",
    "list_deleted": "Its list is deleted: its time was over.",
    "nobody_left": "Nobody on the list may get it now.",
    "nobody_chosen": "Nobody fits all of this. Choose another label, or search for less.",
    "search_too_wide": "More people fit this search than it can list. Search for more of a name, or use a label.",
    "stop_share_invalid": "--stop-share is 1 to 100.",
    "spend_cap_invalid": "--spend-cap is an amount, like 25.00.",
    "file_empty": "The list is empty.",
    "file_too_large": "The file is larger than 50 MB.",
    "file_not_text": "This is no CSV file.",
    "columns_missing": "The first line names no columns, or more than 60.",
    "twilio_unavailable": "Twilio could not be asked whether the template may still be sent.",
    "time_unreadable": "--at is a day and a time, like 2026-03-29T09:00.",
    "zone_unknown": "There is no such time zone.",
    "time_skipped": "Clocks skip this hour on that day.",
    "time_past": "This time is over.",
    "list_missing": "Say whom it goes to: --file, --to for each number, or people by --label, --search, "
    "--in-country and --opted-in.",
    "list_twice": "This says whom it goes to in more than one way. Keep one: a file, numbers, or people you know.",
}


def why(error: RunRefused | StartTimeRefused | FileUnreadable) -> str:
    """Why something can't be done with a run, and which variables of its template it is about."""
    names = error.names if isinstance(error, RunRefused) else []
    return WHY[error.code].format(names=", ".join(names))


def unknown_field(error: FieldUnknown) -> str:
    """That nobody has a field of this name, and which names there are."""
    said = f"Nobody has a field {error.name}."
    if error.near:
        return f"{said} Is it one of these: {', '.join(error.near)}?"
    return f"{said} There are: {', '.join(error.there)}" if error.there else f"{said} Nobody has any field yet."
