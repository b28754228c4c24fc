"""Insert a row unless one with the same key is there, the same on both databases and fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from app.store.prepared import Prepared, connection_of


def insert(session: Session, model: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Insert one row; columns that are not named take the model's defaults. Returns the row's number."""
    return int(_plain(model).scalar(session, values))


def insert_unless_there(
    session: Session,
    model: type[SQLModel],
    values: Mapping[str, Any],
    key: tuple[str, ...],
    partial: str = "",
) -> int | None:
    """Insert one row and return its number, or None when a row with the same `key` columns exists.

    `partial` is the condition of a partial unique index, as in the table.
    """
    dialect = connection_of(session).dialect.name
    number = _on_conflict_nothing(model, dialect, key, partial).scalar(session, values)
    return None if number is None else int(number)


def insert_all_unless_there(
    session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]], key: tuple[str, ...]
) -> None:
    """Insert those of these rows of equal columns for which no row with the same `key` exists."""
    _all_on_conflict_nothing(model, connection_of(session).dialect.name, key).run_many(session, rows)


def insert_all(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of equal columns whose numbers nobody asks for: on SQLite much faster than `insert_many`."""
    _all_plain(model).run_many(session, rows)


def insert_many(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows of equal columns, in one journey to PostgreSQL. Returns their numbers in the rows' order."""
    if not rows:
        return []
    if connection_of(session).dialect.name == "sqlite":
        # Nobody else writes before this transaction ends, so that each row gets the next number.
        insert_all(session, model, rows)
        last = int(_LAST_NUMBER.scalar(session, {}))
        return list(range(last - len(rows) + 1, last + 1))
    return [int(number) for number in _plain(model).scalars_many(session, rows)]


_LAST_NUMBER = Prepared(sa.select(sa.func.last_insert_rowid()))


def _table(model: type[SQLModel]) -> sa.Table:
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    return table


def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    plain, made = _optional(model)
    return {**plain, **{name: make() for name, make in made}}


@cache
def _optional(model: type[SQLModel]) -> tuple[dict[str, Any], tuple[tuple[str, Any], ...]]:
    """The columns that may be left out: their values, and what makes those that no two rows may share."""
    optional = {name: field for name, field in model.model_fields.items() if name != "id" and not field.is_required()}
    made = tuple((name, field.default_factory) for name, field in optional.items() if field.default_factory)
    plain = {name: field.default for name, field in optional.items() if not field.default_factory}
    return plain, made


@cache
def _plain(model: type[SQLModel]) -> Prepared:
    table = _table(model)
    return _prepared(model, sa.insert(table).returning(table.c.id))


@cache
def _all_plain(model: type[SQLModel]) -> Prepared:
    return _prepared(model, sa.insert(_table(model)))


@cache
def _all_on_conflict_nothing(model: type[SQLModel], dialect: str, key: tuple[str, ...]) -> Prepared:
    insert_of = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return _prepared(model, insert_of(_table(model)).on_conflict_do_nothing(index_elements=list(key)))


@cache
def _on_conflict_nothing(model: type[SQLModel], dialect: str, key: tuple[str, ...], partial: str) -> Prepared:
    table = _table(model)
    insert_of = postgresql.insert if dialect == "postgresql" else sqlite.insert
    where = sa.text(partial) if partial else None
    statement = insert_of(table).on_conflict_do_nothing(index_elements=list(key), index_where=where)
    return _prepared(model, statement.returning(table.c.id))


def _prepared(model: type[SQLModel], statement: sa.Executable) -> Prepared:
    # An empty list or dictionary that is prepared is no longer one that rows could share.
    columns = [column.name for column in _table(model).columns if column.name != "id"]
    return Prepared(statement, columns, _defaults(model))
