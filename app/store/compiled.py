"""A statement as one database takes it: its text, and what makes the driver's values of ours and our rows of its."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from app.store.columns import UtcDateTime

Processor = Callable[[Any], Any] | None
Values = Mapping[str, Any]
Place = tuple[tuple[Any, ...], Processor]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement as one database takes it.

    `blank` are the values that need not be given, ready for the driver: a list, or a dictionary where values have
    names. `places` says where a given value goes, and through which processor. `row` makes our row of the driver's,
    None where it is the same. `wire` is the text for libpq
    and the order of its values, None on SQLite; with `planned_anew` it is not kept prepared there.
    """

    statement: Any
    compiled: SQLCompiler
    text: str
    blank: Any
    places: dict[str, Place]
    known: dict[str, Any]
    has_rows: bool
    wire: tuple[bytes, tuple[str, ...]] | None
    row: Callable[[Sequence[Any]], Any] | None
    planned_anew: bool

    def bind(self, values: Values) -> Any:
        """The values as the driver takes them."""
        bound = self.blank.copy()
        places = self.places
        for name, value in values.items():
            where, processor = places[name]
            if processor is not None:
                value = processor(value)
            for place in where:
                bound[place] = value
        return bound


class _NotGiven:
    """Stands where a value must be given; no driver takes it."""


_NOT_GIVEN = _NotGiven()


def compiled(
    statement: Any, columns: Sequence[str], defaults: Values, dialect: sa.Dialect, planned_anew: bool = False
) -> Compiled:
    """The statement as this database takes it. Raises ValueError where its text would depend on its values."""
    made = statement.compile(dialect=dialect, column_keys=list(columns) or None)
    if made.insert_prefetch or made.update_prefetch or made.post_compile_params:
        raise ValueError(f"can't be prepared: {made}")
    places = _places(made, dialect)
    known = {bind.key: bind.value for bind in made.bind_names if not bind.required}
    known |= {key: value for key, value in defaults.items() if key in places}
    blank: Any = [_NOT_GIVEN] * len(made.positiontup) if made.positional else dict.fromkeys(made.bind_names.values())
    for key, (where, processor) in places.items():
        for place in where:
            value = known.get(key, _NOT_GIVEN)
            blank[place] = value if value is _NOT_GIVEN or processor is None else processor(value)
    columns_of_rows = made._result_columns
    row = _reader(columns_of_rows, dialect)
    wire = None if made.positional else _for_libpq(statement, dialect, columns)
    return Compiled(statement, made, made.string, blank, places, known, bool(columns_of_rows), wire, row, planned_anew)


def _for_libpq(statement: Any, dialect: sa.Dialect, columns: Sequence[str]) -> tuple[bytes, tuple[str, ...]]:
    """The text in which values are $1, $2, …, and their names in this order."""
    numbered: sa.Dialect = type(dialect)(paramstyle="numeric_dollar")  # type: ignore[call-arg]
    made = statement.compile(dialect=numbered, column_keys=list(columns) or None)
    return made.string.encode(), tuple(made.positiontup)


def _places(made: SQLCompiler, dialect: sa.Dialect) -> dict[str, Place]:
    order = made.positiontup if made.positional else None
    places: dict[str, Place] = {}
    for bind, name in made.bind_names.items():
        where = (name,) if order is None else tuple(place for place, named in enumerate(order) if named == name)
        # One name may stand for several, of which some know no type.
        places[bind.key] = (where, _processor(bind.type, dialect) or places.get(bind.key, (where, None))[1])
    return places


def _processor(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Processor:
    made = kind.dialect_impl(dialect).bind_processor(dialect)
    # The same few moments stand in all rows of one transaction.
    return lru_cache(maxsize=256)(made) if made is not None and isinstance(kind, UtcDateTime) else made


def _reader(columns: Sequence[Any], dialect: sa.Dialect) -> Callable[[Sequence[Any]], Any] | None:
    processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    if len(columns) <= 1 and not any(processors):
        return None
    row: Any = NamedTuple("row", [(column.keyname, Any) for column in columns])  # type: ignore[misc]
    changed = [(place, processor) for place, processor in enumerate(processors) if processor is not None]

    def read(plain: Sequence[Any]) -> Any:
        values = list(plain)
        for place, processor in changed:
            values[place] = processor(values[place])
        return row._make(values)

    return read if changed else row._make
