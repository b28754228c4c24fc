"""The lines of an import that are left out, and why."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import ConsentImportLine


def lines(
    session: Session, account_sid: str, number: int, codes: Collection[str], after: int, limit: int
) -> list[ConsentImportLine]:
    """The lines below this one that weren't understood for one of these faults, in their order."""
    row = ConsentImportLine

    def next_with(code: str) -> Any:
        """Lines with one fault lie together: of a large file with few of them only these are read."""
        mine = (col(row.account_sid) == account_sid, col(row.import_id) == number, col(row.fault) == code)
        query = sa.select(col(row.line)).where(*mine, col(row.line) > after)
        return sa.select(query.order_by(col(row.line)).limit(limit).subquery().c.line)

    every = sa.union_all(*map(next_with, codes)).subquery()
    numbers = session.execute(sa.select(every.c.line).order_by(every.c.line).limit(limit)).scalars().all()
    found = select(row).where(row.account_sid == account_sid, row.import_id == number, col(row.line).in_(numbers))
    return list(session.exec(found.order_by(col(row.line))))


def counts(session: Session, account_sid: str, number: int) -> dict[str, int]:
    """How many lines have each fault; '' are the good ones."""
    query = (
        sa.select(col(ConsentImportLine.fault), sa.func.count())
        .where(col(ConsentImportLine.account_sid) == account_sid, col(ConsentImportLine.import_id) == number)
        .group_by(col(ConsentImportLine.fault))
    )
    return {str(row[0]): int(row[1]) for row in session.execute(query)}
