"""Whom a run leaves out, and which of their values is why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.runs.variable_columns import Filling, ListColumns
from app.domain.templates import values
from app.store import contacts
from app.store.database import Session
from app.store.runs import recipients
from app.store.tables import RunRecipient, TemplateRun

# The gate's rule that a value makes somebody fail.
BY_VALUE = "variable_invalid"
_CONTACT = "contact:"


@dataclass(frozen=True)
class BadValue:
    """A variable whose value can't be sent: it is `empty`, or no line of text. `column` names the one that fills it."""

    variable: str
    filling: Filling
    column: str
    empty: bool

    @property
    def source(self) -> str:
        """What was to fill it, as the command line writes it."""
        return self.filling.contact or self.column or self.filling.text

    def __str__(self) -> str:
        return f"{self.variable} ({self.source})" if self.source else self.variable


@dataclass(frozen=True)
class LeftOut:
    """A line that is left out: `address` is '' where its `cells` tell nobody's, and `name` where none is known."""

    line: int
    address: str
    cells: str
    name: str
    state: str
    reason: str
    bad: list[BadValue]


def lines(session: Session, run: TemplateRun, limit: int) -> list[LeftOut]:
    """Those that a rule leaves out, then lines that could not be used, each by reason."""
    found: list[RunRecipient] = []
    for state in ("left_out", "bad"):
        found += recipients.in_state(session, run.account_sid, run.id or 0, state, ("", 0), limit - len(found))
    return of(session, run, found)


def of(session: Session, run: TemplateRun, found: Sequence[RunRecipient]) -> list[LeftOut]:
    """These recipients, with their names and the values at fault."""
    names = names_of(session, run.account_sid, {one.person for one in found})
    columns = ListColumns.of(run.mapping)
    return [
        LeftOut(
            line=one.line,
            address=one.address,
            cells=" · ".join(cell for cell in one.cells["cells"] if cell),
            name=names.get(one.person, ""),
            state=one.state,
            reason=one.reason,
            bad=bad_values(one.reason, columns, run.columns["names"], one.variables),
        )
        for one in found
    ]


def bad_values(reason: str, columns: ListColumns, names: Sequence[str], variables: Mapping[str, str]) -> list[BadValue]:
    """Which values are why a line is left out for this `reason`; `names` are those of the list's columns."""
    if reason != BY_VALUE:
        return []
    faults = {variable: values.fault_of(str(value)) for variable, value in variables.items()}
    return [
        _bad(variable, columns.variables.get(variable, Filling()), names, empty=fault == "missing")
        for variable, fault in faults.items()
        if fault
    ]


def names_of(session: Session, account_sid: str, people: Iterable[str]) -> dict[str, str]:
    """The names of those who are contacts, by `RunRecipient.person`; of the others nothing is known."""
    numbers = {one: int(one.removeprefix(_CONTACT)) for one in people if one.startswith(_CONTACT)}
    found = contacts.by_ids(session, account_sid, set(numbers.values())) if numbers else {}
    named = {one: found[number].shown_name for one, number in numbers.items() if number in found}
    return {one: name for one, name in named.items() if name}


def _bad(variable: str, filling: Filling, names: Sequence[str], *, empty: bool) -> BadValue:
    place = filling.column
    column = names[place] if place is not None and 0 <= place < len(names) else ""
    return BadValue(variable, filling, column, empty)
