"""Change columns of one row, the same on both databases and fast."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import attributes, util
from sqlmodel import Session, SQLModel

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


@cache
def _statement(model: type[SQLModel], names: tuple[str, ...]) -> Prepared:
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    mine = (table.c.account_sid == sa.bindparam("the_account"), table.c.id == sa.bindparam("the_number"))
    return Prepared(sa.update(table).where(*mine).values({name: sa.bindparam(name) for name in names}))
