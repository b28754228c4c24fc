"""Change columns of rows by their numbers, the same on both databases and fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import attributes, util
from sqlmodel import Session, SQLModel

from app.store import by_primary_key
from app.store.prepared import Prepared


def update_row(
    session: Session, model: type[SQLModel], account_sid: str, number: int, values: Mapping[str, Any]
) -> None:
    """Set columns of the account's row with this number; an object that the session holds of it shows them too."""
    there = {"the_account": account_sid, "the_number": number}
    _statement(model, tuple(values)).run(session, {**values, **there})
    if not session.identity_map:
        return
    held: Any = session.identity_map.get(util.identity_key(model, number))
    if held is not None and held.account_sid == account_sid:
        for name, value in values.items():
            attributes.set_committed_value(held, name, value)


def update_rows(
    session: Session, model: type[SQLModel], account_sid: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Set the columns `names` of several rows of the account, each with its own values and its `number`."""
    values = [
        {"the_account": account_sid, "the_number": row["number"], **{name: row[name] for name in names}} for row in rows
    ]
    _statement(model, tuple(names)).run_many(session, values)


@cache
def _statement(model: type[SQLModel], names: tuple[str, ...]) -> Prepared:
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    mine = by_primary_key.is_row(table.c, sa.bindparam("the_account"), sa.bindparam("the_number"))
    return Prepared(sa.update(table).where(mine).values({name: sa.bindparam(name) for name in names}))
