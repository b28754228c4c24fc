"""How PostgreSQL looks for rows in a transaction that adds very many."""

from __future__ import annotations

from sqlmodel import Session

from app.store.prepared import command, connection_of


def look_up_only(session: Session) -> None:
    """Until the transaction ends, plans look rows up by their indexes and never read whole tables.

    A connection keeps the plans by which foreign keys are checked. Those from when a table was small would read all of
    it for each row that is added, until PostgreSQL has counted the table anew.
    """
    if connection_of(session).dialect.name == "postgresql":
        command(session, "SET LOCAL enable_seqscan = off")
