"""The words of contacts' labels; part of the vocabulary."""

from __future__ import annotations

# Why a contact can't be given a label.
LABEL_FAULTS = ("label_missing", "label_too_long", "too_many_labels", "erased")
