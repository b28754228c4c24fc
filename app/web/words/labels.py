"""Labels of contacts in words."""

from __future__ import annotations

from app.domain.contacts.labels import LONGEST, MOST
from app.web.words.gettext import N_, _

FAULTS = {
    "label_missing": N_("Write a label."),
    "label_too_long": N_("A label has %(longest)d letters at most."),
    "too_many_labels": N_("A person has %(most)d labels at most. Take one away first."),
    "erased": N_("This person was erased."),
}


def why(reason: str) -> str:
    """Why somebody can't be given a label."""
    return _(FAULTS[reason]) % {"longest": LONGEST, "most": MOST}
