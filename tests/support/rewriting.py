"""Rows as if time had passed, or as if something had gone differently before."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from app.store.database import Database
from tests.support.cast import ACCOUNT


def rewrite(database: Database, row: SQLModel, **columns: Any) -> None:
    """Change columns of one row of the account."""
    table: Any = type(row)
    number = row.id  # type: ignore[attr-defined]
    mine = (col(table.account_sid) == ACCOUNT, col(table.id) == number)
    database.write(lambda session: session.execute(sa.update(table).where(*mine).values(**columns)))
