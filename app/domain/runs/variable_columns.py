"""What fills a template's variables for each line of a list: a column, what is known of the person, or a fixed text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.contacts.fields import NotKept
from app.domain.storable_text import storable
from app.domain.templates import fillings
from app.domain.templates.values import About, one_line
from app.template_words import OWN_FIELD

# Names of columns as spreadsheets write them.
_PHONES = ("phone", "phonenumber", "mobile", "mobilenumber", "number", "telephone", "whatsapp", "tel", "telefon")
NAME, FIRST_NAME, BUSINESS, LAST = "name", "first_name", "business", "last"
# One of the person's own fields is one too, by its name behind OWN_FIELD.
CONTACT_FIELDS = (NAME, FIRST_NAME, "phone", "country", BUSINESS, LAST)


@dataclass(frozen=True)
class Filling:
    """What fills one variable: the column of this place, what is known of the person, or the text."""

    column: int | None = None
    contact: str = ""
    text: str = ""

    @property
    def fills(self) -> bool:
        """Whether there is anything to fill it with."""
        return self.column is not None or bool(self.contact or self.text)


@dataclass(frozen=True)
class ListColumns:
    """Which column of a list holds the number, and what fills each variable. `country` is of numbers without one."""

    phone: int = 0
    country: str = ""
    variables: Mapping[str, Filling] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> ListColumns:
        """As the run's row keeps it."""
        variables = {name: Filling(**filling) for name, filling in kept.get("variables", {}).items()}
        return cls(kept.get("phone", 0), kept.get("country", ""), variables)

    def as_json(self) -> dict[str, Any]:
        """As the run's row keeps it."""
        variables = {name: vars(filling) for name, filling in self.variables.items()}
        return {"phone": self.phone, "country": self.country, "variables": variables}

    @property
    def own_fields(self) -> list[str]:
        """The names of people's own fields that fill variables."""
        chosen = [filling.contact for filling in self.variables.values()]
        return [one.removeprefix(OWN_FIELD) for one in chosen if one.startswith(OWN_FIELD)]

    def number_in(self, cells: Sequence[str]) -> str:
        """The cell with the number; '' where the line is too short."""
        return _cell(cells, self.phone)

    def values(self, cells: Sequence[str], about: About) -> dict[str, str]:
        """The variables' values for the line of this person; '' where there is none."""
        return {variable: _value(variable, filling, cells, about) for variable, filling in self.variables.items()}


def guess(columns: Sequence[str], variables: Collection[str], fields: Mapping[str, str] | None = None) -> ListColumns:
    """The columns whose names tell what they hold; `fields` of the contact fill variables that have no column."""
    bare = [re.sub(r"[\W_]", "", name.casefold()) for name in columns]
    phone = next((bare.index(name) for name in _PHONES if name in bare), 0)
    found = {}
    for variable in variables:
        wanted = re.sub(r"[\W_]", "", variable.casefold())
        place = next((bare.index(name) for name in (wanted, f"var{wanted}", f"variable{wanted}") if name in bare), None)
        known = contact_field((fields or {}).get(variable, "")) if place is None else ""
        found[variable] = Filling(column=place, contact=known)
    return ListColumns(phone, "", found)


def contact_field(typed: str) -> str:
    """What is known of the person and meant by this, as it is kept; '' for nothing that fills lines of a list."""
    try:
        field_name = fillings.understood(typed)
    except NotKept:
        return ""
    return field_name if field_name in CONTACT_FIELDS or field_name.startswith(OWN_FIELD) else ""


def _value(variable: str, filling: Filling, cells: Sequence[str], about: About) -> str:
    if filling.column is not None:
        return _cell(cells, filling.column)
    if filling.contact:
        return one_line(about.field(filling.contact, variable))
    return filling.text


def _cell(cells: Sequence[str], place: int) -> str:
    return storable(cells[place]).strip() if 0 <= place < len(cells) else ""
