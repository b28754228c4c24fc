"""Fields of contacts in words."""

from __future__ import annotations

from app.domain.contacts.fields import LONGEST_NAME, LONGEST_VALUE, MOST
from app.web.words.gettext import N_, _

FAULTS = {
    "field_name_missing": N_("Give the field a name, such as order number."),
    "field_name_too_long": N_("A field's name has %(longest_name)d letters at most."),
    "field_value_missing": N_("Write what the field holds. To have it gone, remove it."),
    "field_value_too_long": N_("A field holds %(longest_value)d letters at most."),
    "too_many_fields": N_("A person has %(most)d fields at most. Remove one first."),
    "erased": N_("This person was erased."),
}


def why(reason: str) -> str:
    """Why a field can't be kept."""
    return _(FAULTS[reason]) % {"longest_name": LONGEST_NAME, "longest_value": LONGEST_VALUE, "most": MOST}
