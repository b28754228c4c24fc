"""The words of contacts' fields; part of the vocabulary."""

from __future__ import annotations

# Why a field of a contact can't be kept.
FIELD_FAULTS = (
    "field_name_missing",
    "field_name_too_long",
    "field_value_missing",
    "field_value_too_long",
    "too_many_fields",
    "field_there_already",
    "field_gone",
    "field_changed",
    "erased",
)
