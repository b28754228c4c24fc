"""A transaction that adds very many rows looks up what it needs, on PostgreSQL, and others are planned as ever."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

from app.store.database import Database
from app.store.plans import look_up_only


def test_only_its_own_transaction_reads_no_whole_tables(database: Database) -> None:
    setting = sa.text("SELECT 'off'" if database.is_sqlite else "SHOW enable_seqscan")

    def inside(session: Session) -> str:
        look_up_only(session)
        return str(session.connection().execute(setting).scalar_one())

    assert database.write(inside) == "off"
    if not database.is_sqlite:
        assert database.write(lambda session: session.connection().execute(setting).scalar_one()) == "on"
