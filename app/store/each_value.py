"""Each value of a column that an index begins with after the account: one step of it for each, however many rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col


def each_value(session: Session, account_sid: str, table: Any, column: Any) -> list[str]:
    """The column's values among the account's rows, but '', by their order."""
    value, mine = col(column), col(table.account_sid) == account_sid
    found = sa.select(sa.func.min(value).label("value")).where(mine).cte("found", recursive=True)
    following = sa.select(sa.func.min(value)).where(mine, value > found.c.value).scalar_subquery()
    found = found.union_all(sa.select(following).where(found.c.value.is_not(None)))
    return [name for name in session.execute(sa.select(found.c.value)).scalars() if name]
