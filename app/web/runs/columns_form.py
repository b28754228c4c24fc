"""The form that says which column of a list holds what."""

from __future__ import annotations

import phonenumbers

from app.domain.runs.variable_columns import Filling, ListColumns, contact_field
from app.web.shell.requests import request

_VARIABLE, _TEXT = "variable-", "text-"


def chosen() -> ListColumns:
    """What the form that was sent says."""
    form = request.form
    country = form.get("country", "")
    variables = {
        name.removeprefix(_VARIABLE): _filling(value, form.get(_TEXT + name.removeprefix(_VARIABLE), ""))
        for name, value in form.items()
        if name.startswith(_VARIABLE)
    }
    phone = _place(form.get("phone", ""))
    return ListColumns(
        -1 if phone is None else phone, country if country in phonenumbers.SUPPORTED_REGIONS else "", variables
    )


def _filling(value: str, text: str) -> Filling:
    if known := contact_field(value):
        return Filling(contact=known)
    place = _place(value)
    return Filling(text=text.strip()) if place is None else Filling(column=place)


def _place(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None
