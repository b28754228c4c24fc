"""Fields of contacts in words."""

from __future__ import annotations

from app.domain.contacts.field_names import FieldUnknown
from app.domain.contacts.fields import LONGEST_NAME, LONGEST_VALUE, MOST, NotKept
from app.web.words.gettext import N_, _

FAULTS = {
    "field_name_missing": N_("Give the field a name, such as order number."),
    "field_name_too_long": N_("A field's name has %(longest_name)d letters at most."),
    "field_value_missing": N_("Write what the field holds. To have it gone, remove it."),
    "field_value_too_long": N_("A field holds %(longest_value)d letters at most."),
    "too_many_fields": N_("A person has %(most)d fields at most. Remove one first."),
    "field_there_already": N_("They have this field already: “%(name)s” holds “%(there)s”."),
    "field_gone": N_("Somebody has removed “%(name)s” meanwhile. Add it again, or leave it."),
    "field_changed": N_(
        "Somebody has changed it meanwhile: it holds “%(there)s” now. Press again to go on all the same."
    ),
    "erased": N_("This person was erased."),
}


def why(error: NotKept) -> str:
    """Why a field can't be kept."""
    most = {"longest_name": LONGEST_NAME, "longest_value": LONGEST_VALUE, "most": MOST}
    return _(FAULTS[error.reason]) % {**most, "name": error.name, "there": error.there}


def unknown(error: FieldUnknown) -> str:
    """That nobody has a field of this name, and which names there are."""
    said = _("Nobody here has a field “%(name)s”.", name=error.name)
    if error.near:
        return said + " " + _("Is it one of these: %(names)s?", names=", ".join(error.near))
    if error.there:
        return said + " " + _("There are: %(names)s.", names=", ".join(error.there))
    return said + " " + _("Nobody has any field yet: give somebody one first.")


def added(name: str, *, new: bool) -> str:
    """What became of a field that was added."""
    return _("“%(name)s” is added.", name=name) if new else _("They had “%(name)s” so already.", name=name)


def changed(name: str, *, new: bool) -> str:
    """What became of a field that was changed."""
    return _("“%(name)s” is saved.", name=name) if new else _("“%(name)s” held that already.", name=name)


def removed(name: str, *, new: bool) -> str:
    """What became of a field that was removed."""
    return _("“%(name)s” is removed.", name=name) if new else _("“%(name)s” was gone already.", name=name)
